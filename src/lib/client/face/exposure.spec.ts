// Protects the exposure that faces in poor light depend on, and the search that keeps a camera in
// front of a window from going blind.
import { describe, expect, it } from 'vitest';
import { ExposureSearch, MAX_GAMMA, MIN_GAMMA, gammaFor, lookupFor } from './exposure';
import { meanLuma, toRgb, type Pixels } from './pixels';

function grey(width: number, height: number, value: (x: number, y: number) => number): Pixels {
	const data = new Uint8ClampedArray(width * height * 4);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			data.fill(value(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
	return { data, width, height };
}

describe('gammaFor', () => {
	it('brings the mean to 0.45, brightening the dark and darkening the bright', () => {
		for (const luma of [0.1, 0.3, 0.45, 0.6]) expect(luma ** gammaFor(luma)).toBeCloseTo(0.45, 6);
		expect(gammaFor(0.1)).toBeLessThan(1);
		expect(gammaFor(0.6)).toBeGreaterThan(1);
	});

	it('stays within its clamp for black and white frames', () => {
		expect(gammaFor(0)).toBe(MIN_GAMMA);
		expect(gammaFor(1)).toBe(MAX_GAMMA);
	});
});

describe('lookupFor', () => {
	it('keeps black and white where the network wants them', () => {
		const lookup = lookupFor(0.5, { scale: 2, shift: -1 });
		expect(lookup[0]).toBe(-1);
		expect(lookup[255]).toBe(1);
		expect(lookup[64]).toBeCloseTo(2 * Math.sqrt(64 / 255) - 1, 6);
	});
});

describe('ExposureSearch', () => {
	it('tries other exposures while nothing is found, and keeps the one that found a face', () => {
		const search = new ExposureSearch();
		const first = search.gamma(0.4);
		search.found(0);
		const second = search.gamma(0.4);
		expect(second).not.toBe(first);
		search.found(1);
		expect(search.gamma(0.4)).toBe(second);
		const tried = new Set([0, 0, 0, 0].map(() => (search.found(0), search.gamma(0.4))));
		expect(tried.size).toBe(4);
	});
});

describe('meanLuma', () => {
	it('measures the region alone, and only the part inside the picture', () => {
		const picture = grey(64, 64, (x) => (x < 32 ? 0 : 255));
		expect(meanLuma(picture, { x: 0, y: 0, width: 64, height: 64 })).toBeCloseTo(0.5, 2);
		expect(meanLuma(picture, { x: 32, y: 0, width: 99, height: 99 })).toBeCloseTo(1, 6);
		expect(meanLuma(picture, { x: 200, y: 0, width: 10, height: 10 })).toBe(0);
	});
});

describe('toRgb', () => {
	it('takes colour alone, through the lookup', () => {
		const picture = { data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255), width: 2, height: 1 };
		const out = new Float32Array(6);
		toRgb(
			picture,
			Float32Array.from({ length: 256 }, (_, i) => i * 10),
			out,
		);
		expect(Array.from(out)).toEqual([10, 20, 30, 40, 50, 60]);
	});
});
