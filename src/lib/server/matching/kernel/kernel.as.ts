// The search of a gallery: every reference as int8 first, then exactly those students whom that
// leaves in question.
import { DIMENSIONS, PRODUCT_BYTES, PROBE_INTEGERS, PROBE_VECTORS } from './addresses.as';
import { exactProduct, rowWithFourProbes, rowWithProbe } from './products.as';
import { quantiseProbe } from './quantise.as';
import { probeAt, sections, studentAt } from './structures.as';

export { quantise, weigh } from './quantise.as';

/** Rows that all probes are compared with before the next ones: 128 KiB stay in a core's cache. */
const TILE_ROWS: u32 = 256;
const GROUP: u32 = 4;
/** Rounding of the bounds' own float64 arithmetic, with plenty to spare. */
const ROUNDING: f64 = 1e-9;

/**
 * Compares the first `probes` probes with the first `students` students. Each probe's `found` then
 * counts those who are among its best two or at the floor or above, perhaps more; who they are, and
 * their exact scores, lie in the sections `found` and `scores`.
 */
export function search(students: u32, probes: u32, floor: f64): void {
	for (let i: u32 = 0; i < probes; i++) {
		quantiseProbe(i);
		probeAt(i).best = -Infinity;
		probeAt(i).second = -Infinity;
	}
	for (let from: u32 = 0; from < students;) {
		const to = tileEnd(from, students);
		boundTile(from, to, probes);
		from = to;
	}
	for (let i: u32 = 0; i < probes; i++) compareExactly(i, students, floor);
}

/** The end of a run of students whose rows follow each other and fit a tile. */
function tileEnd(from: u32, students: u32): u32 {
	const first = studentAt(from).first;
	let end = first + studentAt(from).rows;
	let to = from + 1;
	while (to < students) {
		const next = studentAt(to);
		if (next.first !== end || end + next.rows - first > TILE_ROWS) break;
		end += next.rows;
		to++;
	}
	return to;
}

function boundTile(from: u32, to: u32, probes: u32): void {
	const first = studentAt(from).first;
	const end = studentAt(to - 1).first + studentAt(to - 1).rows;
	let probe: u32 = 0;
	// Four at once cost less than three one by one.
	for (; probe + GROUP - 1 <= probes; probe += GROUP) {
		for (let row = first; row < end; row++) {
			rowWithFourProbes(integersOf(row), probeIntegers(probe), productsOf(row));
		}
		for (let i = probe; i < min(probe + GROUP, probes); i++) {
			boundStudents(from, to, i, productsOf(0) + (i - probe) * 4);
		}
	}
	for (; probe < probes; probe++) {
		for (let row = first; row < end; row++) {
			store<i32>(productsOf(row), rowWithProbe(integersOf(row), probeIntegers(probe)));
		}
		boundStudents(from, to, probe, productsOf(0));
	}
}

function integersOf(row: u32): u32 {
	return sections().quantised + row * DIMENSIONS;
}

function probeIntegers(probe: u32): u32 {
	return PROBE_INTEGERS + probe * DIMENSIONS * 2;
}

function productsOf(row: u32): u32 {
	return sections().products + row * PRODUCT_BYTES;
}

function scoresOf(probe: u32): u32 {
	return sections().scores + probe * sections().capacity * 8;
}

/**
 * From the rows' products with a probe: what each student's score is at most, and the two best of
 * what they are at least.
 */
function boundStudents(from: u32, to: u32, index: u32, products: u32): void {
	const probe = probeAt(index);
	const scores = scoresOf(index);
	let best = probe.best;
	let second = probe.second;
	for (let i = from; i < to; i++) {
		const student = studentAt(i);
		let at = products + student.first * PRODUCT_BYTES;
		let largest = load<i32>(at);
		let sum = largest as i64;
		for (let row: u32 = 1; row < student.rows; row++) {
			at += PRODUCT_BYTES;
			const product = load<i32>(at);
			largest = max(largest, product);
			sum += product as i64;
		}
		const scale = student.scale * probe.scale;
		const score = scale * (student.nearest * (largest as f64) + student.sum * (sum as f64));
		const error = student.error * probe.length + student.reach * probe.error + ROUNDING;
		store<f64>(scores + i * 8, score + error);
		second = max(second, min(best, score - error));
		best = max(best, score - error);
	}
	probe.best = best;
	probe.second = second;
}

/** Compares exactly whoever may be among the best two, or at the floor or above. */
function compareExactly(index: u32, students: u32, floor: f64): void {
	const probe = probeAt(index);
	const vector = PROBE_VECTORS + index * DIMENSIONS * 8;
	const scores = scoresOf(index);
	const found = sections().found + index * sections().capacity * 4;
	const limit = min(probe.second, floor);
	let count: u32 = 0;
	for (let i: u32 = 0; i < students; i++) {
		if (load<f64>(scores + i * 8) < limit) continue;
		// Bounds before this one are read already: their places are free.
		store<f64>(scores + count * 8, exactScore(i, vector));
		store<u32>(found + count * 4, i);
		count++;
	}
	probe.found = count;
}

function exactScore(index: u32, vector: u32): f64 {
	const student = studentAt(index);
	let row = sections().exact + student.first * DIMENSIONS * 4;
	let largest: f64 = -Infinity;
	let sum: f64 = 0;
	for (let i: u32 = 0; i < student.rows; i++) {
		const product = exactProduct(row, vector);
		largest = max(largest, product);
		sum += product;
		row += DIMENSIONS * 4;
	}
	return student.nearest * largest + student.sum * sum;
}
