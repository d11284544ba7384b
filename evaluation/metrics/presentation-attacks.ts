/** Attempts of one kind. */
export interface Tally {
	attempts: number;
	/** Attempts that passed. */
	passed: number;
	/** Photos or clips that the attempts were made with. */
	sources: number;
	/** Sources of which an attempt passed. */
	passedSources: number;
}

/** An attempt, and what it was made with. */
export interface Outcome {
	source: string;
	passed: boolean;
}

export function tally(outcomes: readonly Outcome[]): Tally {
	const sources = new Set(outcomes.map(({ source }) => source));
	const through = outcomes.filter(({ passed }) => passed);
	return {
		attempts: outcomes.length,
		passed: through.length,
		sources: sources.size,
		passedSources: new Set(through.map(({ source }) => source)).size,
	};
}

/** @returns 0..1; null where nothing was tried */
export function shareOf(part: number, all: number): number | null {
	return all === 0 ? null : part / all;
}

const HALVINGS = 60;

/**
 * The share that is not exceeded with 95 % confidence (Clopper and Pearson 1934, one-sided): with
 * none of n it is about 3 / n.
 *
 * @returns 0..1
 */
export function upperBound(part: number, all: number): number {
	if (part >= all) return 1;
	let [low, high] = [part / all, 1];
	for (let i = 0; i < HALVINGS; i++) {
		const middle = (low + high) / 2;
		if (atMost(part, all, middle) > 0.05) low = middle;
		else high = middle;
	}
	return high;
}

/** @returns the probability of at most `part` of `all` where each has the probability `share` */
function atMost(part: number, all: number, share: number): number {
	let term = all * Math.log1p(-share);
	let sum = Math.exp(term);
	for (let i = 1; i <= part; i++) {
		term += Math.log((all - i + 1) / i) + Math.log(share) - Math.log1p(-share);
		sum += Math.exp(term);
	}
	return sum;
}
