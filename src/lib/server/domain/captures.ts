import { MIN_REFERENCES } from '$lib/contract/enrolment';
import { cosine } from './matching';

/**
 * Below it a capture is too poor to recognise anybody by. The camera's own gate is stricter; this
 * one keeps out what passed no gate.
 */
export const MIN_CAPTURE_QUALITY = 0.2;

/**
 * Two captures more alike than this are one frame sent twice: consecutive frames of a face that
 * stands still stay below it, and a copy adds nothing to an enrolment.
 */
export const SAME_FRAME_SCORE = 0.995;

/**
 * Captures of one sitting, light and camera resemble each other far more than photographs of one
 * person do (about 0.7); below this somebody else stepped in.
 */
export const ONE_PERSON_SCORE = 0.4;

export interface Capture {
	/** 512 float32 of unit length. */
	vector: Float32Array;
	/** 0..1. */
	quality: number;
}

export type CaptureProblem = 'poor' | 'copies' | 'several-people';

/**
 * Which captures make an enrolment: the good ones, if they are enough, differ, and show one person.
 * @returns the captures to keep, or what is wrong with them together.
 */
export function chooseCaptures<T extends Capture>(
	captures: readonly T[],
): { keep: T[] } | { problem: CaptureProblem } {
	const scores = captures.flatMap((a, i) =>
		captures.slice(i + 1).map((b) => cosine(a.vector, b.vector)),
	);
	if (scores.some((score) => score > SAME_FRAME_SCORE)) return { problem: 'copies' };
	if (scores.some((score) => score < ONE_PERSON_SCORE)) return { problem: 'several-people' };
	const keep = captures.filter((capture) => capture.quality >= MIN_CAPTURE_QUALITY);
	return keep.length < MIN_REFERENCES ? { problem: 'poor' } : { keep };
}
