import { mean, sampleStandardDeviation } from 'simple-statistics';
import { ErrorRates } from './error-rates';

/** A pair that was compared. */
export interface ScoredPair {
	/** Both pictures show one person. */
	same: boolean;
	/** Part of a cross-validation, from 0; null where there are none. */
	fold: number | null;
	/** null where a picture has no face: then every threshold judges the pair wrongly. */
	score: number | null;
}

/** Shares 0..1. */
export interface VerificationResult {
	accuracy: number;
	/** Standard deviation of the folds' accuracies; null without folds. */
	deviation: number | null;
	/** What `accuracy` was measured at: the mean of the folds' thresholds, or the best of all. */
	threshold: number;
	/** null without pairs of both kinds. */
	eer: number | null;
	/** Same people accepted where at most this share of others is; null without others. */
	tarAtFar: Record<FalseAcceptRate, number | null>;
}

export const FALSE_ACCEPT_RATES = ['0.01', '0.001'] as const;
export type FalseAcceptRate = (typeof FALSE_ACCEPT_RATES)[number];

/** Below every score: what a pair without a face counts as where scores are ranked. */
const NOT_FOUND = -1;

/** @param pairs at least one */
export function verify(pairs: readonly ScoredPair[]): VerificationResult {
	const rates = pairErrors(pairs);
	const tarAt = (far: FalseAcceptRate) => {
		const point = rates.atFalseMatch(Number(far));
		return point && 1 - point.falseNonMatch;
	};
	return {
		...accuracyOf(pairs),
		eer: rates.equalErrorRate(),
		tarAtFar: { '0.01': tarAt('0.01'), '0.001': tarAt('0.001') },
	};
}

/** The pairs' errors over thresholds; a pair without a face scores -1. */
export function pairErrors(pairs: readonly ScoredPair[]): ErrorRates {
	const scores = (wanted: boolean) =>
		pairs.filter(({ same }) => same === wanted).map(({ score }) => score ?? NOT_FOUND);
	return new ErrorRates(scores(true), scores(false));
}

type Accuracy = Pick<VerificationResult, 'accuracy' | 'deviation' | 'threshold'>;

/** Each fold is measured at the threshold that is best for the others. */
function accuracyOf(pairs: readonly ScoredPair[]): Accuracy {
	const folds = [...new Set(pairs.map(({ fold }) => fold))];
	if (folds.length < 2) {
		const threshold = bestThreshold(pairs);
		return { accuracy: shareRight(pairs, threshold), deviation: null, threshold };
	}
	const measured = folds.map((fold) => {
		const threshold = bestThreshold(pairs.filter((pair) => pair.fold !== fold));
		const held = pairs.filter((pair) => pair.fold === fold);
		return { threshold, accuracy: shareRight(held, threshold) };
	});
	const accuracies = measured.map(({ accuracy }) => accuracy);
	return {
		accuracy: mean(accuracies),
		deviation: sampleStandardDeviation(accuracies),
		threshold: mean(measured.map(({ threshold }) => threshold)),
	};
}

/** A pair is judged the same person from the threshold on. */
function shareRight(pairs: readonly ScoredPair[], threshold: number): number {
	const right = pairs.filter(({ same, score }) => score !== null && score >= threshold === same);
	return right.length / pairs.length;
}

/** @returns what judges most pairs rightly: the lowest of equals, half-way between two scores */
function bestThreshold(pairs: readonly ScoredPair[]): number {
	const scored = pairs
		.flatMap(({ same, score }) => (score === null ? [] : [{ same, score }]))
		.sort((a, b) => a.score - b.score);
	// Below all scores every same pair is right and no other; each pair that is passed changes that.
	let gain = 0;
	let best = { gain: 0, threshold: scored[0]?.score ?? 0 };
	for (const [i, { same, score }] of scored.entries()) {
		gain += same ? -1 : 1;
		const next = scored[i + 1]?.score ?? score + 2 * Number.EPSILON;
		if (next > score && gain > best.gain) best = { gain, threshold: (score + next) / 2 };
	}
	return best.threshold;
}
