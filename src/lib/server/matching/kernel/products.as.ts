// Products of vectors: the inner loops, in SIMD.
import { DIMENSIONS } from './addresses.as';

const ROW: u32 = DIMENSIONS;
const PROBE: u32 = 2 * DIMENSIONS;

// One row after another, each from its beginning to its end: two rows at once would need fewer
// instructions, but memory is fetched ahead only where it is read in order, and a large gallery then
// took four times as long.

/** A row of int8 with a probe of int16. No sum overflows: 512 · 127 · 32767 < 2³¹. */
export function rowWithProbe(row: u32, probe: u32): i32 {
	let a = i32x4.splat(0);
	let b = a;
	for (let i: u32 = 0; i < ROW; i += 32) {
		const r = row + i;
		const p = probe + i * 2;
		a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(p), v128.load_ext<i8>(r)));
		b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(p, 16), v128.load_ext<i8>(r, 8)));
		a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(p, 32), v128.load_ext<i8>(r, 16)));
		b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(p, 48), v128.load_ext<i8>(r, 24)));
	}
	const all = i32x4.add(a, b);
	return i32x4.extract_lane(sums(all, all, all, all), 0);
}

/** A row of int8 with four probes of int16 that follow each other, four int32 to `out`. */
export function rowWithFourProbes(row: u32, probes: u32, out: u32): void {
	let a0 = i32x4.splat(0);
	let a1 = a0;
	let a2 = a0;
	let a3 = a0;
	let b0 = a0;
	let b1 = a0;
	let b2 = a0;
	let b3 = a0;
	for (let i: u32 = 0; i < ROW; i += 16) {
		const a = v128.load_ext<i8>(row + i);
		const b = v128.load_ext<i8>(row + i, 8);
		const p = probes + i * 2;
		a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load(p), a));
		b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v128.load(p, 16), b));
		a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load(p, PROBE), a));
		b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v128.load(p, PROBE + 16), b));
		a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v128.load(p, 2 * PROBE), a));
		b2 = i32x4.add(b2, i32x4.dot_i16x8_s(v128.load(p, 2 * PROBE + 16), b));
		a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v128.load(p, 3 * PROBE), a));
		b3 = i32x4.add(b3, i32x4.dot_i16x8_s(v128.load(p, 3 * PROBE + 16), b));
	}
	const a = sums(a0, a1, a2, a3);
	const b = sums(b0, b1, b2, b3);
	v128.store(out, i32x4.add(a, b));
}

/** @returns the sum of each of the four, side by side */
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
	const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
	const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
	return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** A row of float32 with a probe of float64, in float64. */
export function exactProduct(row: u32, probe: u32): f64 {
	let a = f64x2.splat(0);
	let b = a;
	let c = a;
	let d = a;
	for (let i: u32 = 0; i < ROW; i += 8) {
		const at = row + i * 4;
		const p = probe + i * 8;
		a = f64x2.add(a, f64x2.mul(v128.load(p), widened(at)));
		b = f64x2.add(b, f64x2.mul(v128.load(p, 16), widened(at + 8)));
		c = f64x2.add(c, f64x2.mul(v128.load(p, 32), widened(at + 16)));
		d = f64x2.add(d, f64x2.mul(v128.load(p, 48), widened(at + 24)));
	}
	const all = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
	return f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
}

/** Two float32 as float64. */
function widened(address: u32): v128 {
	return f64x2.promote_low_f32x4(v128.load64_zero(address));
}
