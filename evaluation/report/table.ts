const GAP = '   ';

/**
 * @param rows cells from left to right
 * @returns lines: the first column flush left, the others flush right
 */
export function table(rows: readonly (readonly string[])[]): string[] {
	const widths = rows.reduce<number[]>((known, row) => {
		row.forEach((cell, i) => (known[i] = Math.max(known[i] ?? 0, cell.length)));
		return known;
	}, []);
	return rows.map((row) =>
		row
			.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
			.join(GAP)
			.trimEnd(),
	);
}
