/** Whose words a browser uses for itself, the most telling one first: many name others besides. */
const BROWSERS = [
	['Edg', 'Edge'],
	['SamsungBrowser', 'Samsung Internet'],
	['OPR', 'Opera'],
	['Firefox', 'Firefox'],
	['FxiOS', 'Firefox'],
	['CriOS', 'Chrome'],
	['Chrome', 'Chrome'],
	['Safari', 'Safari'],
] as const;
const MACHINES = [
	['iPhone', 'iPhone'],
	['iPad', 'iPad'],
	['Android', 'Android'],
	['CrOS', 'Chromebook'],
	['Macintosh', 'Mac'],
	['Windows', 'Windows'],
	['Linux', 'Linux'],
] as const;

/**
 * A name by which a student and their teacher know a phone again: "iPhone, Safari".
 *
 * @param userAgent `navigator.userAgent`
 * @param unknown the name of a device that says nothing of itself
 */
export function deviceName(userAgent: string, unknown: string): string {
	const found = [MACHINES, BROWSERS].flatMap(
		(list) => list.find(([token]) => userAgent.includes(token))?.[1] ?? [],
	);
	return found.join(', ') || unknown;
}
