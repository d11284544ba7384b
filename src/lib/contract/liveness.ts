import * as v from 'valibot';

/** What a person may be asked to do. Left and right are the person's own. */
export const ACTIONS = ['turn-left', 'turn-right', 'nod', 'blink', 'come-closer'] as const;
export const ActionSchema = v.picklist(ACTIONS);
export type Action = v.InferOutput<typeof ActionSchema>;

/** Two different actions, in the order in which they are to be done. The server chooses them. */
export const ChallengeSchema = v.pipe(
	v.strictTuple([ActionSchema, ActionSchema]),
	v.check(([first, second]) => first !== second, 'a challenge asks for two different actions'),
);
export type Challenge = v.InferOutput<typeof ChallengeSchema>;

/** What a person is told who has not passed: it names the next try, never a suspicion. */
export const LIVENESS_REASONS = [
	'look-straight',
	'stay-in-view',
	'move-slower',
	'only-asked',
	'turn-further',
	'nod-deeper',
	'eyes-longer',
	'closer',
	'back',
	'head-alone',
] as const;
export type LivenessReason = (typeof LIVENESS_REASONS)[number];

/** Points of the mesh (MediaPipe's numbers) that a trace holds, in this order. */
export const LANDMARKS = [
	// Right eye: outer corner, upper lid twice, inner corner, lower lid twice. Then the left one.
	33, 160, 158, 133, 153, 144, 263, 387, 385, 362, 380, 373,
	// Nose: bridge, tip, base, right and left wing.
	168, 4, 2, 98, 327,
	// Mouth: right and left corner, upper and lower lip.
	61, 291, 13, 14,
	// Outline: forehead, chin, right and left side, right and left jaw.
	10, 152, 234, 454, 172, 397,
	// Cheekbones and brows, right and left.
	50, 280, 105, 334,
] as const;

/** Frames of a trace: ten a second, of 124 bytes each, so at most 18.6 kB. */
export const TRACE_FRAME_MS = 100;
export const MAX_TRACE_FRAMES = 150;
export const MAX_TRACE_MS = MAX_TRACE_FRAMES * TRACE_FRAME_MS;

/** The landmarks of one frame. */
export interface TraceFrame {
	/** ms since the first frame. */
	at: number;
	/**
	 * x and y of each of {@link LANDMARKS}, by the width of the picture, as the camera took it: a
	 * picture that is shown mirrored is not traced mirrored.
	 */
	points: Float32Array;
}

/** Two numbers a landmark, two bytes a number. */
const FRAME_NUMBERS = LANDMARKS.length * 2;
const FRAME_BYTES = FRAME_NUMBERS * 2;
/** A face may reach over the picture's edge: −0.5..1.5 of the width, in steps of a 30th of a pixel. */
const FROM = -0.5;
const SPAN = 2;
const STEPS = 2 ** 16 - 1;

const TimeSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_TRACE_MS));

/** A trace on the wire: no picture, and nothing that one could be made from. */
export const LandmarkTraceSchema = v.pipe(
	v.object({
		/** ms since the first frame, ascending. */
		times: v.pipe(v.array(TimeSchema), v.minLength(2), v.maxLength(MAX_TRACE_FRAMES)),
		/** Frame after frame, 62 little-endian uint16 each. */
		points: v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'points must be binary'),
	}),
	v.check(
		({ times }) => times.every((at, i) => (i === 0 ? at === 0 : at > (times[i - 1] ?? 0))),
		'times must begin at 0 and ascend',
	),
	v.check(
		({ times, points }) => points.byteLength === times.length * FRAME_BYTES,
		'points must hold two numbers for each landmark of each frame',
	),
);
export type LandmarkTrace = v.InferOutput<typeof LandmarkTraceSchema>;

/** Packs frames for the wire; times are counted from the first frame. */
export function encodeTrace(frames: readonly TraceFrame[]): LandmarkTrace {
	const points = new Uint8Array(frames.length * FRAME_BYTES);
	const view = new DataView(points.buffer);
	frames.forEach((frame, row) => {
		frame.points.forEach((value, i) => {
			const share = Math.min(1, Math.max(0, (value - FROM) / SPAN));
			view.setUint16(row * FRAME_BYTES + i * 2, Math.round(share * STEPS), true);
		});
	});
	const began = frames[0]?.at ?? 0;
	return { times: frames.map(({ at }) => Math.round(at - began)), points };
}

/**
 * The inverse of {@link encodeTrace}, but for rounding.
 * @param trace as the schema lets it through
 */
export function decodeTrace({ times, points }: LandmarkTrace): TraceFrame[] {
	const view = new DataView(points.buffer, points.byteOffset, points.byteLength);
	return times.map((at, row) => ({
		at,
		points: Float32Array.from(
			{ length: FRAME_NUMBERS },
			(_, i) => FROM + (SPAN * view.getUint16(row * FRAME_BYTES + i * 2, true)) / STEPS,
		),
	}));
}
