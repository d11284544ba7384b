import {
	TRACE_FRAME_MS,
	type Action,
	type Challenge,
	type LivenessReason,
	type TraceFrame,
} from '$lib/contract/liveness';
import { CHALLENGES } from '$lib/server/domain/challenges';
import { judgeTrace } from '$lib/server/domain/liveness';
import type { Stretch } from './stretches';

/** Somebody, or something, that tries to meet a challenge. */
export interface Attempt {
	/** The clip or photo. */
	source: string;
	challenge: Challenge;
	frames: TraceFrame[];
	/** A clip that shows one action only: it passes where the server waits for the second. */
	isHalf: boolean;
}

/** @returns why the attempt fails; null where it passes */
export function refusalOf({ challenge, frames, isHalf }: Attempt): LivenessReason | null {
	const { reason } = judgeTrace(challenge, frames);
	return isHalf && reason === WAITING[challenge[1]] ? null : reason;
}

const WAITING: Partial<Record<Action, LivenessReason>> = {
	nod: 'nod-deeper',
	'turn-left': 'turn-further',
};

/** @returns attempts of all that can be asked for and that a person does in a clip */
export function liveAttempts(source: string, stretches: readonly Stretch[]): Attempt[] {
	const framesOf = (action: Action) => stretches.find((one) => one.action === action)?.frames;
	const whole = CHALLENGES.flatMap((challenge): Attempt[] => {
		const [first, second] = challenge.map(framesOf);
		if (!first || !second) return [];
		return [{ source, challenge, frames: joined(first, second), isHalf: false }];
	});
	const shown = new Set(whole.flatMap(({ challenge }) => challenge));
	const halves = stretches
		.filter(({ action }) => !shown.has(action))
		.map(({ action, frames }): Attempt => {
			const challenge: Challenge = [action, action === 'nod' ? 'turn-left' : 'nod'];
			return { source, challenge, frames, isHalf: true };
		});
	return [...whole, ...halves];
}

/**
 * @param live attempts of one clip
 * @param trace the clip as it is
 * @returns both, played where something is asked for that they do not show
 */
export function replays(
	source: string,
	live: readonly Attempt[],
	trace: readonly TraceFrame[],
): Attempt[] {
	const shown = new Set(
		live.flatMap(({ challenge, isHalf }) => challenge.slice(0, isHalf ? 1 : 2)),
	);
	const whole = live.filter(({ isHalf }) => !isHalf);
	return CHALLENGES.flatMap((challenge) => [
		...whole
			.filter(({ challenge: own }) => own[0] !== challenge[0] || own[1] !== challenge[1])
			.map((attempt) => ({ ...attempt, challenge })),
		...(challenge.every((action) => shown.has(action))
			? []
			: [{ source, challenge, frames: [...trace], isHalf: false }]),
	]);
}

/** @returns every challenge, imitated by what a sheet does for each action */
export function sheetAttempts(source: string, parts: ReadonlyMap<Action, TraceFrame[]>): Attempt[] {
	return CHALLENGES.map((challenge) => {
		const [first = [], second = []] = challenge.map((action) => parts.get(action));
		// The sheet ends an action where it begins the next.
		return { source, challenge, frames: following(first, second), isHalf: false };
	});
}

/** @returns the second trace after the first */
function following(first: readonly TraceFrame[], second: readonly TraceFrame[]): TraceFrame[] {
	const began = (first.at(-1)?.at ?? -TRACE_FRAME_MS) + TRACE_FRAME_MS;
	return [...first, ...second.map(({ at, points }) => ({ at: at + began, points }))];
}

/** From one rest of a clip to another a head goes without a stop, in so many frames. */
const BLEND = 4;

/** @returns the second trace after the first, with a way between them */
function joined(first: readonly TraceFrame[], second: readonly TraceFrame[]): TraceFrame[] {
	const [from, to] = [first.at(-1), second[0]];
	if (!from || !to) return [];
	const way = Array.from({ length: BLEND }, (_, i) => {
		const share = (i + 1) / (BLEND + 1);
		const points = from.points.map((value, k) => value + share * ((to.points[k] ?? value) - value));
		return { at: i * TRACE_FRAME_MS, points };
	});
	return following(following(first, way), second);
}
