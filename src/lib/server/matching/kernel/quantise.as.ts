// Vectors as small integers, and by how much that errs.
import { DIMENSIONS, PROBE_INTEGERS, PROBE_VECTORS, SUMS, SUMS_BYTES } from './addresses.as';
import { probeAt, sections, studentAt } from './structures.as';

/** What int8 and int16 hold on both sides of zero. */
const LARGEST_INT8: f64 = 127;
const LARGEST_INT16: f64 = 32767;

const WIDTH: u32 = DIMENSIONS;
const REFERENCES_SUM: u32 = SUMS;
const ERRORS_SUM: u32 = SUMS + SUMS_BYTES / 2;

/**
 * Makes the int8 of a student's rows, which lie in the section `exact` already, with one scale for
 * all of them, and measures what they miss. `weigh` must follow at once.
 *
 * @returns the length of the sum of the student's references
 */
export function quantise(index: u32, first: u32, rows: u32): f64 {
	const student = studentAt(index);
	student.first = first;
	student.rows = rows;
	student.scale = largestOf(first, rows) / LARGEST_INT8;
	student.error = 0;
	student.reach = 0;
	for (let row = first; row < first + rows; row++) quantiseRow(index, row);
	return lengthOf(REFERENCES_SUM);
}

function largestOf(first: u32, rows: u32): f64 {
	const from = sections().exact + first * WIDTH * 4;
	const to = from + rows * WIDTH * 4;
	let largest = f32x4.splat(0);
	for (let at = from; at < to; at += 16) {
		largest = f32x4.max(largest, f32x4.abs(v128.load(at)));
	}
	return max(
		max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
		max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
	) as f64;
}

/** Keeps the largest length of a row, and of what its integers miss, in `reach` and `error`. */
function quantiseRow(index: u32, row: u32): void {
	const student = studentAt(index);
	const exact = sections().exact + row * WIDTH * 4;
	const integers = sections().quantised + row * WIDTH;
	const scale = f64x2.splat(student.scale);
	const inverse = f64x2.splat(student.scale > 0 ? 1 / student.scale : 0);
	let squares = f64x2.splat(0);
	let missed = squares;
	for (let i: u32 = 0; i < WIDTH; i += 2) {
		const values = f64x2.promote_low_f32x4(v128.load64_zero(exact + i * 4));
		const rounded = f64x2.nearest(f64x2.mul(values, inverse));
		const words = i32x4.trunc_sat_f64x2_s_zero(rounded);
		store<i8>(integers + i, i32x4.extract_lane(words, 0) as i8);
		store<i8>(integers + i, i32x4.extract_lane(words, 1) as i8, 1);
		const errors = f64x2.sub(values, f64x2.mul(rounded, scale));
		squares = f64x2.add(squares, f64x2.mul(values, values));
		missed = f64x2.add(missed, f64x2.mul(errors, errors));
		addTo(REFERENCES_SUM + i * 8, values);
		addTo(ERRORS_SUM + i * 8, errors);
	}
	student.reach = max(student.reach, sqrt(sum(squares)));
	student.error = max(student.error, sqrt(sum(missed)));
}

function addTo(address: u32, numbers: v128): void {
	v128.store(address, f64x2.add(v128.load(address), numbers));
}

function sum(pair: v128): f64 {
	return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

function lengthOf(vector: u32): f64 {
	let squares = f64x2.splat(0);
	for (let i: u32 = 0; i < WIDTH; i += 2) {
		const values = v128.load(vector + i * 8);
		squares = f64x2.add(squares, f64x2.mul(values, values));
	}
	return sqrt(sum(squares));
}

/**
 * Turns what `quantise` measured into the bound of the student's scores. A score is
 * `nearestWeight · max(p·r) + sumWeight · Σ p·r`. With p = p' + e and r = r' + d, the integers' part
 * and what they miss, p·r - p'·r' = p·d + e·r', which Cauchy and Schwarz limit to
 * |p| |d| + |e| |r'|; and |r'| is at most |r| + |d|.
 */
export function weigh(index: u32, nearestWeight: f64, sumWeight: f64): void {
	const student = studentAt(index);
	const errors = lengthOf(ERRORS_SUM);
	const references = lengthOf(REFERENCES_SUM);
	student.nearest = nearestWeight;
	student.sum = sumWeight;
	student.reach =
		nearestWeight * (student.reach + student.error) + sumWeight * (references + errors);
	student.error = nearestWeight * student.error + sumWeight * errors;
	// A face like the student's must not outlive their references.
	memory.fill(SUMS, 0, SUMS_BYTES);
}

/** Makes the int16 of a probe and measures what they miss. */
export function quantiseProbe(index: u32): void {
	const vector = PROBE_VECTORS + index * WIDTH * 8;
	const integers = PROBE_INTEGERS + index * WIDTH * 2;
	let largest = f64x2.splat(0);
	for (let i: u32 = 0; i < WIDTH; i += 2) {
		largest = f64x2.max(largest, f64x2.abs(v128.load(vector + i * 8)));
	}
	const scale = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)) / LARGEST_INT16;
	const inverse = scale > 0 ? 1 / scale : 0;
	let squares = f64x2.splat(0);
	let missed = squares;
	for (let i: u32 = 0; i < WIDTH; i += 2) {
		const values = v128.load(vector + i * 8);
		const rounded = f64x2.nearest(f64x2.mul(values, f64x2.splat(inverse)));
		const words = i32x4.trunc_sat_f64x2_s_zero(rounded);
		store<i16>(integers + i * 2, i32x4.extract_lane(words, 0) as i16);
		store<i16>(integers + i * 2, i32x4.extract_lane(words, 1) as i16, 2);
		const errors = f64x2.sub(values, f64x2.mul(rounded, f64x2.splat(scale)));
		squares = f64x2.add(squares, f64x2.mul(values, values));
		missed = f64x2.add(missed, f64x2.mul(errors, errors));
	}
	const probe = probeAt(index);
	probe.scale = scale;
	probe.length = sqrt(sum(squares));
	probe.error = sqrt(sum(missed));
}
