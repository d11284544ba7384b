// Protects "one person, one place": over all faces of a frame the names are given so that they fit
// best together, and none is given twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type Pair } from './assignment';

const problems = fc.integer({ min: 0, max: 5 }).chain((rows) =>
	fc.record({
		rows: fc.constant(rows),
		pairs: fc
			.uniqueArray(
				fc.record({
					row: fc.nat({ max: Math.max(0, rows - 1) }),
					column: fc.nat({ max: 5 }),
					value: fc.double({ min: 0.001, max: 1, noNaN: true }),
				}),
				{ selector: ({ row, column }) => `${row} ${column}`, maxLength: 20 },
			)
			.map((pairs) => (rows === 0 ? [] : pairs)),
	}),
);

/** Every way to pair rows with columns, tried. */
function most(
	rows: number,
	pairs: readonly Pair[],
	row = 0,
	taken: readonly number[] = [],
): number {
	if (row === rows) return 0;
	const alone = most(rows, pairs, row + 1, taken);
	return pairs
		.filter((pair) => pair.row === row && !taken.includes(pair.column))
		.reduce(
			(best, { column, value }) =>
				Math.max(best, value + most(rows, pairs, row + 1, [...taken, column])),
			alone,
		);
}

describe('assign', () => {
	it('adds up to the most of all ways, using given pairs only, and no column twice', () => {
		fc.assert(
			fc.property(problems, ({ rows, pairs }) => {
				const columns = assign(rows, pairs);
				const values = columns.map((column, row) =>
					column === null
						? 0
						: pairs.find((pair) => pair.row === row && pair.column === column)!.value,
				);
				const given = columns.filter((column) => column !== null);
				expect(columns).toHaveLength(rows);
				expect(new Set(given).size).toBe(given.length);
				expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(most(rows, pairs), 9);
			}),
			{ numRuns: 500 },
		);
	});

	it('gives way where that helps the other more than it costs', () => {
		// Row 0 prefers column 7 a little; row 1 has nothing else.
		const pairs = [
			{ row: 0, column: 7, value: 0.5 },
			{ row: 0, column: 9, value: 0.45 },
			{ row: 1, column: 7, value: 0.4 },
		];
		expect(assign(2, pairs)).toEqual([9, 7]);
	});
});
