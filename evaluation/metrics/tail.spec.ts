// Protects the arithmetic of tails: quantiles and counts at their edges, and that both fits give back
// the distribution that made their points.
import { describe, expect, it } from 'vitest';
import { countFrom, normalQuantile, normalTail, paretoTail, scoreReachedBy } from './tail';

const ASCENDING = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);

describe('normalQuantile', () => {
	it.each([
		[0.5, 0],
		[0.1, 1.281552],
		[0.01, 2.326348],
		[1e-4, 3.719016],
		[1e-9, 5.997807],
	])('of %d is %d', (probability, quantile) => {
		expect(Math.abs(normalQuantile(probability) - quantile)).toBeLessThan(4.5e-4);
	});
});

it('finds the score that a share reaches, and no rarer one than the largest', () => {
	expect(scoreReachedBy(0.01, ASCENDING)).toBeCloseTo(0.989);
	expect(scoreReachedBy(1e-9, ASCENDING)).toBeCloseTo(0.999);
});

it('counts scores from one on, itself among them', () => {
	expect(countFrom(ASCENDING[990]!, ASCENDING)).toBe(10);
	expect(countFrom(-1, ASCENDING)).toBe(1000);
	expect(countFrom(2, ASCENDING)).toBe(0);
});

it('goes on where points of a normal tail point to', () => {
	const score = (probability: number) => 0.1 + 0.05 * normalQuantile(probability);
	const tail = normalTail([0.1, 0.01, 0.001].map((p) => [p, score(p)] as const));
	expect(tail(1e-6)).toBeCloseTo(score(1e-6), 6);
	expect(normalTail([[0.1, 0.3]])(1e-6)).toBe(0.3);
});

it.each([-0.2, 0, 0.1])('gives back a Pareto tail of shape %d', (shape) => {
	// Its quantiles at even probabilities stand for a sample without its noise.
	const excess = (share: number) =>
		shape === 0 ? -Math.log(share) : (share ** -shape - 1) / shape;
	const count = 50_000;
	const scores = Float32Array.from({ length: count }, (_, i) => 1 + excess(1 - (i + 0.5) / count));
	const tail = paretoTail(scores, 0.1);
	expect(tail(0.001) / (1 + excess(0.001))).toBeCloseTo(1, 1);
	expect(tail(0.05) / (1 + excess(0.05))).toBeCloseTo(1, 2);
});
