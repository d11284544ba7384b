import type { Action, TraceFrame } from '$lib/contract/liveness';
import type { Course } from '$lib/contract/liveness-course';
import { measureFace, type FaceMeasures } from '$lib/contract/liveness-measures';

/** What speaks for a head and against a sheet; numbers for the log, never for the student. */
export interface LivenessScores {
	/**
	 * How far the tip of the nose stands out of the face, in eye distances, by how far it moved aside
	 * while the face became narrower; null before a turn is done.
	 */
	turnDepth: number | null;
	/** The same for a nod, in distances from eyes to mouth. */
	nodDepth: number | null;
	/** The farthest mean move of the landmarks between two frames, in face sizes. */
	jump: number;
	/** The longest time without a face, ms. */
	gap: number;
}

/** A frame with what its landmarks measure. */
export interface MeasuredFrame extends TraceFrame {
	measures: FaceMeasures;
}

export function measureFrame(frame: TraceFrame): MeasuredFrame {
	return { ...frame, measures: measureFace(frame.points) };
}

/** @param course as the frames led it */
export function scoresOf(course: Course, frames: readonly MeasuredFrame[]): LivenessScores {
	const steps = frames.slice(1).map((frame, i) => [frames[i] ?? frame, frame] as const);
	return {
		...depthsOf(course, frames),
		jump: Math.max(0, ...steps.map(([before, after]) => jumpBetween(before, after))),
		gap: Math.max(0, ...steps.map(([before, after]) => after.at - before.at)),
	};
}

function depthsOf(
	{ base, spans }: Course,
	frames: readonly MeasuredFrame[],
): Pick<LivenessScores, 'turnDepth' | 'nodDepth'> {
	const leastOf = (isMeant: (action: Action) => boolean, point: Ratio, length: Ratio) => {
		if (base === null) return null;
		const depths = spans
			.filter(({ action }) => isMeant(action))
			.map(({ from, to }) => frames.filter(({ at }) => at >= from && at <= to))
			.map((during) =>
				depthOf(
					during.map(({ measures }) => ({
						moved: measures[point] - base[point],
						shrunk: measures[length] - base[length],
					})),
				),
			);
		return depths.length > 0 ? Math.min(...depths) : null;
	};
	return {
		turnDepth: leastOf((action) => action.startsWith('turn'), 'turn', 'width'),
		nodDepth: leastOf((action) => action === 'nod', 'drop', 'height'),
	};
}

type Ratio = Exclude<keyof FaceMeasures, 'size'>;

/**
 * A face that turns by an angle shrinks by its cosine, and a point that stands out of it by d moves
 * by d times the tangent: d is the slope of one on the other, least squares through the origin.
 *
 * @param frames how far the point moved, and the logarithm of what the face shrank by
 * @returns d; infinite where nothing shrank
 */
function depthOf(frames: readonly { moved: number; shrunk: number }[]): number {
	let squares = 0;
	let products = 0;
	for (const { moved, shrunk } of frames) {
		const tangent = Math.sqrt(Math.exp(-2 * Math.min(0, shrunk)) - 1);
		squares += moved * moved;
		products += Math.abs(moved) * tangent;
	}
	return squares / products;
}

/** How far the landmarks moved on average, which a cut from one picture to another shows. */
function jumpBetween(before: MeasuredFrame, after: MeasuredFrame): number {
	let sum = 0;
	for (let i = 0; i < before.points.length; i += 2) {
		const dx = (after.points[i] ?? 0) - (before.points[i] ?? 0);
		const dy = (after.points[i + 1] ?? 0) - (before.points[i + 1] ?? 0);
		sum += Math.hypot(dx, dy);
	}
	const mean = (2 * sum) / before.points.length;
	return mean / Math.max(before.measures.size, after.measures.size);
}
