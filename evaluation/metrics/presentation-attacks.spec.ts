// Protects what is said of attacks: rates by attempts, and bounds that count a photo once however
// often it was tried.
import { expect, it } from 'vitest';
import { shareOf, tally, upperBound } from './presentation-attacks';

it('counts attempts and what they were made with', () => {
	const outcomes = [
		{ source: 'a', passed: true },
		{ source: 'a', passed: true },
		{ source: 'b', passed: false },
		{ source: 'c', passed: false },
	];
	expect(tally(outcomes)).toEqual({ attempts: 4, passed: 2, sources: 3, passedSources: 1 });
	expect(shareOf(2, 4)).toBe(0.5);
	expect(shareOf(0, 0)).toBeNull();
});

it('bounds a share as the tables of Clopper and Pearson do', () => {
	// None of n: 1 - 0.05^(1/n).
	expect(upperBound(0, 100)).toBeCloseTo(0.02951, 4);
	expect(upperBound(0, 20)).toBeCloseTo(0.13911, 4);
	expect(upperBound(1, 20)).toBeCloseTo(0.21611, 4);
	expect(upperBound(5, 50)).toBeCloseTo(0.1988, 4);
	expect(upperBound(7, 7)).toBe(1);
});
