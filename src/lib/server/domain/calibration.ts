import type { CalibrationFigures } from '$lib/contract/calibration';
import { thresholdFor } from './impostors';

/** Two different people: the one's references, fused, compared with the other's. */
export interface ComparedPair {
	/** Numbers of the people, from 0. */
	one: number;
	other: number;
	/** Likeness, -1..1. */
	score: number;
	/** Of the other: what was compared with. */
	references: number;
	/** Of the one: what was fused. */
	frames: number;
}

/** Fewer people make too few pairs to say anything. */
export const MIN_PEOPLE = 20;

/** Class for which the school's rate is looked at. */
const MEMBERS = 30;

/**
 * The rarest share of pairs that is looked at is the one that so many pairs should reach: rarer ones
 * are nearer to what a policy asks for, and fewer are not told from chance.
 */
const EXPECTED_PAIRS = 30;

/** The share by which the bulk of a school is placed: no few pairs move it. */
const BULK = 0.1;

/** Pairs that should be as alike as those called one person: one in a hundred schools has one. */
const EXPECTED_OUTLIERS = 0.01;

/**
 * The default is given up when more pairs are found than it says by so many standard deviations: of
 * schools whose people are no more alike than those it was measured on, less than one in a hundred
 * would give it up (docs/accuracy.md).
 */
const DEVIATIONS = 3;

/**
 * Counts how often different people of one school are as alike as the default table says of
 * strangers. A score is judged by its distance to the table's at that pair's references and frames.
 */
export class PairTally {
	readonly #people: number;
	readonly #pairs: number;
	/** Of a pair's people, how many pairs of theirs are among those looked at. */
	readonly #foundOf: Uint32Array;
	readonly #levels: Record<'bulk' | 'rare' | 'named' | 'one', Level>;

	/**
	 * @param people all of whom are compared with each other once, at least {@link MIN_PEOPLE}
	 * @param strangersPerWrongName the school's policy
	 */
	constructor(people: number, strangersPerWrongName: number) {
		this.#people = people;
		this.#pairs = (people * (people - 1)) / 2;
		this.#foundOf = new Uint32Array(people);
		const named = -Math.expm1(Math.log1p(-1 / strangersPerWrongName) / MEMBERS);
		this.#levels = {
			bulk: new Level(BULK),
			rare: new Level(Math.min(BULK, Math.max(named, EXPECTED_PAIRS / this.#pairs))),
			named: new Level(named),
			one: new Level(Math.min(named, EXPECTED_OUTLIERS / this.#pairs)),
		};
	}

	/** Pairs below this score need not be added. */
	get floor(): number {
		return this.#levels.bulk.threshold(1, 1);
	}

	add({ one, other, score, references, frames }: ComparedPair): void {
		const { bulk, rare, named, one: same } = this.#levels;
		if (!bulk.add(score, references, frames)) return;
		named.add(score, references, frames);
		same.add(score, references, frames);
		if (!rare.add(score, references, frames)) return;
		this.#foundOf[one]! += 1;
		this.#foundOf[other]! += 1;
	}

	/** What the pairs say once all were added. */
	figures(): CalibrationFigures {
		const { bulk, rare, named, one } = this.#levels;
		const expected = rare.share * this.#pairs;
		// A school of alike people is placed by its bulk first: else all of them would stand apart.
		const lookLikeOnePerson = one.countFrom(bulk.excess(bulk.share * this.#pairs, 0));
		const found = Math.max(0, rare.countFrom(0) - lookLikeOnePerson);
		const byChance = expected + DEVIATIONS * Math.sqrt(expected * this.#dispersion(found));
		return {
			people: this.#people,
			pairs: this.#pairs,
			expected,
			found,
			byChance,
			named: {
				expected: named.share * this.#pairs,
				found: Math.max(0, named.countFrom(0) - lookLikeOnePerson),
			},
			lookLikeOnePerson,
			scoreShift: found > byChance ? Math.min(1, rare.excess(expected, lookLikeOnePerson)) : 0,
		};
	}

	/**
	 * By how much the variance of the number of pairs is larger than that of independent ones, at
	 * least 1. Pairs share people, and somebody who resembles many makes many at once: the spread of
	 * the counts of each person tells. It holds the variance of counting twice, once for each of two.
	 */
	#dispersion(found: number): number {
		if (found === 0) return 1;
		const mean = (2 * found) / this.#people;
		const spread = this.#foundOf.reduce((sum, count) => sum + (count - mean) ** 2, 0);
		return Math.max(1, (spread - found) / found);
	}
}

/** Scores differ by 2 at most; a step is finer than any threshold needs. */
const STEP = 0.001;
const STEPS = 2 / STEP;

/** How far above the table's score for a share of strangers pairs lie. */
class Level {
	readonly share: number;
	readonly #thresholds = new Map<number, number>();
	/** Pairs by how far they are above, in steps. */
	readonly #counts = new Uint32Array(STEPS + 1);

	/** @param share 0..1, of strangers, to whom the table gives a score */
	constructor(share: number) {
		this.share = share;
	}

	/** The table's score for two people of so many references and frames. */
	threshold(references: number, frames: number): number {
		const key = references * 1024 + frames;
		const known = this.#thresholds.get(key);
		if (known !== undefined) return known;
		const threshold = thresholdFor({
			members: 1,
			referencesPerMember: references,
			frames,
			fpir: this.share,
			shift: 0,
		});
		this.#thresholds.set(key, threshold);
		return threshold;
	}

	/** @returns whether the score is at the table's or above */
	add(score: number, references: number, frames: number): boolean {
		const above = score - this.threshold(references, frames);
		if (above < 0) return false;
		this.#counts[Math.min(STEPS, Math.floor(above / STEP))]! += 1;
		return true;
	}

	/** Pairs that are so far above the table's score. */
	countFrom(above: number): number {
		return this.#counts
			.subarray(Math.min(STEPS, Math.round(above / STEP)))
			.reduce((a, b) => a + b, 0);
	}

	/** How much the table's scores must rise for no more than so many pairs, besides `apart`, to reach them. */
	excess(most: number, apart: number): number {
		let [step, count] = [STEPS + 1, 0];
		while (step > 0 && count + this.#counts[step - 1]! <= most + apart) {
			step -= 1;
			count += this.#counts[step]!;
		}
		return step * STEP;
	}
}
