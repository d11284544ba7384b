/** What is compared: without case, accents or the width of a character. */
function plain(text: string): string {
	return text
		.normalize('NFKD')
		.replace(/\p{M}+/gu, '')
		.toLocaleLowerCase('en');
}

/**
 * Those of whom every word of the query is found in one of the texts: "jo ba" finds "Baker, Jo".
 * An empty query finds all.
 */
export function search<T>(
	people: readonly T[],
	query: string,
	textsOf: (person: T) => readonly (string | null)[],
): readonly T[] {
	const words = plain(query).split(/\s+/u).filter(Boolean);
	if (words.length === 0) return people;
	return people.filter((person) => {
		const text = plain(textsOf(person).join(' '));
		return words.every((word) => text.includes(word));
	});
}
