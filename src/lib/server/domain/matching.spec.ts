// Protects the ranking that every decision rests on: the right student first, the runner-up a
// different student, and no reading over the edge of a row.
import { describe, expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { cosine, normalise, packGallery, rank } from './matching';

function axis(i: number, tilt = 0, towards = 0): Float32Array {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[i] = 1;
	vector[towards] = (vector[towards] ?? 0) + tilt;
	return normalise(vector);
}

describe('rank', () => {
	it('names the student of the nearest reference, and another student as runner-up', () => {
		const gallery = packGallery([
			{ studentId: 'ada', vector: axis(0) },
			{ studentId: 'ada', vector: axis(1) },
			{ studentId: 'bo', vector: axis(2) },
			{ studentId: 'cy', vector: axis(511) },
		]);
		const ranking = rank(axis(1, 0.5, 2), gallery);
		expect(ranking.best?.studentId).toBe('ada');
		expect(ranking.best?.score).toBeCloseTo(1 / Math.hypot(1, 0.5), 6);
		expect(ranking.runnerUp?.studentId).toBe('bo');
		expect(rank(axis(511), gallery).best).toEqual({ studentId: 'cy', score: 1 });
	});

	it('is the same whatever the order of the references', () => {
		const references = [3, 9, 27, 81].map((i) => ({ studentId: `s${i}`, vector: axis(i) }));
		const probe = axis(27, 0.4, 9);
		const forwards = rank(probe, packGallery(references));
		expect(rank(probe, packGallery([...references].reverse()))).toEqual(forwards);
	});

	it('finds nobody in an empty gallery, and no runner-up in a class of one', () => {
		expect(rank(axis(0), packGallery([]))).toEqual({ best: null, runnerUp: null });
		const one = packGallery([{ studentId: 'ada', vector: axis(0) }]);
		expect(rank(axis(0), one).runnerUp).toBeNull();
	});
});

describe('packGallery', () => {
	it('refuses a vector of another model', () => {
		expect(() => packGallery([{ studentId: 'ada', vector: new Float32Array(128) }])).toThrow(
			RangeError,
		);
	});
});

describe('cosine', () => {
	it('counts every element once', () => {
		const a = Float32Array.from({ length: VECTOR_DIMENSIONS }, (_, i) => i + 1);
		expect(cosine(normalise(a), normalise(a))).toBeCloseTo(1, 6);
		expect(cosine(Float32Array.of(1, 2, 3, 4, 5), Float32Array.of(1, 1, 1, 1, 1))).toBe(15);
	});
});
