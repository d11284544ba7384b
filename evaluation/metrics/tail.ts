import { linearRegression, mean } from 'simple-statistics';

/** A score for each probability with which it is reached. */
export type Tail = (probability: number) => number;

/**
 * How far out, in standard deviations, a share of a normal distribution lies.
 * Abramowitz & Stegun 1964, 26.2.23; absolute error below 4.5e-4.
 * @param probability of the upper tail, above 0, to 0.5
 */
export function normalQuantile(probability: number): number {
	const t = Math.sqrt(-2 * Math.log(probability));
	const above = 2.515517 + t * (0.802853 + t * 0.010328);
	return t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

/**
 * @param ascending scores, at least one
 * @returns the score that this share of them reaches
 */
export function scoreReachedBy(probability: number, ascending: Float32Array): number {
	const above = Math.floor(probability * ascending.length);
	return ascending[Math.max(0, ascending.length - 1 - above)]!;
}

/** @returns how many of ascending scores are at or above one */
export function countFrom(score: number, ascending: Float32Array): number {
	let [low, high] = [0, ascending.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (ascending[middle]! < score) low = middle + 1;
		else high = middle;
	}
	return ascending.length - low;
}

/**
 * A straight line over the normal quantile of the probability: the tail of a normal distribution of
 * any centre and width. Least squares; level where there is one point only.
 * @param points probability and score, at least one
 */
export function normalTail(points: readonly (readonly [number, number])[]): Tail {
	const { m, b } = linearRegression(
		points.map(([probability, score]) => [normalQuantile(probability), score]),
	);
	return (probability) => b + m * normalQuantile(probability);
}

/**
 * Peaks over a threshold: what exceeds it follows a generalised Pareto distribution, fitted by
 * probability-weighted moments (Hosking & Wallis 1987).
 * @param share of the scores that exceeds the threshold
 */
export function paretoTail(ascending: Float32Array, share: number): Tail {
	const threshold = scoreReachedBy(share, ascending);
	const over = Array.from(
		ascending.subarray(ascending.length - countFrom(threshold, ascending)),
		(score) => score - threshold,
	);
	const first = mean(over);
	// Their plotting position for the i-th of n excesses: (i - 0.35) / n.
	const second = mean(over.map((excess, i) => excess * (1 - (i + 0.65) / over.length)));
	const shape = first / (first - 2 * second) - 2;
	const scale = (2 * first * second) / (first - 2 * second);
	return (probability) => {
		const t = probability / share;
		return (
			threshold +
			(Math.abs(shape) < 1e-6 ? -scale * Math.log(t) : (scale / shape) * (1 - t ** shape))
		);
	};
}
