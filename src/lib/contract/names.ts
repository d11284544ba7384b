/** A letter may be several code points. */
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The parts of a name: "Eze, Amina" and "Amina Eze" mean the same person. */
function partsOf(name: string): { given: string; family: string } {
	const [before = '', after] = name.split(',', 2).map((part) => part.trim());
	if (after !== undefined && after !== '') return { given: firstWord(after), family: before };
	const words = before.split(/\s+/u);
	return { given: words[0] ?? '', family: words.length > 1 ? (words.at(-1) ?? '') : '' };
}

function firstWord(text: string): string {
	return text.split(/\s+/u, 1)[0] ?? '';
}

/** How somebody is greeted: the first of the given names. */
export function givenName(name: string): string {
	return partsOf(name).given;
}

/** What stands at a face, and on a projector: given name and the initial of the family name, "Amina E.". */
export function shortName(name: string): string {
	const { given, family } = partsOf(name);
	const [initial] = letters.segment(family);
	return initial === undefined ? given : `${given} ${initial.segment}.`;
}
