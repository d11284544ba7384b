import type { Box, Similarity } from './geometry';

/** A picture as a canvas gives it: RGBA bytes, row after row. */
export interface Pixels {
	data: Uint8ClampedArray;
	width: number;
	height: number;
}

/** What each byte 0..255 becomes on the way into a network: exposure and normalisation in one. */
export type Lookup = Float32Array;

/** Luma weights of BT.601, in 1/256. */
const LUMA_R = 77;
const LUMA_G = 150;
const LUMA_B = 29;
/** Samples per side that a mean luma is taken from: 1,024 give it within 1 %. */
const LUMA_GRID = 32;

/**
 * Mean luma of a region, 0..1, from a grid of at most 32 x 32 samples.
 * @param box in pixels; the part outside the picture is ignored. An empty rest gives 0.
 */
export function meanLuma({ data, width, height }: Pixels, box: Box): number {
	const left = Math.max(0, Math.floor(box.x));
	const top = Math.max(0, Math.floor(box.y));
	const right = Math.min(width, Math.ceil(box.x + box.width));
	const bottom = Math.min(height, Math.ceil(box.y + box.height));
	if (right <= left || bottom <= top) return 0;
	const stepX = Math.max(1, (right - left) / LUMA_GRID);
	const stepY = Math.max(1, (bottom - top) / LUMA_GRID);
	let sum = 0;
	let count = 0;
	for (let y = top; y < bottom; y += stepY) {
		for (let x = left; x < right; x += stepX) {
			const at = (Math.floor(y) * width + Math.floor(x)) * 4;
			sum += LUMA_R * (data[at] ?? 0) + LUMA_G * (data[at + 1] ?? 0) + LUMA_B * (data[at + 2] ?? 0);
			count++;
		}
	}
	return sum / (count * 256 * 255);
}

/** More samples per side than this change nothing that a network sees. */
const MAX_TAPS = 6;

/**
 * Cuts a rotated square out of a picture: bilinear where it is enlarged, the mean of the pixels under
 * each pixel of the cut where it is made smaller (else fine detail would turn into noise). Outside
 * the picture is black.
 *
 * @param toPicture takes the cut's pixel coordinates to the picture's
 * @param size side of the cut in pixels
 * @param lookup applied to each byte before averaging
 * @param out at least size·size·3 numbers from `offset`: RGB, row after row
 */
export function warp(
	picture: Pixels,
	toPicture: Similarity,
	size: number,
	lookup: Lookup,
	out: Float32Array,
	offset = 0,
): void {
	const scale = Math.hypot(toPicture.a, toPicture.b);
	if (scale <= 1) enlarge(picture, toPicture, size, lookup, out, offset);
	else reduce(picture, toPicture, size, lookup, out, offset);
}

/** One bilinear sample a pixel. */
function enlarge(
	{ data, width, height }: Pixels,
	{ a, b, tx, ty }: Similarity,
	size: number,
	lookup: Lookup,
	out: Float32Array,
	offset: number,
): void {
	const black = lookup[0]!;
	const row = width * 4;
	let to = offset;
	for (let v = 0; v < size; v++) {
		for (let u = 0; u < size; u++, to += 3) {
			const x = a * u - b * v + tx;
			const y = b * u + a * v + ty;
			const x0 = Math.floor(x);
			const y0 = Math.floor(y);
			const fx = x - x0;
			const fy = y - y0;
			// Weights of the four neighbours; those outside the picture count as black.
			const left = x0 >= 0 && x0 < width ? 1 - fx : 0;
			const right = x0 >= -1 && x0 < width - 1 ? fx : 0;
			const top = y0 >= 0 && y0 < height ? 1 - fy : 0;
			const bottom = y0 >= -1 && y0 < height - 1 ? fy : 0;
			const at = y0 * row + x0 * 4;
			const outside = 1 - (left + right) * (top + bottom);
			for (let c = 0; c < 3; c++) {
				out[to + c] =
					black * outside +
					top * left * (lookup[data[at + c] ?? 0] ?? 0) +
					top * right * (lookup[data[at + 4 + c] ?? 0] ?? 0) +
					bottom * left * (lookup[data[at + row + c] ?? 0] ?? 0) +
					bottom * right * (lookup[data[at + row + 4 + c] ?? 0] ?? 0);
			}
		}
	}
}

/** The mean of a grid of pixels, no more than one pixel of the picture apart. */
function reduce(
	{ data, width, height }: Pixels,
	{ a, b, tx, ty }: Similarity,
	size: number,
	lookup: Lookup,
	out: Float32Array,
	offset: number,
): void {
	const taps = Math.min(MAX_TAPS, Math.ceil(Math.hypot(a, b) - 0.01));
	const black = lookup[0]!;
	const share = 1 / (taps * taps);
	// Steps between samples, and the first sample of a pixel; 0.5 rounds to the nearest.
	const stepX = a / taps;
	const stepY = b / taps;
	const firstX = (0.5 / taps - 0.5) * (a - b) + tx + 0.5;
	const firstY = (0.5 / taps - 0.5) * (a + b) + ty + 0.5;
	let to = offset;
	for (let v = 0; v < size; v++) {
		for (let u = 0; u < size; u++, to += 3) {
			let red = 0;
			let green = 0;
			let blue = 0;
			for (let j = 0; j < taps; j++) {
				let x = a * u - b * v + firstX - stepY * j;
				let y = b * u + a * v + firstY + stepX * j;
				for (let i = 0; i < taps; i++, x += stepX, y += stepY) {
					if (x < 0 || y < 0 || x >= width || y >= height) {
						red += black;
						green += black;
						blue += black;
						continue;
					}
					const at = (Math.trunc(y) * width + Math.trunc(x)) * 4;
					red += lookup[data[at]!]!;
					green += lookup[data[at + 1]!]!;
					blue += lookup[data[at + 2]!]!;
				}
			}
			out[to] = red * share;
			out[to + 1] = green * share;
			out[to + 2] = blue * share;
		}
	}
}

/**
 * Takes a whole picture as RGB numbers.
 * @param out width·height·3 numbers, row after row; overwritten
 */
export function toRgb({ data }: Pixels, lookup: Lookup, out: Float32Array): void {
	for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
		out[to] = lookup[data[from] ?? 0] ?? 0;
		out[to + 1] = lookup[data[from + 1] ?? 0] ?? 0;
		out[to + 2] = lookup[data[from + 2] ?? 0] ?? 0;
	}
}
