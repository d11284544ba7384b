import type { CaptureQuality, FrameResult, Refusal } from '../face/face-client';
import type { Step } from './capture-plan';

/** What the person is asked to do; one at a time. */
export type Hint =
	| 'come-in'
	| 'one-only'
	| 'closer'
	| 'further'
	| 'more-light'
	| 'less-light'
	| 'look-here'
	| 'upright'
	| 'hold-still'
	| 'uncover'
	| 'straight'
	| 'turn-left'
	| 'turn-right';

const HINT_OF_REFUSAL: Record<Refusal, Hint> = {
	'too-far': 'closer',
	'too-dark': 'more-light',
	'too-bright': 'less-light',
	turned: 'look-here',
	tilted: 'upright',
	blurred: 'hold-still',
};

const HINT_OF_STEP: Record<Step, Hint> = {
	front: 'straight',
	left: 'turn-left',
	right: 'turn-right',
};

/** Share of the frame's height above which a face no longer fits the oval when it turns. */
const TOO_NEAR = 0.85;
/** Where the engine's quality begins to fall (its `LIMITS`): better asked for than waited out. */
const SMALL_EYE_DISTANCE = 36;
const SOFT_SHARPNESS = 0.42;
const DIM = 0.1;
const GLARING = 0.88;
const VAGUE = 0.5;

/** What would help most now, given the newest frame of an enrolment and the step that is wanted. */
export function hintFor(frame: FrameResult, step: Step | null): Hint {
	const [face] = frame.faces;
	if (face === undefined) return 'come-in';
	if (face.crowded === true) return 'one-only';
	if (face.box.height > frame.height * TOO_NEAR) return 'further';
	const { quality } = face;
	if (quality === null) return 'look-here';
	if (quality.refusal !== null) return HINT_OF_REFUSAL[quality.refusal];
	return hintOfWeakness(quality) ?? (step === null ? 'hold-still' : HINT_OF_STEP[step]);
}

function hintOfWeakness(quality: CaptureQuality): Hint | null {
	const { eyeDistance, exposure, sharpness, clarity } = quality;
	if (eyeDistance < SMALL_EYE_DISTANCE) return 'closer';
	if (exposure < DIM) return 'more-light';
	if (exposure > GLARING) return 'less-light';
	if (sharpness < SOFT_SHARPNESS) return 'hold-still';
	// Nothing else is wrong, and yet the face tells little: a hand, a scarf or dark glasses.
	return clarity !== null && clarity < VAGUE ? 'uncover' : null;
}

/** A hint on the screen and since when, ms. */
export interface ShownHint {
	hint: Hint;
	since: number;
}

/** A sentence that changes faster than this cannot be followed. */
const SHORTEST_MS = 900;

/** Keeps a hint on the screen long enough to be read. */
export function steadyHint(shown: ShownHint | null, hint: Hint, now: number): ShownHint {
	if (shown === null) return { hint, since: now };
	if (shown.hint === hint || now - shown.since < SHORTEST_MS) return shown;
	return { hint, since: now };
}
