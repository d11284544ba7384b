/** One line of a table on the terminal: cells of equal width, to the right. */
export function tableLine(cells: readonly (string | number)[]): string {
	return cells.map((cell) => String(cell).padStart(12)).join('');
}

/** To a tenth of a ms: more digits would be noise. */
export function roundMs(ms: number): number {
	return Math.round(ms * 10) / 10;
}

/** How many times as long as ours the other one took. */
export function ratio(otherMs: number, ourMs: number): number {
	return Math.round((otherMs / ourMs) * 100) / 100;
}
