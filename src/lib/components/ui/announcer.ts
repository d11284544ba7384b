/** Most sentences read out at once; a class that walks in together must not talk for a minute. */
const MOST = 3;

/**
 * Joins what waits to be read out: up to three sentences, then how many more there were. The same
 * sentence twice is read once.
 */
export function joinAnnouncements(waiting: readonly string[], more: (n: number) => string): string {
	const distinct = [...new Set(waiting)];
	const spoken = distinct.slice(0, MOST);
	const rest = distinct.length - spoken.length;
	return [...spoken, ...(rest > 0 ? [more(rest)] : [])].join('. ');
}
