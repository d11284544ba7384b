// Protects the meaning of every figure that is reported: what counts as an error at a threshold, which
// threshold keeps a promised rate, where both errors are alike.
import { describe, expect, it } from 'vitest';
import { ErrorRates } from './error-rates';

const HUNDRED = Array.from({ length: 100 }, (_, i) => i / 100);

describe('at a threshold', () => {
	it('accepts a score that equals it', () => {
		const rates = new ErrorRates([0.2, 0.5, 0.9], [0.1, 0.5]);
		expect(rates.at(0.5)).toEqual({ threshold: 0.5, falseMatch: 0.5, falseNonMatch: 1 / 3 });
	});

	it('accepts what can never be accepted at no threshold', () => {
		expect(new ErrorRates([-Infinity, 0.9], []).at(-5).falseNonMatch).toBe(0.5);
	});
});

describe('at a false match rate', () => {
	it('allows exactly the share of impostors that was promised', () => {
		const rates = new ErrorRates([0.985, 0.995], HUNDRED);
		const point = rates.atFalseMatch(0.01);
		expect(point).toMatchObject({ falseMatch: 0.01, falseNonMatch: 0 });
		expect(point?.threshold).toBeCloseTo(0.9825, 10);
	});

	it('allows none where the share is less than one impostor', () => {
		const point = new ErrorRates([0.5, 1], HUNDRED).atFalseMatch(0.001);
		expect(point).toMatchObject({ falseMatch: 0, falseNonMatch: 0.5 });
	});

	it('refuses all of the impostors that share a score where not all may be accepted', () => {
		const point = new ErrorRates([0.6], [0.1, 0.5, 0.5, 0.5]).atFalseMatch(0.5);
		expect(point).toMatchObject({ falseMatch: 0, falseNonMatch: 0 });
	});

	it('has an answer where nobody scores above the impostors', () => {
		const point = new ErrorRates([0.3], [1]).atFalseMatch(0);
		expect(point).toMatchObject({ falseMatch: 0, falseNonMatch: 1 });
	});

	it('has none without impostors', () => {
		expect(new ErrorRates([0.5], []).atFalseMatch(0.01)).toBeNull();
	});
});

describe('equal error rate', () => {
	it.each([
		['apart', [0.8, 0.9], [0.1, 0.2], 0],
		['reversed', [0.1, 0.2], [0.8, 0.9], 1],
		['one of four on each wrong side', [0.3, 0.6, 0.7, 0.8], [0.1, 0.2, 0.25, 0.65], 0.25],
		['tied', [0.5], [0.1, 0.5], 1 / 3],
		['alike', HUNDRED, HUNDRED, 0.5],
	])('of scores that are %s', (_, genuine, impostors, expected) => {
		expect(new ErrorRates(genuine, impostors).equalErrorRate()).toBeCloseTo(expected, 10);
	});
});

describe('curve', () => {
	const rates = new ErrorRates(
		HUNDRED.map((score) => 0.3 + score),
		HUNDRED,
	);

	it('ends where no impostor is accepted, and never turns back', () => {
		const points = rates.curve();
		expect(points.at(-1)?.falseMatch).toBe(0);
		for (const [i, point] of points.entries()) {
			const before = points[i - 1] ?? { falseMatch: 1, falseNonMatch: 0 };
			expect(point.falseMatch).toBeLessThanOrEqual(before.falseMatch);
			expect(point.falseNonMatch).toBeGreaterThanOrEqual(before.falseNonMatch);
			expect(rates.at(point.threshold)).toEqual(point);
		}
	});
});
