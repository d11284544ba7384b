/**
 * How the sightings of a track are fused into one: their unit vectors are added up, weighted by quality.
 * The server does it for what arrives at once, a device for what waits on it, and sums of sums are the
 * same in any order.
 */

/** So that a capture of quality 0 still counts a little, and no single capture counts for all. */
const MIN_WEIGHT = 0.05;

/**
 * A sighting further than this from its track's fused vector shows another person. Below it lie 1 in
 * 100 pairs of photos of one person (of different years, where a track's frames follow each other)
 * and 998 in 1,000 pairs of two (`npm run evaluate -- verify`).
 */
const SAME_PERSON_SCORE = 0.3;

/** What a sighting of this quality (0..1) counts for, 0.05..1. */
export function weightOf(quality: number): number {
	return Math.max(quality, MIN_WEIGHT);
}

/**
 * Whether a vector shows another person than a sum of vectors does.
 * @param vector of any length but 0, with as many numbers as the sum
 */
export function showsAnother(sum: ArrayLike<number>, vector: ArrayLike<number>): boolean {
	let product = 0;
	let squares = 0;
	let ownSquares = 0;
	for (let i = 0; i < sum.length; i++) {
		product += sum[i]! * vector[i]!;
		squares += sum[i]! * sum[i]!;
		ownSquares += vector[i]! * vector[i]!;
	}
	return product < SAME_PERSON_SCORE * Math.sqrt(squares * ownSquares);
}

/** Adds to a sum, in place. */
export function addTo(sum: Float64Array, vector: ArrayLike<number>, weight: number): void {
	for (let i = 0; i < sum.length; i++) sum[i]! += weight * vector[i]!;
}
