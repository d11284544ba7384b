/** One possible pair of an assignment, and what it is worth. Rows and columns count from 0. */
export interface Pair {
	row: number;
	column: number;
	/** Above 0. */
	value: number;
}

/**
 * Pairs rows with columns, each at most once, so that the values add up to the most. Pairs that are
 * not given do not come about; a row may stay alone.
 *
 * Successive shortest augmenting paths (Kuhn 1955 and Munkres 1957, in the form of Jonker and
 * Volgenant 1987): O(rows² × columns), for the few faces of a frame and the few students that each
 * resembles.
 *
 * @returns for each row its column, or null
 */
export function assign(rows: number, pairs: readonly Pair[]): (number | null)[] {
	const columns = [...new Set(pairs.map(({ column }) => column))];
	const place = new Map(columns.map((column, index) => [column, index]));
	// A column of its own for each row, worth nothing, is the choice to stay alone.
	const width = columns.length + rows;
	const cost = Array.from({ length: rows }, (_, row) =>
		new Float64Array(width).map((_, column) => (column === columns.length + row ? 0 : Infinity)),
	);
	for (const { row, column, value } of pairs) cost[row]![place.get(column)!] = -value;
	const owners = cheapest(cost, width);
	const result = new Array<number | null>(rows).fill(null);
	owners.forEach((row, index) => {
		if (row !== FREE && index < columns.length) result[row] = columns[index]!;
	});
	return result;
}

const FREE = -1;

/** @returns for each column the row that has it, or {@link FREE}; the costs add up to the least */
function cheapest(cost: readonly Float64Array[], width: number): Int32Array {
	const owners = new Int32Array(width).fill(FREE);
	const potentials = { rows: new Float64Array(cost.length), columns: new Float64Array(width) };
	for (let row = 0; row < cost.length; row++) {
		const { end, from } = shortestPath(row, cost, owners, potentials);
		// Along the path every column goes to the row from which it was reached.
		for (let column = end; column !== FREE;) {
			const { row: owner, previous } = from[column]!;
			owners[column] = owner;
			column = previous;
		}
	}
	return owners;
}

/** How a column was reached: from which row, and by which column that row was left. */
interface Step {
	row: number;
	previous: number;
}

/** Dijkstra over reduced costs, from a row without a column to the nearest free column. */
function shortestPath(
	start: number,
	cost: readonly Float64Array[],
	owners: Int32Array,
	potentials: { rows: Float64Array; columns: Float64Array },
): { end: number; from: Step[] } {
	const distance = new Float64Array(owners.length).fill(Infinity);
	const isDone = new Uint8Array(owners.length);
	const from: Step[] = [];
	let row = start;
	let previous = FREE;
	let travelled = 0;
	for (;;) {
		for (let column = 0; column < owners.length; column++) {
			if (isDone[column]) continue;
			const reduced = cost[row]![column]! - potentials.rows[row]! - potentials.columns[column]!;
			if (travelled + reduced < distance[column]!) {
				distance[column] = travelled + reduced;
				from[column] = { row, previous };
			}
		}
		const next = nearest(distance, isDone);
		travelled = distance[next]!;
		isDone[next] = 1;
		if (owners[next] === FREE) {
			raise(potentials, { start, distance, isDone, owners, travelled });
			return { end: next, from };
		}
		row = owners[next]!;
		previous = next;
	}
}

function nearest(distance: Float64Array, isDone: Uint8Array): number {
	let best = FREE;
	for (let column = 0; column < distance.length; column++) {
		if (!isDone[column] && (best === FREE || distance[column]! < distance[best]!)) best = column;
	}
	return best;
}

/** Keeps every reduced cost at 0 or above for the paths that follow. */
function raise(
	potentials: { rows: Float64Array; columns: Float64Array },
	path: {
		start: number;
		distance: Float64Array;
		isDone: Uint8Array;
		owners: Int32Array;
		travelled: number;
	},
): void {
	const { start, distance, isDone, owners, travelled } = path;
	potentials.rows[start]! += travelled;
	for (let column = 0; column < owners.length; column++) {
		if (!isDone[column]) continue;
		const slack = travelled - distance[column]!;
		potentials.columns[column]! -= slack;
		if (owners[column] !== FREE) potentials.rows[owners[column]!]! += slack;
	}
}
