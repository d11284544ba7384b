import { ACTIONS, type Action, type Challenge } from './liveness';
import type { FaceMeasures } from './liveness-measures';

/**
 * How a person does what a challenge asks for: looks straight ahead, does the one thing and comes
 * back, does the other. The browser follows it while it happens, and the server from the trace, by
 * this same code: what the person is shown as done is done.
 */
export interface Course {
	readonly challenge: Challenge;
	/** Frames with a straight look, until there are enough to know how this head looks at rest. */
	readonly rest: readonly Seen[];
	/** The head at rest; null until it is known. */
	readonly base: FaceMeasures | null;
	/** How many actions are done. */
	readonly done: 0 | 1 | 2;
	/** Has gone as far as was asked, and is to come back. */
	readonly isOut: boolean;
	/** How far the asked action has got, 0..1. */
	readonly progress: number;
	/** Since when the eyes are shut, ms; null while they are open. */
	readonly shutSince: number | null;
	/** When each action began to be waited for, and was done; ms. */
	readonly spans: readonly Span[];
	/** Something was done that was not asked for: this course cannot be finished any more. */
	readonly stray: Action | null;
}

export interface Span {
	action: Action;
	from: number;
	to: number;
}

interface Seen {
	at: number;
	measures: FaceMeasures;
}

/**
 * How far each action goes: turn in eye distances, nod in distances from eyes to mouth, the share by
 * which the lids close, and growth. A head reaches it without effort, at some 25 degrees; what else
 * reaches it is judged by its depth. Chosen with `npm run evaluate -- liveness` (docs/accuracy.md).
 */
export const REACH = { turn: 0.34, nod: 0.19, shut: 0.34, growth: 0.35 } as const;

/** At rest a nose is no further aside than this, in eye distances. */
const STRAIGHT = 0.3;
/** How long the look ahead lasts, ms. */
const REST_MS = 400;
/** Eyes stay shut for longer than in a blink that nobody asked for (0.1 to 0.4 s). */
const SHUT_MS = 450;
/** A head that is back is no further away than this share of the way out. */
const BACK = 0.4;
/** Share of an action from which it counts as done though it was not asked for: who turns nods a bit. */
const STRAY = 1.25;
/** The same while the eyes are to be shut: the head is still then. */
const STRAY_WHILE_SHUT = 0.6;

export function beginCourse(challenge: Challenge): Course {
	return {
		challenge,
		rest: [],
		base: null,
		done: 0,
		isOut: false,
		progress: 0,
		shutSince: null,
		spans: [],
		stray: null,
	};
}

/** @returns the action that is asked for now; null when all is done. */
export function askedOf({ challenge, done }: Course): Action | null {
	return done === 2 ? null : challenge[done];
}

/**
 * Goes on by one frame.
 * @param at ms of the frame, ascending
 */
export function advance(course: Course, at: number, measures: FaceMeasures): Course {
	const asked = askedOf(course);
	if (asked === null || course.stray !== null) return course;
	if (course.base === null) return settle(course, { at, measures });
	const share = shareOf(asked, course.base, measures);
	const stray = strayOf(course, course.base, measures, asked);
	if (stray !== null) return { ...course, stray };
	if (course.isOut) return share <= BACK ? finish(course, asked, at) : course;
	if (asked === 'blink') return shut(course, at, share);
	const progress = Math.min(1, Math.max(0, share));
	if (share < 1) return { ...course, progress };
	// Who has come closer may stay there.
	return asked === 'come-closer' ? finish(course, asked, at) : { ...course, progress, isOut: true };
}

function settle(course: Course, seen: Seen): Course {
	if (Math.abs(seen.measures.turn) > STRAIGHT) return { ...course, rest: [] };
	const rest = [...course.rest, seen];
	const began = rest[0]?.at ?? seen.at;
	if (seen.at - began < REST_MS) return { ...course, rest };
	return { ...course, rest, base: medians(rest.map(({ measures }) => measures)) };
}

function shut(course: Course, at: number, share: number): Course {
	if (share < 1) return { ...course, progress: Math.max(0, share) / 2, shutSince: null };
	const since = course.shutSince ?? at;
	const held = (at - since) / SHUT_MS;
	const progress = Math.min(1, (1 + held) / 2);
	return { ...course, progress, shutSince: since, isOut: held >= 1 };
}

function finish(course: Course, action: Action, at: number): Course {
	const from = course.spans.at(-1)?.to ?? course.rest.at(-1)?.at ?? 0;
	return {
		...course,
		done: course.done === 0 ? 1 : 2,
		isOut: false,
		progress: 0,
		shutSince: null,
		spans: [...course.spans, { action, from, to: at }],
	};
}

/** @returns how much of an action a frame shows, 1 where it goes as far as asked. */
export function shareOf(action: Action, base: FaceMeasures, measures: FaceMeasures): number {
	switch (action) {
		case 'turn-left':
			return (measures.turn - base.turn) / REACH.turn;
		case 'turn-right':
			return (base.turn - measures.turn) / REACH.turn;
		case 'nod':
			// Down as well as up: people begin either way.
			return Math.abs(measures.drop - base.drop) / REACH.nod;
		case 'blink':
			return (1 - measures.lids / base.lids) / REACH.shut;
		case 'come-closer':
			return (measures.size / base.size - 1) / REACH.growth;
	}
}

/** What was done without being asked for. Everybody blinks, and who has come closer may stay. */
function strayOf(
	{ challenge, done }: Course,
	base: FaceMeasures,
	measures: FaceMeasures,
	asked: Action,
): Action | null {
	const limit = asked === 'blink' ? STRAY_WHILE_SHUT : STRAY;
	const isStray = (action: Action) =>
		action !== asked &&
		action !== 'blink' &&
		!(action === 'come-closer' && done === 1 && challenge[0] === action) &&
		shareOf(action, base, measures) >= limit;
	return ACTIONS.find(isStray) ?? null;
}

function medians(all: readonly FaceMeasures[]): FaceMeasures {
	const of = (key: keyof FaceMeasures) => {
		const values = all.map((measures) => measures[key]).sort((a, b) => a - b);
		return values[values.length >> 1] ?? 0;
	};
	return {
		turn: of('turn'),
		drop: of('drop'),
		lids: of('lids'),
		size: of('size'),
		width: of('width'),
		height: of('height'),
	};
}
