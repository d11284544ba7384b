import { FACE_SIZE } from './align';
import { fivePoints, meshPoint, type Mesh } from './mesh';

/** Why a capture is not used; the first that holds, in this order. */
export const REFUSALS = [
	'too-far',
	'too-dark',
	'too-bright',
	'turned',
	'tilted',
	'blurred',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** How the head is held, in degrees. */
export interface Pose {
	/** Above 0 the person turns to their left. */
	yaw: number;
	/** Above 0 the person looks up. */
	pitch: number;
	/** Above 0 the head leans to the person's left shoulder. */
	roll: number;
}

export interface CaptureQuality extends Pose {
	/** 0..1, one number for ranking captures; 0 when refused for a measure at its limit. */
	score: number;
	/** Distance of the eyes, px of the frame. */
	eyeDistance: number;
	/** 0..1, see {@link sharpnessOf}. */
	sharpness: number;
	/** Mean luma of the face before correction, 0..1. */
	exposure: number;
	/** 0..1, see {@link clarityOf}; null before the face is embedded. */
	clarity: number | null;
	refusal: Refusal | null;
}

/** Points of the mesh that span the head's axes (as @vladmandic/human, `calculateFaceAngle`). */
const FOREHEAD = 10;
const CHIN = 152;
const RIGHT_CHEEK = 234;
const LEFT_CHEEK = 454;
/** Pitch that the mesh shows for a level head, degrees: the median of the development photos. */
const LEVEL_PITCH = -7;

const DEGREES = 180 / Math.PI;

/** @returns how the head is held, from the mesh's depth. */
export function poseOf(mesh: Mesh): Pose {
	const forehead = meshPoint(mesh, FOREHEAD);
	const chin = meshPoint(mesh, CHIN);
	const right = meshPoint(mesh, RIGHT_CHEEK);
	const left = meshPoint(mesh, LEFT_CHEEK);
	const [rightEye, leftEye] = fivePoints(mesh);
	const across = Math.hypot(left.x - right.x, left.y - right.y);
	const down = Math.hypot(chin.x - forehead.x, chin.y - forehead.y);
	return {
		yaw: Math.atan2(left.z - right.z, across) * DEGREES,
		pitch: Math.atan2(forehead.z - chin.z, down) * DEGREES - LEVEL_PITCH,
		roll: Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x) * DEGREES,
	};
}

/** @returns distance of the eyes in pixels of the frame. */
export function eyeDistanceOf(mesh: Mesh): number {
	const [right, left] = fivePoints(mesh);
	return Math.hypot(left.x - right.x, left.y - right.y);
}

/** The middle of the aligned face: brows to mouth, no background. */
const MIDDLE = { left: 22, top: 34, right: 90, bottom: 104 };
const MIDDLE_WIDTH = MIDDLE.right - MIDDLE.left;
const MIDDLE_HEIGHT = MIDDLE.bottom - MIDDLE.top;

/** @returns luma of the middle of an aligned face (112 x 112 x 3, RGB 0..255), row after row. */
function middleLuma(face: Float32Array): Float32Array {
	const luma = new Float32Array(MIDDLE_WIDTH * MIDDLE_HEIGHT);
	for (let y = 0; y < MIDDLE_HEIGHT; y++) {
		for (let x = 0; x < MIDDLE_WIDTH; x++) {
			const at = ((y + MIDDLE.top) * FACE_SIZE + x + MIDDLE.left) * 3;
			luma[y * MIDDLE_WIDTH + x] =
				0.299 * face[at]! + 0.587 * face[at + 1]! + 0.114 * face[at + 2]!;
		}
	}
	return luma;
}

/**
 * @param face aligned, 112 x 112 x 3, RGB 0..255
 * @returns its mean luma, 0..1
 */
export function exposureOf(face: Float32Array): number {
	const luma = middleLuma(face);
	return luma.reduce((sum, value) => sum + value, 0) / luma.length / 255;
}

/** Width of the blur that the face is compared with, px. */
const REBLUR = 9;

/**
 * How sharp an aligned face is: how much its neighbour differences fall when it is blurred again
 * (Crete et al. 2007, "The blur effect"); 1 − blur, 0..1. It does not depend on contrast.
 *
 * @param face aligned, 112 x 112 x 3, RGB
 */
export function sharpnessOf(face: Float32Array): number {
	const luma = middleLuma(face);
	// The blurrier direction counts: motion blurs one of them.
	return Math.min(
		lostByBlur(luma, MIDDLE_WIDTH, MIDDLE_HEIGHT, 1, MIDDLE_WIDTH),
		lostByBlur(luma, MIDDLE_HEIGHT, MIDDLE_WIDTH, MIDDLE_WIDTH, 1),
	);
}

