import { normalise } from './matching';

/** One frame's contribution to a track. */
export interface SightingOfTrack {
	/** 512 float32 of unit length. */
	vector: Float32Array;
	/** Capture quality, 0..1. */
	quality: number;
	/** ms since 1970. */
	capturedAt: number;
}

/**
 * What a camera has shown of one track so far. The vectors of several frames are fused into one by
 * their quality: independent noise cancels, so a fused vector names a person where single frames
 * are in doubt (docs/accuracy.md: three photos fused miss no member where single ones miss one in a
 * hundred).
 */
export interface TrackEvidence {
	/** Quality-weighted sum of the track's unit vectors, 512 numbers; not of unit length. */
	readonly sum: Float64Array;
	readonly sightings: number;
	/** Sum of the sightings' qualities. */
	readonly quality: number;
	/** Capture times of the first and last sighting, ms. */
	readonly firstAt: number;
	readonly lastAt: number;
	/** The sighting of the highest quality: what may become a reference. */
	readonly best: SightingOfTrack;
	/** When and how well the newest {@link KEPT_NOTES} sightings showed the face. */
	readonly notes: readonly { at: number; quality: number }[];
}

/** Sightings, and the time that they span, before anything is decided: one glance names nobody. */
const MIN_SIGHTINGS = 3;
const MIN_SPAN_MS = 400;

/** What is not clear is given this many sightings to become so before the teacher is asked. */
const SIGHTINGS_BEFORE_ASKING = 6;

/**
 * A sighting further than this from its track's fused vector shows another person. Below it lie 1 in
 * 100 pairs of photos of one person (of different years, where a track's frames follow each other)
 * and 998 in 1,000 pairs of two (`npm run evaluate -- verify`).
 */
const SAME_PERSON_SCORE = 0.3;

/** So that a capture of quality 0 still counts a little, and no single capture counts for all. */
const MIN_WEIGHT = 0.05;

/** Bounds what is remembered of somebody who stays before the camera for an hour. */
const KEPT_NOTES = 32;

/**
 * Adds a sighting to what a track has shown. A sighting that contradicts it starts the track over:
 * the tracker followed a crossing wrongly, and two people must never be averaged into one. A sighting
 * older than the first counts as well (a late batch): the order does not matter.
 */
export function addSighting(
	evidence: TrackEvidence | null,
	sighting: SightingOfTrack,
): TrackEvidence {
	if (evidence === null || contradicts(evidence, sighting)) return fuse(null, sighting);
	return fuse(evidence, sighting);
}

/** {@link addSighting} for sightings that are known to show one person: nothing starts over. */
export function fuse(evidence: TrackEvidence | null, sighting: SightingOfTrack): TrackEvidence {
	const { vector, quality, capturedAt } = sighting;
	const weight = Math.max(quality, MIN_WEIGHT);
	const note = { at: capturedAt, quality };
	// Doubles, so that sums in another order differ by less than a float32 can tell.
	const sum = evidence === null ? new Float64Array(vector.length) : evidence.sum.slice();
	for (let i = 0; i < sum.length; i++) sum[i]! += weight * vector[i]!;
	if (evidence === null) {
		return {
			sum,
			sightings: 1,
			quality,
			firstAt: capturedAt,
			lastAt: capturedAt,
			best: sighting,
			notes: [note],
		};
	}
	return {
		sum,
		sightings: evidence.sightings + 1,
		quality: evidence.quality + quality,
		firstAt: Math.min(evidence.firstAt, capturedAt),
		lastAt: Math.max(evidence.lastAt, capturedAt),
		best: quality > evidence.best.quality ? sighting : evidence.best,
		notes: [...evidence.notes, note].slice(-KEPT_NOTES),
	};
}

/** The track's one vector, 512 float32 of unit length: what is matched against the gallery. */
export function fusedVector({ sum }: TrackEvidence): Float32Array {
	return normalise(new Float32Array(sum));
}

/** Mean quality of the track's sightings, 0..1. */
export function meanQuality({ quality, sightings }: TrackEvidence): number {
	return quality / sightings;
}

/** Whether the track has shown enough for a decision. */
export function isDecidable({ sightings, firstAt, lastAt }: TrackEvidence): boolean {
	return sightings >= MIN_SIGHTINGS && lastAt - firstAt >= MIN_SPAN_MS;
}

/** Whether the track has shown so much that more would not make it clear by itself. */
export function isExhausted({ sightings }: TrackEvidence): boolean {
	return sightings >= SIGHTINGS_BEFORE_ASKING;
}

/** Overwrites what the track holds of the face: evidence that is dropped must not wait for others' data. */
export function wipeEvidence({ sum, best }: TrackEvidence): void {
	sum.fill(0);
	best.vector.fill(0);
}

/** The cosine of the track's sum with the sighting, without making the vector for it. */
function contradicts({ sum }: TrackEvidence, { vector }: SightingOfTrack): boolean {
	let product = 0;
	let squares = 0;
	for (let i = 0; i < sum.length; i++) {
		product += sum[i]! * vector[i]!;
		squares += sum[i]! * sum[i]!;
	}
	return product < SAME_PERSON_SCORE * Math.sqrt(squares);
}
