import { LANDMARKS, TRACE_FRAME_MS, type Action, type TraceFrame } from '$lib/contract/liveness';
import type { SeenFace } from '../page/liveness/protocol';

/** A stretch of a clip in which a person goes from rest to an action and back. */
export interface Stretch {
	action: Action;
	frames: TraceFrame[];
}

/**
 * What counts as rest and as an action: degrees by the mesh's depth, which a trace does not hold,
 * and eyes by their own width. So what is judged is not what chose it.
 */
const REST = { yaw: 14, about: 6 };
const OUT = { yaw: 25, pitch: 18 };
const SHUT = { opening: 0.75, yaw: 6, pitch: 6, ms: 500 };
/** Frames of one face without a break longer than this, ms. */
const BREAK_MS = 350;
/** A way out is no longer than this, ms. */
const WAY_MS = 2500;
/** Frames of rest before and after; and for how many shut eyes stay shut, as was asked. */
const RESTING = 5;
const SHUT_FRAMES = 7;

type Way = readonly SeenFace[];

/** @returns the farthest stretch of each action that a clip shows */
export function stretchesOf(faces: readonly SeenFace[]): Stretch[] {
	const runs = runsOf(faces);
	const ways: [Action, (run: Way) => Way | null][] = [
		['turn-left', (run) => wayOut(run, OUT.yaw, (rest, face) => face.yaw - rest.yaw)],
		['turn-right', (run) => wayOut(run, OUT.yaw, (rest, face) => rest.yaw - face.yaw)],
		['nod', (run) => wayOut(run, OUT.pitch, (rest, face) => Math.abs(face.pitch - rest.pitch))],
		['blink', wayShut],
	];
	return ways.flatMap(([action, find]) => {
		const way = runs.flatMap((run) => find(run) ?? []);
		return way.length > 0 ? [{ action, frames: thereAndBack(way) }] : [];
	});
}

function runsOf(faces: readonly SeenFace[]): SeenFace[][] {
	const runs: SeenFace[][] = [];
	for (const face of faces) {
		const run = runs.at(-1);
		const last = run?.at(-1);
		const goesOn = last?.trackId === face.trackId && face.at - last.at <= BREAK_MS;
		if (run && goesOn) run.push(face);
		else runs.push([face]);
	}
	return runs;
}

/** @returns the frames in which the head is held straight, the straightest first */
function restsOf(run: Way): SeenFace[] {
	const bent = ({ yaw, pitch }: SeenFace) => Math.abs(yaw) + Math.abs(pitch);
	const sorted = run
		.filter(({ yaw }) => Math.abs(yaw) <= REST.yaw)
		.toSorted((a, b) => bent(a) - bent(b));
	const least = sorted[0] ? bent(sorted[0]) : 0;
	return sorted.filter((face) => bent(face) <= least + REST.about);
}

/** @returns frames from a rest to where the head is farthest; null where that is not far enough */
function wayOut(
	run: Way,
	least: number,
	degrees: (rest: SeenFace, face: SeenFace) => number,
): Way | null {
	const rests = restsOf(run);
	const [straightest] = rests;
	if (!straightest) return null;
	const [out] = run.toSorted((a, b) => degrees(straightest, b) - degrees(straightest, a));
	if (!out) return null;
	// The nearest rest: on the way from another one the head went elsewhere, too.
	const [rest] = rests.toSorted((a, b) => Math.abs(a.at - out.at) - Math.abs(b.at - out.at));
	const isWay = rest && degrees(rest, out) >= least && Math.abs(rest.at - out.at) <= WAY_MS;
	return isWay ? between(run, rest, out) : null;
}

/** @returns frames from rest to shut eyes, which then stay shut; null where none are shut at rest */
function wayShut(run: Way): Way | null {
	const [rest] = restsOf(run);
	if (!rest) return null;
	const still = run.filter(
		({ yaw, pitch }) =>
			Math.abs(yaw - rest.yaw) <= SHUT.yaw && Math.abs(pitch - rest.pitch) <= SHUT.pitch,
	);
	const [shut] = still.toSorted((a, b) => openingOf(a) - openingOf(b));
	const near = still.filter(({ at }) => shut && Math.abs(at - shut.at) <= SHUT.ms);
	const [open] = near.toSorted((a, b) => openingOf(b) - openingOf(a));
	if (!open || !shut || openingOf(shut) > SHUT.opening * openingOf(open)) return null;
	return [...between(run, open, shut), ...Array.from({ length: SHUT_FRAMES }, () => shut)];
}

/** @returns frames from one to another, in whichever order the clip has them */
function between(run: Way, from: SeenFace, to: SeenFace): SeenFace[] {
	const [i, j] = [run.indexOf(from), run.indexOf(to)];
	return i < j ? run.slice(i, j + 1) : run.slice(j, i + 1).reverse();
}

/** Opening of both eyes by their width. */
function openingOf({ points }: SeenFace): number {
	const gap = (a: (typeof LANDMARKS)[number], b: (typeof LANDMARKS)[number]) => {
		const [i, j] = [LANDMARKS.indexOf(a) * 2, LANDMARKS.indexOf(b) * 2];
		return Math.hypot(points[i]! - points[j]!, points[i + 1]! - points[j + 1]!);
	};
	const right = (gap(160, 144) + gap(158, 153)) / gap(33, 133);
	return (right + (gap(387, 373) + gap(385, 380)) / gap(263, 362)) / 4;
}

/** At rest, out, and back the same way. */
function thereAndBack(way: Way): TraceFrame[] {
	const still = Array.from({ length: RESTING }, () => way.slice(0, 1)).flat();
	return [...still, ...way, ...way.toReversed(), ...still].map(({ points }, i) => ({
		at: i * TRACE_FRAME_MS,
		points: Float32Array.from(points),
	}));
}
