/** A point of a DET curve: shares 0..1 that are wrongly accepted and wrongly refused at a threshold. */
export interface ErrorPoint {
	threshold: number;
	/** Of the scores of other people. */
	falseMatch: number;
	/** Of the scores of the same person. */
	falseNonMatch: number;
}

/** Where nothing lies above a score, the threshold is put this far above it. */
const JUST_ABOVE = 1e-6;
const CURVE_STEPS = 400;

/** Counts errors over thresholds; a score at or above the threshold is accepted. */
export class ErrorRates {
	readonly #genuine: Float64Array;
	readonly #impostors: Float64Array;

	/**
	 * @param genuine scores of the same person; -Infinity for what no threshold accepts
	 * @param impostors scores of other people
	 */
	constructor(genuine: Iterable<number>, impostors: Iterable<number>) {
		this.#genuine = Float64Array.from(genuine).sort();
		this.#impostors = Float64Array.from(impostors).sort();
	}

	get genuine(): number {
		return this.#genuine.length;
	}

	get impostors(): number {
		return this.#impostors.length;
	}

	/** @returns shares 0..1; 0 where there are no such scores */
	at(threshold: number): ErrorPoint {
		const accepted = this.impostors - firstFrom(this.#impostors, threshold);
		return {
			threshold,
			falseMatch: accepted / Math.max(1, this.impostors),
			falseNonMatch: firstFrom(this.#genuine, threshold) / Math.max(1, this.genuine),
		};
	}

	/**
	 * The lowest threshold that accepts no larger share of the impostors: half-way between the last
	 * score that it must refuse and the next score of anybody.
	 *
	 * @param falseMatch 0..1, below 1
	 * @returns null where there are no impostors
	 */
	atFalseMatch(falseMatch: number): ErrorPoint | null {
		if (this.impostors === 0) return null;
		const allowed = Math.floor(falseMatch * this.impostors);
		return this.#refusing(this.#impostors[this.impostors - 1 - allowed]!);
	}

	/** @returns the share at which both errors are alike, interpolated; null without both kinds of scores */
	equalErrorRate(): number | null {
		if (this.genuine === 0 || this.impostors === 0) return null;
		const scores = Float64Array.from([...this.#genuine, ...this.#impostors, Infinity]).sort();
		// The curves cross where refusing the same person first outweighs accepting another.
		let [low, high] = [0, scores.length - 1];
		while (low < high) {
			const middle = (low + high) >> 1;
			const { falseMatch, falseNonMatch } = this.at(scores[middle]!);
			if (falseNonMatch >= falseMatch) high = middle;
			else low = middle + 1;
		}
		return crossing(this.at(scores[low - 1] ?? -Infinity), this.at(scores[low]!));
	}

	/**
	 * The curve at as many false match rates as a drawing shows, closer together where they are small.
	 * @returns points from the most impostors accepted to none
	 */
	curve(): ErrorPoint[] {
		const counts = new Set<number>();
		for (let step = 0; step <= CURVE_STEPS; step++) {
			counts.add(Math.round(this.impostors ** (step / CURVE_STEPS)));
		}
		counts.delete(this.impostors);
		return [...counts, 0]
			.sort((a, b) => b - a)
			.flatMap((count) => {
				const limit = this.#impostors[this.impostors - 1 - count];
				return limit === undefined ? [] : [this.#refusing(limit)];
			});
	}

	#refusing(limit: number): ErrorPoint {
		const next = Math.min(above(this.#genuine, limit), above(this.#impostors, limit));
		const middle = next === Infinity ? limit + JUST_ABOVE : (limit + next) / 2;
		return this.at(middle > limit ? middle : next);
	}
}

/** @returns the height at which the lines between two points cross */
function crossing(before: ErrorPoint, after: ErrorPoint): number {
	const gapBefore = before.falseMatch - before.falseNonMatch;
	const gapAfter = after.falseNonMatch - after.falseMatch;
	const share = gapBefore / (gapBefore + gapAfter || 1);
	return before.falseMatch + share * (after.falseMatch - before.falseMatch);
}

/** @returns the index of the first score at or above the threshold, in ascending scores */
function firstFrom(scores: Float64Array, threshold: number): number {
	let [low, high] = [0, scores.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (scores[middle]! < threshold) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** @returns the lowest score above a limit, in ascending scores; Infinity where there is none */
function above(scores: Float64Array, limit: number): number {
	let [low, high] = [0, scores.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (scores[middle]! <= limit) low = middle + 1;
		else high = middle;
	}
	return scores[low] ?? Infinity;
}
