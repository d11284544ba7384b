import type { Action, Challenge, LivenessReason, TraceFrame } from '$lib/contract/liveness';
import { advance, askedOf, beginCourse, type Course } from '$lib/contract/liveness-course';
import { measureFrame, scoresOf, type LivenessScores } from './liveness-evidence';

export interface LivenessVerdict {
	passed: boolean;
	/** What the student is asked to do next time; null when passed. */
	reason: LivenessReason | null;
	/** For the log; a student never sees them. */
	scores: LivenessScores;
}

/**
 * The limits, chosen on 24 development photos and reported on others (`npm run evaluate --
 * liveness`, docs/accuracy.md). A photograph that is tilted or rolled narrows as a head does that
 * turns, but its nose moves less for it: 0.45 to 0.52 where a head gave 0.60 and more, and for nods
 * 0.33 and more. `jump` is above the quickest turn that was seen, `gap` is in ms.
 */
export const LIMITS = { turnDepth: 0.55, nodDepth: 0.32, jump: 0.5, gap: 350 } as const;

/** Frames that a course takes at least: a rest, two ways out, one way back. */
const MIN_FRAMES = 12;

const FURTHER: Record<Action, LivenessReason> = {
	'turn-left': 'turn-further',
	'turn-right': 'turn-further',
	nod: 'nod-deeper',
	blink: 'eyes-longer',
	'come-closer': 'closer',
};

/**
 * Judges whether a trace shows a head that did what was asked.
 * @param frames in the order of their times
 */
export function judgeTrace(challenge: Challenge, frames: readonly TraceFrame[]): LivenessVerdict {
	const measured = frames.map(measureFrame);
	const course = measured.reduce(
		(so, { at, measures }) => advance(so, at, measures),
		beginCourse(challenge),
	);
	const scores = scoresOf(course, measured);
	const reason = frames.length < MIN_FRAMES ? 'stay-in-view' : reasonOf(course, scores);
	return { passed: reason === null, reason, scores };
}

function reasonOf(course: Course, scores: LivenessScores): LivenessReason | null {
	if (scores.gap > LIMITS.gap) return 'stay-in-view';
	if (scores.jump > LIMITS.jump) return 'move-slower';
	if (course.base === null) return 'look-straight';
	if (course.stray !== null) return 'only-asked';
	// A depth that was not asked for is null, and no reason.
	const isFlat =
		(scores.turnDepth ?? Infinity) < LIMITS.turnDepth ||
		(scores.nodDepth ?? Infinity) < LIMITS.nodDepth;
	if (isFlat) return 'head-alone';
	const asked = askedOf(course);
	if (asked === null) return null;
	return course.isOut ? 'back' : FURTHER[asked];
}
