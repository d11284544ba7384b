import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { shuffle } from 'simple-statistics';
import type { Comparison, Template } from './comparison';

/** Somebody with the pictures that a camera would let through. */
export interface Somebody {
	/** What is good enough to be enrolled with. */
	references: readonly Template[];
	/** What is good enough to be recognised by. */
	sightings: readonly Template[];
}

/** What is compared: a probe of so many frames with so many references of another person. */
export interface Setting {
	references: number;
	frames: number;
}

/** Likenesses of strangers. All lists ascend. */
export interface ImpostorScores extends Setting {
	scores: Float32Array;
	/** Of each comparison, one of its frames against one of its references. */
	single: Float32Array;
	/**
	 * The largest score of each pair of people: comparisons of the same two are no independent
	 * evidence, so support is counted in these.
	 */
	pairs: Float32Array;
	people: number;
}

export interface Measuring {
	comparison: Comparison;
	seed: number;
	/** How many are made of a setting, about: pictures are drawn anew until it is enough. */
	comparisons: number;
}

/** More draws of the same pictures would show nothing new. */
const MAX_DRAWS = 20;

/** Everybody's probe, and what they are enrolled with, of one draw. */
interface Draw {
	probes: { owner: number; vector: Float32Array; single: Float32Array }[];
	galleries: {
		owner: number;
		vectors: Float32Array[];
		likeness: (largest: number, sum: number) => number;
	}[];
}

/**
 * Compares everybody with everybody else, in several random draws of their pictures; the same seed
 * draws the same. Null where there is nobody to compare.
 */
export function measureImpostors(
	people: readonly Somebody[],
	setting: Setting,
	{ comparison, seed, comparisons }: Measuring,
): ImpostorScores | null {
	const generator = xoroshiro128plus(seed);
	const random = () => uniformFloat64(generator);
	const searching = people.filter(({ sightings }) => sightings.length >= setting.frames).length;
	const enrolled = people.filter(
		({ references }) => references.length >= setting.references,
	).length;
	const aDraw = searching * enrolled;
	if (aDraw <= 1) return null;
	const draws = Math.min(MAX_DRAWS, Math.ceil(comparisons / aDraw));
	const scores = new Float32Array(aDraw * draws);
	const single = new Float32Array(aDraw * draws);
	const largest = new Float32Array(people.length ** 2).fill(-Infinity);
	let count = 0;
	for (let number = 0; number < draws; number++) {
		const { probes, galleries } = drawPictures(people, setting, comparison, random);
		for (const probe of probes) {
			for (const gallery of galleries) {
				if (probe.owner === gallery.owner) continue;
				const score = compare(probe.vector, gallery, comparison);
				const [one, other] = [probe.owner, gallery.owner];
				const pair = Math.min(one, other) * people.length + Math.max(one, other);
				largest[pair] = Math.max(largest[pair]!, score);
				scores[count] = score;
				single[count] = comparison.similarity(probe.single, gallery.vectors[0]!);
				count++;
			}
		}
	}
	return {
		...setting,
		scores: scores.subarray(0, count).sort(),
		single: single.subarray(0, count).sort(),
		pairs: largest.filter((score) => score > -Infinity).sort(),
		people: people.filter(
			({ references, sightings }) =>
				references.length >= setting.references || sightings.length >= setting.frames,
		).length,
	};
}

function drawPictures(
	people: readonly Somebody[],
	{ references, frames }: Setting,
	comparison: Comparison,
	random: () => number,
): Draw {
	const draw: Draw = { probes: [], galleries: [] };
	for (const [owner, person] of people.entries()) {
		if (person.sightings.length >= frames) {
			const seen = shuffle([...person.sightings], random).slice(0, frames);
			draw.probes.push({ owner, vector: comparison.fuse(seen), single: seen[0]!.vector });
		}
		if (person.references.length >= references) {
			const vectors = shuffle([...person.references], random)
				.slice(0, references)
				.map(({ vector }) => vector);
			draw.galleries.push({ owner, vectors, likeness: comparison.likenessTo(vectors) });
		}
	}
	return draw;
}

function compare(
	probe: Float32Array,
	{ vectors, likeness }: Draw['galleries'][number],
	{ similarity }: Comparison,
): number {
	let [largest, sum] = [-Infinity, 0];
	for (const vector of vectors) {
		const value = similarity(probe, vector);
		sum += value;
		if (value > largest) largest = value;
	}
	return likeness(largest, sum);
}
