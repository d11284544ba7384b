import type { CheckInOutcome } from '$lib/contract/check-in';
import { SAME_FRAME_SCORE } from './captures';
import { thresholdFor } from './impostors';
import { cosine, likeness, normalise } from './matching';

/** How long a challenge can be answered: to turn a head twice, and to find a better light. */
export const NONCE_LIFETIME_MS = 60_000;

/** A phone's clock may be off by so much; phones set themselves to within a second. */
export const CLOCK_TOLERANCE_MS = 60_000;

/** So many failures within the time, and the next try waits until the first of them is so old. */
const FAILURES = 5;
export const FAILURES_WITHIN_MS = 3 * 60_000;

/** What no try of the student's can change. */
const NO_FAILURES: readonly CheckInOutcome[] = [
	'too-many',
	'device-waits',
	'passkey-waits',
	'passkey-address',
	'not-enrolled',
	'marked-otherwise',
];

/**
 * The policy for verification. Whoever checks in says who they are, so there is one comparison and no
 * search: at most one stranger in so many passes for a given student (false match rate, ISO/IEC
 * 19795-1).
 */
const VERIFICATION_FALSE_MATCH_RATE = 1e-4;

/** What is known of an earlier attempt of the student. */
export interface EarlierAttempt {
	/** When it began, ms. */
	at: number;
	outcome: CheckInOutcome | null;
	isUsed: boolean;
}

/**
 * How long a student has to wait for the next try; null: not at all. An attempt that is being judged
 * at this moment counts as a failure until it is known to be none, so that tries sent at once count.
 *
 * @param now ms since 1970
 */
export function waitOf(earlier: readonly EarlierAttempt[], now: number): number | null {
	const failures = earlier
		.filter(isFailure)
		.map(({ at }) => at)
		.sort((a, b) => b - a);
	const last = failures[FAILURES - 1];
	if (last === undefined) return null;
	const wait = last + FAILURES_WITHIN_MS - now;
	return wait > 0 ? wait : null;
}

function isFailure({ outcome, isUsed }: EarlierAttempt): boolean {
	if (outcome === null) return isUsed;
	return outcome !== 'accepted' && !NO_FAILURES.includes(outcome);
}

export function isClockOff(signedAt: number, now: number): boolean {
	return Math.abs(signedAt - now) > CLOCK_TOLERANCE_MS;
}

/**
 * Whether the frames show the student: their mean against the student's references, from the score on
 * that the policy for verification sets for so many references and frames.
 *
 * @param frames at least one, and `references` at least one: 512 float32 of unit length each
 * @param scoreShift of the school's calibration
 */
export function isVerified(
	frames: readonly Float32Array[],
	references: readonly Float32Array[],
	scoreShift: number,
): boolean {
	const threshold = thresholdFor({
		members: 1,
		referencesPerMember: references.length,
		frames: frames.length,
		fpir: VERIFICATION_FALSE_MATCH_RATE,
		shift: scoreShift,
	});
	return likenessTo(normalise(sumOf(frames)), references) >= threshold;
}

function likenessTo(probe: Float32Array, references: readonly Float32Array[]): number {
	const scores = references.map((reference) => cosine(probe, reference));
	const sum = scores.reduce((total, score) => total + score, 0);
	return likeness(Math.max(...scores), sum, Math.hypot(...sumOf(references)));
}

function sumOf(vectors: readonly Float32Array[]): Float32Array {
	const sum = new Float32Array(vectors[0]?.length ?? 0);
	for (const vector of vectors) {
		for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]!;
	}
	return sum;
}

/**
 * Whether a frame is a copy: of another frame of the same check-in, or of a vector that was known
 * before: recorded and sent again, or changed by a little so that it is not the same bytes. Two
 * pictures of a face that is held quite still can be as alike as {@link SAME_FRAME_SCORE}: the phone
 * leaves such frames out (client/check-in/face-frames.ts), so that what it sends never is.
 */
export function hasCopy(frames: readonly Float32Array[], known: readonly Float32Array[]): boolean {
	return frames.some((frame, i) =>
		[...frames.slice(i + 1), ...known].some((other) => isCopy(frame, other)),
	);
}

/** Lengths that are off by the little that the wire allows must not hide a copy. */
function isCopy(a: Float32Array, b: Float32Array): boolean {
	return cosine(a, b) > SAME_FRAME_SCORE * Math.sqrt(cosine(a, a) * cosine(b, b));
}
