const LOCALE = 'en';

const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 });
const points = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** "89.9%" of a rate from 0 to 1; a dash where there is none. */
export function percentOf(rate: number | null): string {
	// Down, so that no rate is shown at a limit which it misses; but 0.57, a little less than 57 of
	// 100 in binary, is 57%.
	return rate === null ? '–' : percent.format(Math.floor(rate * 1000 + 1e-9) / 1000);
}

/** The difference of two rates in percentage points, without its sign: "2.1". */
export function pointsBetween(rate: number, before: number): string {
	return points.format(Math.abs(rate - before) * 100);
}
