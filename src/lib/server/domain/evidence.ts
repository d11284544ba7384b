import { addTo, showsAnother, weightOf } from '$lib/contract/fusing';
import type { LateTrack } from '$lib/contract/late-sightings';
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
	if (evidence === null || showsAnother(evidence.sum, sighting.vector)) return fuse(null, sighting);
	return fuse(evidence, sighting);
}

/** {@link addSighting} for sightings that are known to show one person: nothing starts over. */
export function fuse(evidence: TrackEvidence | null, sighting: SightingOfTrack): TrackEvidence {
	const { vector, quality, capturedAt } = sighting;
	const note = { at: capturedAt, quality };
	// Doubles, so that sums in another order differ by less than a float32 can tell.
	const sum = evidence === null ? new Float64Array(vector.length) : evidence.sum.slice();
	addTo(sum, vector, weightOf(quality));
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

/** What a device fused while it had no network, as if its sightings had come one after another. */
export function evidenceOfLate(
	{ sightings, quality, weight, firstAt, lastAt, best }: LateTrack,
	vectors: { fused: Float32Array; best: Float32Array },
): TrackEvidence {
	const sum = new Float64Array(vectors.fused.length);
	addTo(sum, vectors.fused, weight);
	return {
		sum,
		sightings,
		quality: quality * sightings,
		firstAt,
		lastAt,
		best: { ...best, vector: vectors.best },
		notes: [{ at: best.capturedAt, quality: best.quality }],
	};
}

/** All of what a track has shown in two stretches of time; null where they show two people. */
export function mergeEvidence(one: TrackEvidence, other: TrackEvidence): TrackEvidence | null {
	if (showsAnother(one.sum, other.sum)) return null;
	const sum = one.sum.slice();
	addTo(sum, other.sum, 1);
	return {
		sum,
		sightings: one.sightings + other.sightings,
		quality: one.quality + other.quality,
		firstAt: Math.min(one.firstAt, other.firstAt),
		lastAt: Math.max(one.lastAt, other.lastAt),
		best: other.best.quality > one.best.quality ? other.best : one.best,
		notes: [...one.notes, ...other.notes].slice(-KEPT_NOTES),
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
