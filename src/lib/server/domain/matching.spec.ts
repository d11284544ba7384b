// Protects the score that every decision rests on: what counts as like, and no reading over the edge
// of a row.
import { describe, expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { cosine, likeness, normalise } from './matching';

describe('likeness', () => {
	it('is the cosine where there is one reference', () => {
		expect(likeness(0.4, 0.4, 1)).toBeCloseTo(0.4, 12);
	});

	it('takes all references into account, not only the nearest', () => {
		// Two references at right angles: their sum is √2 long.
		const alike = likeness(0.5, 0.5 + 0.4, Math.SQRT2);
		const unlike = likeness(0.5, 0.5, Math.SQRT2);
		expect(alike - unlike).toBeCloseTo(0.4 / Math.SQRT2 / 2, 12);
	});

	it('is 1 for a probe that is the mean of references which are all alike', () => {
		expect(likeness(1, 3, 3)).toBe(1);
	});

	it('lets the nearest speak alone where references cancel out', () => {
		expect(likeness(1, 0, 0)).toBe(1);
		expect(likeness(1, 1e-9, 1e-8)).toBe(1);
	});

	it('is linear in both cosines for a given length, on which the search relies', () => {
		for (const length of [0, 0.5, 1, 2.7]) {
			const weights = 0.3 * likeness(1, 0, length) + 0.8 * likeness(0, 1, length);
			expect(likeness(0.3, 0.8, length)).toBeCloseTo(weights, 12);
		}
	});
});

describe('cosine', () => {
	it('counts every element once', () => {
		const a = Float32Array.from({ length: VECTOR_DIMENSIONS }, (_, i) => i + 1);
		expect(cosine(normalise(a), normalise(a))).toBeCloseTo(1, 6);
		expect(cosine(Float32Array.of(1, 2, 3, 4, 5), Float32Array.of(1, 1, 1, 1, 1))).toBe(15);
	});
});

describe('normalise', () => {
	it('gives unit length, and leaves zeros', () => {
		expect([...normalise(Float32Array.of(3, 0, 4))]).toEqual(
			[0.6, 0, 0.8].map((value) => Math.fround(value)),
		);
		expect([...normalise(new Float32Array(2))]).toEqual([0, 0]);
	});
});
