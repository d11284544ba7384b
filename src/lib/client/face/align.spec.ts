// Protects the alignment that every vector depends on: a face that is a moved, turned and scaled
// template must come back as the template.
import { describe, expect, it } from 'vitest';
import { FACE_SIZE, faceCrop, normalise, umeyama } from './align';
import { apply, invert, overlap, type Point, type Similarity } from './geometry';
import { warp, type Pixels } from './pixels';

const TEMPLATE: Point[] = [
	{ x: 38.2946, y: 51.6963 },
	{ x: 73.5318, y: 51.5014 },
	{ x: 56.0252, y: 71.7366 },
	{ x: 41.5493, y: 92.3655 },
	{ x: 70.7299, y: 92.2041 },
];

function close(a: Similarity, b: Similarity): void {
	for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(a[key]).toBeCloseTo(b[key], 6);
}

describe('umeyama', () => {
	it('recovers a turned, scaled and moved copy exactly', () => {
		const truth = { a: 1.7 * Math.cos(0.6), b: 1.7 * Math.sin(0.6), tx: -20, ty: 33 };
		close(
			umeyama(
				TEMPLATE,
				TEMPLATE.map((point) => apply(truth, point)),
			),
			truth,
		);
	});

	it('does not mirror: points that are mirrored cost an error, not a reflection', () => {
		const mirrored = TEMPLATE.map(({ x, y }) => ({ x: -x, y }));
		const { a, b } = umeyama(mirrored, TEMPLATE);
		expect(a * a + b * b).toBeLessThan(1);
	});

	it('is the least-squares answer: no small change brings the points nearer', () => {
		const noisy = TEMPLATE.map(({ x, y }, i) => ({ x: x + (i % 2) * 3, y: y - i }));
		const best = umeyama(noisy, TEMPLATE);
		const error = (s: Similarity) =>
			noisy.reduce((sum, point, i) => {
				const { x, y } = apply(s, point);
				return sum + (x - (TEMPLATE[i]?.x ?? 0)) ** 2 + (y - (TEMPLATE[i]?.y ?? 0)) ** 2;
			}, 0);
		for (const key of ['a', 'b', 'tx', 'ty'] as const)
			for (const step of [-0.001, 0.001])
				expect(error({ ...best, [key]: best[key] + step })).toBeGreaterThan(error(best));
	});

	it('refuses points that give no direction', () => {
		const same = TEMPLATE.map(() => ({ x: 1, y: 1 }));
		expect(() => umeyama(same, TEMPLATE)).toThrow(RangeError);
		expect(() => umeyama([{ x: 0, y: 0 }], [{ x: 0, y: 0 }])).toThrow(RangeError);
	});
});

describe('faceCrop and warp', () => {
	const black = (size: number): Pixels => ({
		data: new Uint8ClampedArray(size * size * 4),
		width: size,
		height: size,
	});

	it.each([0.5, 1, 3])('brings a face of %s times the size to the template', (scale) => {
		const angle = 0.4;
		const place = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx: 150, ty: 60 };
		const points = TEMPLATE.map((point) => apply(place, point));
		const size = 520;
		const picture = black(size);
		const spot = Math.max(1, Math.round(2 * scale));
		for (const { x, y } of points)
			for (let j = -spot; j <= spot; j++)
				for (let i = -spot; i <= spot; i++) {
					const at = ((Math.round(y) + j) * size + Math.round(x) + i) * 4;
					picture.data.fill(255, at, at + 4);
				}
		const lookup = Float32Array.from({ length: 256 }, (_, i) => i);
		const face = new Float32Array(FACE_SIZE * FACE_SIZE * 3);
		warp(picture, faceCrop(points), FACE_SIZE, lookup, face);
		const at = (x: number, y: number) => face[(Math.round(y) * FACE_SIZE + Math.round(x)) * 3] ?? 0;
		for (const { x, y } of TEMPLATE) expect(at(x, y)).toBeGreaterThan(120);
		expect(at(56, 30)).toBe(0);
	});

	it('puts what it makes smaller in the same place as what it enlarges', () => {
		const size = 256;
		const picture = black(size);
		// A slope in both directions: a shift of half a pixel would show as half a step.
		for (let y = 0; y < size; y++)
			for (let x = 0; x < size; x++)
				picture.data.fill((x + y) / 2, (y * size + x) * 4, (y * size + x) * 4 + 4);
		const lookup = Float32Array.from({ length: 256 }, (_, i) => i);
		for (const scale of [0.9, 1.1, 1.9]) {
			const out = new Float32Array(FACE_SIZE * FACE_SIZE * 3);
			const [a, b, tx, ty] = [scale * 0.96, scale * 0.28, 40, 6];
			warp(picture, { a, b, tx, ty }, FACE_SIZE, lookup, out);
			let error = 0;
			for (let v = 20; v < 90; v++)
				for (let u = 20; u < 90; u++) {
					const expected = (a * u - b * v + tx + b * u + a * v + ty) / 2;
					error += (out[(v * FACE_SIZE + u) * 3] ?? 0) - Math.min(255, expected);
				}
			// The bytes of the slope are rounded, half a step at most and evenly.
			expect(Math.abs(error / 4900), `scale ${scale}`).toBeLessThan(0.3);
		}
	});

	it('averages when it shrinks, so that fine detail turns grey and not into noise', () => {
		const size = 448;
		const picture = black(size);
		for (let y = 0; y < size; y++)
			for (let x = 0; x < size; x++)
				if ((x + y) % 2 === 0) picture.data.fill(255, (y * size + x) * 4, (y * size + x) * 4 + 4);
		const lookup = Float32Array.from({ length: 256 }, (_, i) => i);
		const out = new Float32Array(FACE_SIZE * FACE_SIZE * 3);
		warp(picture, { a: 4, b: 0, tx: 1.5, ty: 1.5 }, FACE_SIZE, lookup, out);
		for (const value of out) expect(Math.abs(value - 127.5)).toBeLessThan(1);
	});
});

describe('geometry', () => {
	it('inverts a similarity', () => {
		const s = { a: 1.2, b: -0.7, tx: 5, ty: -9 };
		const { x, y } = apply(invert(s), apply(s, { x: 12, y: 34 }));
		expect(x).toBeCloseTo(12, 9);
		expect(y).toBeCloseTo(34, 9);
	});

	it('measures the overlap of boxes', () => {
		const box = { x: 0, y: 0, width: 10, height: 10 };
		expect(overlap(box, box)).toBe(1);
		expect(overlap(box, { ...box, x: 5 })).toBeCloseTo(1 / 3, 9);
		expect(overlap(box, { ...box, x: 10 })).toBe(0);
	});
});

describe('normalise', () => {
	it('makes unit length, and finds no direction in nothing', () => {
		expect(normalise(Float32Array.of(3, 4))).toEqual(Float32Array.of(0.6, 0.8));
		expect(normalise(new Float32Array(4))).toBeNull();
		expect(normalise(Float32Array.of(NaN, 1))).toBeNull();
	});
});
