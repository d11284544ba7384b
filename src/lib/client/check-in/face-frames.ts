import { MAX_CHECK_IN_FRAMES, MIN_CHECK_IN_FRAMES } from '$lib/contract/check-in';
import type { FrameResult } from '../face/face-client';

/** One vector of the person before the camera. */
export interface FaceFrame {
	trackId: number;
	/** 512 numbers of unit length. */
	vector: Float32Array;
	/** 0..1 */
	score: number;
}

/**
 * Cosine above which a frame is left out: the server takes two above 0.995 for copies. Frames of a
 * face that is held still come up to 0.998 at times, so such a one waits for the next.
 */
const TOO_ALIKE = 0.993;

/**
 * The face of a frame, where it has a vector that passed the engine's gate and nobody is near.
 *
 * @param only the track whose face it has to be; null: anybody's
 */
export function faceOf({ faces }: FrameResult, only: number | null): FaceFrame | null {
	const face = faces.find(
		({ vector, trackId }) => vector !== null && (only === null || trackId === only),
	);
	if (!face?.vector || face.quality === null || face.crowded === true) return null;
	return { trackId: face.trackId, vector: face.vector, score: face.quality.score };
}

/**
 * Keeps a frame among the best of one face. Another face begins anew: two people are never sent as
 * one.
 *
 * @param sent vectors of earlier tries, which the server would know again
 */
export function keepFrame(
	kept: readonly FaceFrame[],
	frame: FaceFrame,
	sent: readonly Float32Array[],
): readonly FaceFrame[] {
	const same = kept.filter(({ trackId }) => trackId === frame.trackId);
	const known = [...same.map(({ vector }) => vector), ...sent];
	if (known.some((vector) => cosine(vector, frame.vector) > TOO_ALIKE)) return same;
	return [...same, frame].sort((a, b) => b.score - a.score).slice(0, MAX_CHECK_IN_FRAMES);
}

export function hasEnough(kept: readonly FaceFrame[]): boolean {
	return kept.length >= MIN_CHECK_IN_FRAMES;
}

function cosine(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
