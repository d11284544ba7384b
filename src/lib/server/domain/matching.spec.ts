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
		// The nearest reference, and the mean of both: 1 / |(1, 0.5)| and that over √2.
		const nearest = 1 / Math.hypot(1, 0.5);
		expect(ranking.best?.score).toBeCloseTo((nearest + nearest / Math.SQRT2) / 2, 6);
		expect(ranking.runnerUp?.studentId).toBe('bo');
		expect(rank(axis(511), gallery).best).toEqual({ studentId: 'cy', score: 1 });
	});

	it('takes all references of a student into account, not only the nearest', () => {
		// Both have one reference as near; the others of ada are near as well, those of bo are not.
		const gallery = packGallery([
			{ studentId: 'ada', vector: axis(0, 0.5, 1) },
			{ studentId: 'ada', vector: axis(0, 0.6, 2) },
			{ studentId: 'bo', vector: axis(0, 0.5, 3) },
			{ studentId: 'bo', vector: axis(4) },
		]);
		const { best, runnerUp } = rank(axis(0), gallery);
		expect([best?.studentId, runnerUp?.studentId]).toEqual(['ada', 'bo']);
		expect((best?.score ?? 0) - (runnerUp?.score ?? 0)).toBeGreaterThan(0.1);
	});

	it('gives a probe that is a mean of references a likeness of at most 1', () => {
		const references = [axis(0, 0.4, 1), axis(0, 0.4, 2), axis(0, 0.4, 3)];
		const gallery = packGallery(references.map((vector) => ({ studentId: 'ada', vector })));
		const score = rank(axis(0), gallery).best?.score ?? 0;
		expect(score).toBeGreaterThan(0.95);
		expect(score).toBeLessThanOrEqual(1);
	});

	it('lets the nearest speak alone where references cancel out', () => {
		const opposite = axis(0).map((value) => -value);
		const gallery = packGallery([
			{ studentId: 'ada', vector: axis(0) },
			{ studentId: 'ada', vector: opposite },
		]);
		expect(rank(axis(0), gallery).best?.score).toBeCloseTo(1, 6);
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
