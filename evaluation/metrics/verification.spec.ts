// Protects the accuracy that is reported: thresholds never see the fold that they are measured on,
// and a face that was not found is an error, not a pair less.
import { describe, expect, it } from 'vitest';
import { verify, type ScoredPair } from './verification';

const pair = (same: boolean, score: number | null, fold: number | null = null): ScoredPair => ({
	same,
	score,
	fold,
});

describe('without folds', () => {
	it('takes the threshold that judges most pairs rightly', () => {
		const { accuracy, threshold, deviation } = verify([
			pair(true, 0.9),
			pair(true, 0.6),
			pair(true, 0.2),
			pair(false, 0.3),
			pair(false, 0.4),
		]);
		expect(accuracy).toBe(0.8);
		expect(threshold).toBeCloseTo(0.5, 10);
		expect(deviation).toBeNull();
	});

	it.each([
		['same', [pair(true, 0.1), pair(true, 0.2)]],
		['different', [pair(false, 0.1), pair(false, 0.2)]],
	])('judges everything rightly where all pairs are %s', (_, pairs) => {
		expect(verify(pairs).accuracy).toBe(1);
	});
});

describe('with folds', () => {
	it('chooses the threshold on the others alone', () => {
		// Together with fold 1, the best threshold would be its own: 0.85.
		const result = verify([
			pair(true, 0.6, 0),
			pair(false, 0.2, 0),
			...[0.9, 0.9].map((score) => pair(true, score, 1)),
			...[0.8, 0.8].map((score) => pair(false, score, 1)),
		]);
		expect(result.accuracy).toBe(0.5);
		expect(result.deviation).toBe(0);
		expect(result.threshold).toBeCloseTo((0.85 + 0.4) / 2, 10);
	});

	it('tells how far their accuracies lie apart', () => {
		const result = verify([
			...[0, 2].flatMap((fold) => [pair(true, 0.6, fold), pair(false, 0.2, fold)]),
			pair(true, 0.9, 1),
			pair(false, 0.8, 1),
		]);
		expect(result.accuracy).toBeCloseTo((1 + 0.5 + 1) / 3, 10);
		expect(result.deviation).toBeCloseTo(Math.sqrt(1 / 12), 10);
	});
});

describe('a face that was not found', () => {
	it.each([true, false])('makes the pair wrong whatever the threshold (same: %s)', (same) => {
		const { accuracy } = verify([pair(true, 0.9), pair(false, 0.1), pair(same, null)]);
		expect(accuracy).toBeCloseTo(2 / 3, 10);
	});

	it('is a match that is lost', () => {
		const { tarAtFar } = verify([pair(true, 0.9), pair(true, null), pair(false, 0.5)]);
		expect(tarAtFar).toEqual({ '0.01': 0.5, '0.001': 0.5 });
	});

	it('is an impostor who is not accepted', () => {
		const { tarAtFar } = verify([pair(true, 0.6), pair(false, null)]);
		expect(tarAtFar).toEqual({ '0.01': 1, '0.001': 1 });
	});
});

it('has no rates where pairs of one kind are missing', () => {
	expect(verify([pair(true, 0.9)])).toMatchObject({
		eer: null,
		tarAtFar: { '0.01': null, '0.001': null },
	});
});
