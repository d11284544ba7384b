import {
	LANDMARKS,
	TRACE_FRAME_MS,
	type Action,
	type TraceFrame,
} from '../../src/lib/contract/liveness';

/**
 * A made-up head: where it has the landmarks, in cm from between the eyes, x to the person's left,
 * y down, z out of the face.
 */
const RIGHT_HALF: Partial<Record<(typeof LANDMARKS)[number], [number, number, number]>> = {
	33: [-4.5, 0, -0.8],
	160: [-3.8, -0.45, -0.3],
	158: [-2.6, -0.45, -0.2],
	133: [-1.8, 0.1, -0.3],
	153: [-2.6, 0.45, -0.2],
	144: [-3.8, 0.45, -0.3],
	168: [0, 0, 0.6],
	4: [0, 4, 3.8],
	2: [0, 5, 1.9],
	98: [-1.7, 4.6, 1],
	61: [-2.5, 7, 0.7],
	13: [0, 6.7, 1.4],
	14: [0, 7.3, 1.3],
	10: [0, -5.5, 0],
	152: [0, 11, 0.5],
	234: [-7, 1.5, -7],
	172: [-5.5, 8, -4.5],
	50: [-4, 3.5, -0.2],
	105: [-4, -2, 0],
};
const LEFT_OF: Partial<Record<number, keyof typeof RIGHT_HALF>> = {
	263: 33,
	387: 160,
	385: 158,
	362: 133,
	380: 153,
	373: 144,
	327: 98,
	291: 61,
	454: 234,
	397: 172,
	280: 50,
	334: 105,
};
const LIDS = new Set([160, 158, 153, 144, 387, 385, 380, 373]);
/** What a head turns about, below and behind the eyes, cm. */
const NECK = { y: 6, z: -9 };
/** Focal length of a camera that sees 60 degrees, in widths of the picture. */
const FOCAL = 0.866;
const RADIANS = Math.PI / 180;

export interface HeadPose {
	/** Degrees, to the person's left, and down. */
	yaw: number;
	pitch: number;
	/** From the camera, cm. */
	distance: number;
	/** 1 open, 0 shut. */
	eyes: number;
	/** 1: a head; 0: a photograph of it. */
	relief: number;
}

export const AT_REST: HeadPose = { yaw: 0, pitch: 0, distance: 45, eyes: 1, relief: 1 };

/**
 * Where a camera sees a point of the head: lowered first, then turned about the neck.
 * @param place cm, as the landmarks' places
 * @returns x and y by the width of the picture; depth towards the camera, cm
 */
export function seenAt(
	pose: HeadPose,
	[x, y, z]: readonly [number, number, number],
): { x: number; y: number; depth: number } {
	const [cy, sy] = [Math.cos(pose.yaw * RADIANS), Math.sin(pose.yaw * RADIANS)];
	const [cp, sp] = [Math.cos(pose.pitch * RADIANS), Math.sin(pose.pitch * RADIANS)];
	const down = y - NECK.y;
	const out = z * pose.relief - NECK.z;
	const front = out * cp - down * sp;
	const depth = front * cy - x * sy + NECK.z;
	const scale = FOCAL / (pose.distance - depth);
	const across = x * cy + front * sy;
	return { x: 0.5 + across * scale, y: 0.3 + (down * cp + out * sp + NECK.y) * scale, depth };
}

/** @returns the landmarks as a camera sees them, by the width of the picture */
export function pointsOf(pose: HeadPose): Float32Array {
	return Float32Array.from(
		LANDMARKS.flatMap((landmark) => {
			const [x, y, z] = placeOf(landmark);
			const at = seenAt(pose, [x, LIDS.has(landmark) ? y * pose.eyes : y, z]);
			return [at.x, at.y];
		}),
	);
}

function placeOf(landmark: number): [number, number, number] {
	const mirrored = LEFT_OF[landmark];
	const place = RIGHT_HALF[mirrored ?? (landmark as keyof typeof RIGHT_HALF)];
	if (!place) throw new Error(`The made-up head has no landmark ${landmark}.`);
	return mirrored === undefined ? place : [-place[0], place[1], place[2]];
}

/** How far each action goes when it is done well. */
const FARTHEST: Record<Action, Partial<HeadPose>> = {
	'turn-left': { yaw: 40 },
	'turn-right': { yaw: -40 },
	nod: { pitch: 30 },
	blink: { eyes: 0.1 },
	'come-closer': { distance: 28 },
};

export interface Doing {
	/** Share of the way that is gone, 1 as asked. */
	share?: number;
	/** How long the farthest is held, ms. */
	hold?: number;
	/** 1: a head; 0: a photograph. */
	relief?: number;
}

export interface TimedPose {
	/** ms since the first. */
	at: number;
	pose: HeadPose;
}

/** @returns how somebody holds their head who rests, and does one action after the other */
export function posesOf(
	actions: readonly Action[],
	{ share = 1, hold = 600, relief = 1 }: Doing = {},
): TimedPose[] {
	const shares = actions.flatMap((action) =>
		[
			...Array<number>(6).fill(0),
			0.25,
			0.5,
			0.75,
			...Array<number>(hold / TRACE_FRAME_MS).fill(1),
			0.75,
			0.5,
			0.25,
			0,
		].map((part) => ({ action, part: part * share })),
	);
	return shares.map(({ action, part }, i) => {
		const at = i * TRACE_FRAME_MS;
		return { at, pose: onTheWay({ ...AT_REST, relief }, action, part) };
	});
}

/** @returns a head that was at rest, and has done a part of an action: 1 is as far as one goes. */
export function onTheWay(rest: HeadPose, action: Action, part: number): HeadPose {
	const pose = { ...rest };
	for (const [key, value] of Object.entries(FARTHEST[action])) {
		const of = key as keyof HeadPose;
		pose[of] += part * (value - pose[of]);
	}
	return pose;
}

/** @returns the trace of {@link posesOf} */
export function perform(actions: readonly Action[], doing: Doing = {}): TraceFrame[] {
	return posesOf(actions, doing).map(({ at, pose }) => ({ at, points: pointsOf(pose) }));
}
