import {
	fromAbsolute,
	getDayOfWeek,
	parseDate,
	parseTime,
	toCalendarDate,
	toCalendarDateTime,
	toZoned,
} from '@internationalized/date';
import type { RollCallState } from '$lib/contract/terms';
import type { LessonView } from '$lib/contract/timetable';

/**
 * When the lessons of a timetable are held. Days ("2026-11-24") and times ("09:05") are the school's;
 * instants are ms since 1970; `timeZone` is an IANA name.
 */

/** A lesson with those of its exceptions that matter to the days looked at. */
export type Lesson = LessonView;

/** A lesson as it is held once. */
export interface Occurrence {
	lessonId: string;
	/** The day of the pattern; with {@link lessonId} it names the occurrence for good. */
	day: string;
	startsAt: number;
	endsAt: number;
	room: string | null;
}

/** A roll call that was planned for an occurrence, whatever became of it. */
export interface PlannedRollCall extends Occurrence {
	id: string;
	state: RollCallState;
}

/** What has to be done so that the planned roll calls are those of the timetable. */
export interface PlanChanges {
	add: Occurrence[];
	move: (Occurrence & { id: string })[];
	/** Ids. */
	remove: string[];
}

/** Roll calls are planned for today and so many days after it. */
export const PLANNED_DAYS_AHEAD = 7;
const MINUTE = 60_000;
const DAYS_A_WEEK = 7;

/** The school's day at an instant. */
export function schoolDay(instant: number, timeZone: string): string {
	return toCalendarDate(fromAbsolute(instant, timeZone)).toString();
}

/** The school's day at an instant: from its first moment to that of the next (exclusive), ms. */
export function dayBounds(instant: number, timeZone: string): { from: number; to: number } {
	const day = toCalendarDate(fromAbsolute(instant, timeZone));
	const first = (of: typeof day) => toZoned(of, timeZone).toDate().getTime();
	return { from: first(day), to: first(day.add({ days: 1 })) };
}

/** @param days may be negative */
export function addDays(day: string, days: number): string {
	return parseDate(day).add({ days }).toString();
}

/** Whether the pattern, whatever its exceptions say, has the lesson on this day. */
export function isLessonDay(lesson: Lesson, day: string): boolean {
	// Counted from Monday whatever the locale; the library's Monday is then 0.
	const weekday = getDayOfWeek(parseDate(day), 'en-GB', 'mon') + 1;
	const { firstDay, lastDay } = lesson;
	return weekday === lesson.weekday && day >= firstDay && (lastDay === null || day <= lastDay);
}

/**
 * The instants of a lesson on a day. A start that the clocks leave out when they go forward is as
 * much later as they jump; of one that comes twice when they go back, the first is meant. The length
 * is time that passes: such a lesson is as long as any other.
 *
 * @param startsAt when it begins on that day
 */
export function heldAt(
	{ id, lengthMinutes, room }: Lesson,
	{ day, startsAt }: { day: string; startsAt: string },
	timeZone: string,
): Occurrence {
	const clock = toCalendarDateTime(parseDate(day), parseTime(startsAt));
	const start = toZoned(clock, timeZone, 'compatible').toDate().getTime();
	return { lessonId: id, day, startsAt: start, endsAt: start + lengthMinutes * MINUTE, room };
}

/** What is held on `days` days from `fromDay` on, exceptions heeded, in order of days. */
export function occurrencesOf(
	lessons: readonly Lesson[],
	{ fromDay, days }: { fromDay: string; days: number },
	timeZone: string,
): Occurrence[] {
	const all = Array.from({ length: days }, (_, i) => addDays(fromDay, i));
	return all.flatMap((day) =>
		lessons.flatMap((lesson) => {
			if (!isLessonDay(lesson, day)) return [];
			const exception = lesson.exceptions.find((one) => one.day === day);
			const startsAt = exception === undefined ? lesson.startsAt : exception.startsAt;
			return startsAt === null ? [] : [heldAt(lesson, { day, startsAt }, timeZone)];
		}),
	);
}

/** The first of the other lessons that a lesson overlaps on any day; null if it overlaps none. */
export function findOverlap(lesson: Lesson, others: readonly Lesson[]): Lesson | null {
	return others.find((other) => overlaps(lesson, other)) ?? null;
}

/** By the clock on the wall: an hour that comes twice once a year makes no lesson overlap. */
function overlaps(a: Lesson, b: Lesson): boolean {
	const meet = (one: Lesson, other: Lesson, fromDay: string, days: number) => {
		const [held, otherHeld] = [one, other].map((lesson) =>
			occurrencesOf([lesson], { fromDay, days }, 'UTC'),
		);
		return held?.some(({ startsAt, endsAt }) =>
			otherHeld?.some((each) => startsAt < each.endsAt && each.startsAt < endsAt),
		);
	};
	// Both repeat weekly: if they ever meet, they do in the first two weeks in which both are held,
	// or on the night before, into which the earlier one may reach.
	const bothFrom = a.firstDay > b.firstDay ? a.firstDay : b.firstDay;
	const [bareA, bareB] = [a, b].map((lesson) => ({ ...lesson, exceptions: [] }));
	if (bareA && bareB && meet(bareA, bareB, addDays(bothFrom, -1), 2 * DAYS_A_WEEK + 2)) return true;
	return [...a.exceptions, ...b.exceptions].some(
		({ day, startsAt }) => startsAt !== null && meet(a, b, addDays(day, -1), 3),
	);
}

/** The day from which on planned roll calls are looked at: a lesson may end after midnight. */
export function planningFrom(now: number, timeZone: string): string {
	return addDays(schoolDay(now, timeZone), -1);
}

/**
 * What to plan, move and remove. A roll call that was ever opened stays as it is, and one that nobody
 * took stays where it was: "not taken" is part of the record. Doing what it says and asking again
 * gives nothing to do.
 *
 * @param lessons with their exceptions from {@link planningFrom} on
 * @param planned those for days from {@link planningFrom} on
 */
export function planRollCalls(
	lessons: readonly Lesson[],
	planned: readonly PlannedRollCall[],
	{ now, timeZone }: { now: number; timeZone: string },
): PlanChanges {
	const range = { fromDay: planningFrom(now, timeZone), days: PLANNED_DAYS_AHEAD + 2 };
	const wanted = occurrencesOf(lessons, range, timeZone).filter(({ endsAt }) => endsAt > now);
	const wantedOf = new Map(wanted.map((one) => [keyOf(one), one]));
	const known = new Set(planned.map(keyOf));
	const cancelled = new Set(
		lessons.flatMap(({ id, exceptions }) =>
			exceptions
				.filter(({ startsAt }) => startsAt === null)
				.map(({ day }) => keyOf({ lessonId: id, day })),
		),
	);
	const changes: PlanChanges = {
		add: wanted.filter((one) => !known.has(keyOf(one))),
		move: [],
		remove: [],
	};
	for (const rollCall of planned) {
		if (rollCall.state !== 'planned') continue;
		const key = keyOf(rollCall);
		const want = wantedOf.get(key);
		if (want === undefined) {
			if (rollCall.endsAt > now || cancelled.has(key)) changes.remove.push(rollCall.id);
		} else if (!isSame(want, rollCall)) changes.move.push({ ...want, id: rollCall.id });
	}
	return changes;
}

const keyOf = ({ lessonId, day }: Pick<Occurrence, 'lessonId' | 'day'>) => `${lessonId} ${day}`;

const isSame = (a: Occurrence, b: Occurrence) =>
	a.startsAt === b.startsAt && a.endsAt === b.endsAt && a.room === b.room;