/**
 * @param length pixels along the direction, `step` apart in memory
 * @param lines how many lines, `lineStep` apart
 * @returns share of the neighbour differences that a second blur takes away, 0..1
 */
function lostByBlur(
	luma: Float32Array,
	length: number,
	lines: number,
	step: number,
	lineStep: number,
): number {
	const half = (REBLUR - 1) / 2;
	let all = 0;
	let lost = 0;
	for (let line = 0; line < lines; line++) {
		const at = (i: number) =>
			luma[line * lineStep + Math.min(length - 1, Math.max(0, i)) * step] ?? 0;
		let sum = 0;
		for (let i = -half; i <= half; i++) sum += at(i);
		for (let i = 1; i < length; i++) {
			const before = sum;
			sum += at(i + half) - at(i - half - 1);
			const difference = Math.abs(at(i) - at(i - 1));
			const blurred = Math.abs(sum - before) / REBLUR;
			all += difference;
			lost += Math.max(0, difference - blurred);
		}
	}
	return all > 0 ? lost / all : 0;
}

/** A measure that is refused below `least` and perfect from `good` on. */
interface Ramp {
	least: number;
	good: number;
}

/**
 * The limits of the first gate, chosen on 838 development photos: the cosine of a photo with the same
 * person's others stays at 0.70 up to 25 degrees of yaw and falls to 0.57 beyond 40; it is 0.66 with
 * eyes 14 px apart and 0.56 with 10 px. Sharpness there is 0.42..0.63, and 0.28 on faces enlarged
 * from 10 px. Light needs wide limits only: adaptive gamma recovers the rest. Roll is undone by the
 * alignment, so only a head that lies on its side is refused.
 */
export const LIMITS = {
	/** px of the frame. */
	eyeDistance: { least: 12, good: 28 },
	sharpness: { least: 0.27, good: 0.5 },
	/** Mean luma of the face; between `dark` and `bright` it costs nothing. */
	dark: { least: 0.03, good: 0.12 },
	bright: { least: 0.97, good: 0.85 },
	/** Degrees. */
	yaw: { least: 45, good: 20 },
	pitch: { least: 35, good: 15 },
	roll: { least: 65, good: 30 },
} satisfies Record<string, Ramp>;

/** 0 at `least`, 1 at `good`, linear between; works in both directions. */
function ramp(value: number, { least, good }: Ramp): number {
	return Math.min(1, Math.max(0, (value - least) / (good - least)));
}

/** How much a capture at the limit of a soft measure is still worth. */
const FLOOR = 0.25;

/**
 * The first gate: whether a capture is worth embedding, and how good it is.
 * @param measures of one face in one frame
 */
export function judge(
	measures: Omit<CaptureQuality, 'score' | 'refusal' | 'clarity'>,
): CaptureQuality {
	const parts = {
		'too-far': ramp(measures.eyeDistance, LIMITS.eyeDistance),
		'too-dark': ramp(measures.exposure, LIMITS.dark),
		'too-bright': ramp(measures.exposure, LIMITS.bright),
		turned: ramp(Math.abs(measures.yaw), LIMITS.yaw),
		tilted: Math.min(
			ramp(Math.abs(measures.pitch), LIMITS.pitch),
			ramp(Math.abs(measures.roll), LIMITS.roll),
		),
		blurred: ramp(measures.sharpness, LIMITS.sharpness),
	} satisfies Record<Refusal, number>;
	const refusal = REFUSALS.find((reason) => parts[reason] === 0) ?? null;
	const worth = REFUSALS.map((reason) => FLOOR + (1 - FLOOR) * parts[reason]);
	const score = refusal ? 0 : worth.reduce((product, part) => product * part, 1);
	return { ...measures, clarity: null, score, refusal };
}

/**
 * Length of the embedder's vector before it is scaled: it is short for a face that is covered, odd or
 * spoiled in a way that no other measure sees. Of the measures here it tells best how like a photo
 * will be to the same person's others (rank correlation 0.64 on the development photos, sharpness
 * 0.21, yaw 0.06), as Meng et al. 2021 ("MagFace") found of such networks.
 */
const CLARITY = { least: 1.5, good: 3.8 } satisfies Ramp;

/** @returns 0..1, from the length of an embedded vector */
export function clarityOf(length: number): number {
	return ramp(length, CLARITY);
}

/**
 * @param quality as it was judged before the face was embedded
 * @param clarity 0..1
 * @returns the same capture's quality with what the embedder told of it
 */
export function withClarity(quality: CaptureQuality, clarity: number): CaptureQuality {
	return { ...quality, clarity, score: quality.score * (FLOOR + (1 - FLOOR) * clarity) };
}
