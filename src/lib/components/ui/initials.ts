const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * One or two letters that stand for a person where a photo would stand elsewhere: of the first and
 * of the last part of the name, whole graphemes in any script. An empty name gives an empty string.
 */
export function initials(name: string): string {
	const parts = name.split(/[\s,]+/u).filter((part) => /[\p{L}\p{N}]/u.test(part));
	const chosen = parts.length > 1 ? [parts.at(0), parts.at(-1)] : parts;
	return chosen
		.map((part = '') => {
			const bare = part.replace(/^[^\p{L}\p{N}]+/u, '');
			const [first] = graphemes.segment(bare);
			return first?.segment.toLocaleUpperCase('en') ?? '';
		})
		.join('');
}
