import type { ClassSummary } from '$lib/contract/classes';
import type { DayRollCall } from '$lib/contract/timetable';

/**
 * How a roll call of the day stands: `due` may be started, `later` not yet, and of a `missed` one
 * the lesson is over and nobody took it.
 */
export type Standing = 'open' | 'due' | 'later' | 'missed' | 'taken';

/** @param now server time, ms since 1970 */
export function standingOf({ state, opensAt, endsAt }: DayRollCall, now: number): Standing {
	if (state === 'open') return 'open';
	if (state === 'closed') return 'taken';
	if (endsAt !== null && endsAt <= now) return 'missed';
	return opensAt <= now ? 'due' : 'later';
}

export interface Day {
	/** Open or due, the earliest first. */
	now: DayRollCall[];
	/** All others of the day, in order of time. */
	rest: DayRollCall[];
	/** Classes that no lesson of the day is for: their roll calls are one tap off the timetable. */
	unplanned: ClassSummary[];
}

/**
 * What a teacher's day consists of.
 * @param rollCalls in order of time
 * @param classes in the order in which they are shown
 */
export function arrangeDay(
	rollCalls: readonly DayRollCall[],
	classes: readonly ClassSummary[],
	now: number,
): Day {
	const isNow = (one: DayRollCall) => ['open', 'due'].includes(standingOf(one, now));
	const busy = new Set(
		rollCalls.filter((one) => one.isPlanned || one.state === 'open').map(({ classId }) => classId),
	);
	const unplanned = classes.filter(({ id }) => !busy.has(id));
	// The class's own line says this of its last one already.
	const said = new Set(unplanned.map(({ lastRollCall }) => lastRollCall?.id));
	return {
		now: rollCalls.filter(isNow),
		rest: rollCalls.filter((one) => !isNow(one) && !said.has(one.id)),
		unplanned,
	};
}
