import { fuse, fusedVector, type TrackEvidence } from '$lib/server/domain/evidence';
import { cosine, likeness } from '$lib/server/domain/matching';

/** What a picture gave: a face's vector and its quality, 0..1. */
export interface Template {
	vector: Float32Array;
	quality: number;
}

/** How vectors of one pipeline are compared, and how several of one person become one. */
export interface Comparison {
	/** @returns up to 1, which is the same vector */
	similarity: (a: Float32Array, b: Float32Array) => number;
	/** @param templates at least one */
	fuse: (templates: readonly Template[]) => Float32Array;
	/**
	 * @param references of one person, at least one
	 * @returns how like a probe is to that person, by its largest similarity to a reference and the
	 * sum of its similarities to all
	 */
	likenessTo: (references: readonly Float32Array[]) => (largest: number, sum: number) => number;
}

/**
 * As the server compares: cosine, and the mean of a track's vectors by quality. A camera's track
 * starts over where a sighting contradicts it, as somebody else may have stepped in; here photos of
 * different years contradict more often, and the data set says whose they are.
 */
export const serverComparison: Comparison = {
	similarity: cosine,
	fuse: (templates) =>
		fusedVector(
			templates.reduce<TrackEvidence | null>(
				(evidence, template) => fuse(evidence, { ...template, capturedAt: 0 }),
				null,
			) ?? noEvidence(),
		),
	likenessTo: (references) => {
		const length = Math.hypot(...sumOf(references));
		return (largest, sum) => likeness(largest, sum, length);
	},
};

/**
 * As `match.similarity` of @vladmandic/human with its default options, but for its rounding to 0.01;
 * and as its `match.find`, the nearest reference names the person. It fuses nothing: a plain mean.
 */
export const humanComparison: Comparison = {
	similarity: (a, b) => {
		let squares = 0;
		for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
		const similarity = 1 - Math.sqrt(HUMAN.multiplier * squares) / 100;
		return Math.min(1, Math.max(0, (similarity - HUMAN.min) / (HUMAN.max - HUMAN.min)));
	},
	fuse: (templates) =>
		sumOf(templates.map(({ vector }) => vector)).map((value) => value / templates.length),
	likenessTo: () => (largest) => largest,
};

const HUMAN = { multiplier: 25, min: 0.2, max: 0.8 };

function sumOf(vectors: readonly Float32Array[]): Float32Array {
	const sum = new Float32Array(vectors[0]?.length ?? 0);
	for (const vector of vectors) {
		for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + vector[i]!;
	}
	return sum;
}

function noEvidence(): never {
	throw new RangeError('Nothing can be fused from no pictures.');
}
