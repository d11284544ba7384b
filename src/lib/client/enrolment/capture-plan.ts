import { MIN_REFERENCES } from '$lib/contract/enrolment';
import type { CaptureQuality } from '../face/face-client';

/** How the head is asked to be held, in this order. Left and right are the person's own. */
export const STEPS = ['front', 'left', 'right'] as const;
export type Step = (typeof STEPS)[number];

/** One face in one frame, as far as a capture is concerned. */
export interface Candidate {
	/** 512 numbers of unit length. */
	vector: Float32Array;
	quality: CaptureQuality;
	/** Somebody else is near. */
	crowded: boolean;
	/** ms since 1970. */
	capturedAt: number;
}

export interface Capture {
	vector: Float32Array;
	/** 0..1 */
	quality: number;
	capturedAt: number;
	/** The step that it fulfils; null for one that was kept for variety alone. */
	step: Step | null;
}

/** How far the capture of one person has come. */
export interface CapturePlan {
	captures: readonly Capture[];
	/** When the person was seen first, and when a capture was last taken. */
	startedAt: number | null;
	progressAt: number | null;
	/** Frames in a row that showed somebody else. */
	strangers: number;
	/** Frames that were looked at: a slow device needs more time for as many chances. */
	frames: number;
}

export const EMPTY_PLAN: CapturePlan = {
	captures: [],
	startedAt: null,
	progressAt: null,
	strangers: 0,
	frames: 0,
};

/** Captures that one enrolment keeps: the steps, and up to two more for variety. */
export const MOST_CAPTURES = 5;

/** Quality that is waited for, and the one that is taken when patience ends. */
const GOOD_SCORE = 0.5;
const ENOUGH_SCORE = 0.25;

/**
 * Cosine of two captures above which the second adds little. Of somebody who does not turn the head
 * frames a second apart are at 0.98 to 0.998 (measured on swaying photographs of `face-api`), so the
 * limit rises with the time they stood there; the server takes none above 0.995.
 */
const SAME_PICTURE = 0.97;
const SAME_PICTURE_AT_LAST = 0.994;
/** One kept for variety alone has to differ clearly. */
const VARIETY = 0.9;
/** Cosine below which two captures are not taken as the same person's; the server's floor is lower. */
const SAME_PERSON = 0.5;
/** Another person in front of the camera: this many frames in a row, below this cosine. */
const STRANGER = 0.35;
const STRANGER_FRAMES = 5;

/** Between two captures, so that the person sees the ring fill step by step. */
const SPACING_MS = 400;
/** After this long without progress any other view will do instead of the one asked for. */
const STEP_PATIENCE_MS = 4_000;
/** After this long what is good enough is taken; nobody is kept standing there. */
const PATIENCE_MS = 12_000;
/** After this long, and this many frames, something is wrong that the camera cannot mend. */
const GIVE_UP_MS = 30_000;
const GIVE_UP_FRAMES = 60;

export type Verdict = 'taken' | 'not-taken' | 'started-over';

/** What a frame changes: a capture is taken, or not, or the person has changed. */
export function consider(
	plan: CapturePlan,
	candidate: Candidate,
): { plan: CapturePlan; verdict: Verdict } {
	const now = candidate.capturedAt;
	const started = { ...plan, startedAt: plan.startedAt ?? now, frames: plan.frames + 1 };
	const likeness = started.captures.map(({ vector }) => cosine(vector, candidate.vector));
	const isStranger = likeness.length > 0 && Math.max(...likeness) < STRANGER;
	if (isStranger && plan.strangers + 1 >= STRANGER_FRAMES) {
		return { plan: EMPTY_PLAN, verdict: 'started-over' };
	}
	const watched = { ...started, strangers: isStranger ? plan.strangers + 1 : 0 };
	const step = stepFor(watched, candidate, likeness);
	if (step === 'none') return { plan: watched, verdict: 'not-taken' };
	const { vector, quality } = candidate;
	const capture: Capture = { vector, quality: quality.score, capturedAt: now, step };
	return {
		plan: { ...watched, captures: [...watched.captures, capture], progressAt: now },
		verdict: 'taken',
	};
}

/** Which step the candidate fulfils; null when it is kept for variety, `none` when it is not kept. */
function stepFor(
	plan: CapturePlan,
	{ quality, crowded, capturedAt }: Candidate,
	likeness: readonly number[],
): Step | null | 'none' {
	if (crowded || quality.refusal !== null || plan.captures.length >= MOST_CAPTURES) return 'none';
	const waited = capturedAt - (plan.startedAt ?? capturedAt);
	const isLate = waited >= PATIENCE_MS;
	if (quality.score < (isLate ? ENOUGH_SCORE : GOOD_SCORE)) return 'none';
	const sinceProgress = capturedAt - (plan.progressAt ?? -Infinity);
	const closest = Math.max(-1, ...likeness);
	const isSamePerson = Math.min(1, ...likeness) >= SAME_PERSON;
	if (sinceProgress < SPACING_MS || !isSamePerson) return 'none';
	if (closest >= samePicture(waited)) return 'none';
	const wanted = wantedStep(plan);
	if (wanted === null) return 'none';
	const stalled = capturedAt - (plan.progressAt ?? plan.startedAt ?? capturedAt);
	if (isHeld(quality, wanted) || isLate || stalled >= STEP_PATIENCE_MS) return wanted;
	const spare = plan.captures.filter(({ step }) => step === null).length;
	const hasRoom = spare < MOST_CAPTURES - STEPS.length;
	return hasRoom && likeness.length > 0 && closest < VARIETY ? null : 'none';
}

/** @param waited ms since the person was seen first. @returns the limit of likeness by then. */
function samePicture(waited: number): number {
	const share = (waited - STEP_PATIENCE_MS) / (PATIENCE_MS - STEP_PATIENCE_MS);
	return SAME_PICTURE + (SAME_PICTURE_AT_LAST - SAME_PICTURE) * Math.min(1, Math.max(0, share));
}

/** Degrees of yaw, above 0 to the person's left; the mesh is off by a few. */
const FRONT_YAW = 11;
const TURNED_YAW = 12;

function isHeld({ yaw }: CaptureQuality, step: Step): boolean {
	if (step === 'front') return Math.abs(yaw) <= FRONT_YAW;
	return step === 'left' ? yaw >= TURNED_YAW : yaw <= -TURNED_YAW;
}

/** The step that is asked for now; null when all are done. */
export function wantedStep(plan: CapturePlan): Step | null {
	return STEPS.find((step) => !plan.captures.some((capture) => capture.step === step)) ?? null;
}

/**
 * Good captures so far, of {@link MIN_REFERENCES}. When patience has ended, those that were kept for
 * variety count too.
 * @param now ms since 1970
 */
export function captureCount(plan: CapturePlan, now: number): number {
	const isLate = plan.startedAt !== null && now - plan.startedAt >= PATIENCE_MS;
	const counted = isLate ? plan.captures : plan.captures.filter(({ step }) => step !== null);
	return Math.min(MIN_REFERENCES, counted.length);
}

/** Whether there is enough to send. */
export function isComplete(plan: CapturePlan, now: number): boolean {
	return captureCount(plan, now) >= MIN_REFERENCES;
}

/** Whether it has taken so long that a person should decide how to go on. */
export function isStuck(plan: CapturePlan, now: number): boolean {
	if (plan.startedAt === null || plan.frames < GIVE_UP_FRAMES) return false;
	return now - plan.startedAt >= GIVE_UP_MS && !isComplete(plan, now);
}

/** Dot product of two unit vectors of the same length, -1..1. */
function cosine(a: Float32Array, b: Float32Array): number {
	return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
