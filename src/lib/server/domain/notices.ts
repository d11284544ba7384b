import {
	DateFormatter,
	getDayOfWeek,
	parseDate,
	Time,
	toCalendarDateTime,
	toZoned,
} from '@internationalized/date';
import type { RiskReasons, WeeklyClass, WeeklyStudent } from '$lib/contract/notices';
import type { Risk, RiskStanding } from '$lib/contract/reports';
import { groupBy } from './group-by';
import { addDays, schoolDay } from './timetable';

/**
 * Who is told what, and when. Days ("2026-11-27") and hours are the school's, instants ms since 1970,
 * `timeZone` is an IANA name.
 */

const HOUR_MS = 3_600_000;
const DAYS_A_WEEK = 7;

/** So long marks are left to be put right before anybody hears of them. */
export const GRACE_MS = HOUR_MS;

/** An absence that nobody was told of is old news on the third day after. */
export const ABSENCE_DAYS_BACK = 2;

/** A server that was off at the hour still sends the week's notices within a day. */
const WEEK_CATCH_UP_MS = 24 * HOUR_MS;

const MOST_TRIES = 5;
const RETRY_MS = HOUR_MS;

/** When a notice that could not be sent is tried again; null: it is given up. @param tries so far */
export function nextTry(tries: number, now: number): number | null {
	return tries >= MOST_TRIES ? null : now + RETRY_MS;
}

/** When the weekly notices go out. */
export interface WeeklyPlan {
	/** 1 (Monday) to 7. */
	weekday: number;
	/** 0 to 23. */
	hour: number;
	/** Nothing is sent for moments up to this one. */
	since: number;
}

/** The day whose weekly notices are to be sent now; null while there is none. */
export function dueWeek(now: number, plan: WeeklyPlan, timeZone: string): string | null {
	const today = schoolDay(now, timeZone);
	const weekday = getDayOfWeek(parseDate(today), 'en-GB', 'mon') + 1;
	const latest = addDays(today, -((weekday - plan.weekday + DAYS_A_WEEK) % DAYS_A_WEEK));
	const isAhead = instantOf(latest, plan.hour, timeZone) > now;
	const day = isAhead ? addDays(latest, -DAYS_A_WEEK) : latest;
	const due = instantOf(day, plan.hour, timeZone);
	return due > plan.since && now - due < WEEK_CATCH_UP_MS ? day : null;
}

/** The hour at which the notices of a day go out: they tell of what was closed before it. */
export function weekEnd(day: string, hour: number, timeZone: string): number {
	return instantOf(day, hour, timeZone);
}

/**
 * From when the weekly notices of a day tell: from the end of the reader's last one, so that whatever
 * the school moves is told once; a week back for somebody who had none. A week in which the clocks
 * move has an hour more or less.
 *
 * @param toldUntil the end of the reader's last one; null: there is none
 * @param onSince when weekly notices were turned on: nothing before is told
 */
export function weekStart(
	{ day, hour }: { day: string; hour: number },
	{ toldUntil, onSince }: { toldUntil: number | null; onSince: number },
	timeZone: string,
): number {
	const weekBefore = instantOf(addDays(day, -DAYS_A_WEEK), hour, timeZone);
	return Math.max(onSince, toldUntil ?? weekBefore);
}

/** An hour that the clocks leave out is the one after; of one that comes twice, the first is meant. */
function instantOf(day: string, hour: number, timeZone: string): number {
	const clock = toCalendarDateTime(parseDate(day), new Time(hour));
	return toZoned(clock, timeZone, 'compatible').toDate().getTime();
}

/** A day on which a student was absent. */
export interface AbsentDay {
	studentId: string;
	day: string;
	/** When the last of the student's roll calls of that day closed. */
	lastClosedAt: number;
	/** Another one of that day is open, or planned and not over. */
	isGoingOn: boolean;
}

/** Whether guardians may hear of a day now: it is over for the student, and so is the grace. */
export function isAbsenceDue({ lastClosedAt, isGoingOn }: AbsentDay, now: number): boolean {
	return !isGoingOn && lastClosedAt + GRACE_MS <= now;
}

/** A student in a class. */
export interface Place {
	classId: string;
	studentId: string;
}

/**
 * Who came to be at risk, and who left that state, since it was looked at last.
 *
 * @param standings of everybody of whom there are marks
 * @param spells who was at risk then
 * @param busy classes with an open roll call: its marks do not count yet or, after it was opened
 *   again, for a while, so that nothing is concluded about them
 */
export function riskChanges(
	standings: readonly (Place & { risks: readonly Risk[] })[],
	spells: readonly Place[],
	busy: ReadonlySet<string>,
): { came: Place[]; left: Place[] } {
	const now = standings.filter(({ risks }) => risks.length > 0);
	const missingIn = (others: readonly Place[]) => {
		const known = new Set(others.map(keyOf));
		return (place: Place) => !known.has(keyOf(place)) && !busy.has(place.classId);
	};
	const place = ({ classId, studentId }: Place) => ({ classId, studentId });
	return {
		came: now.filter(missingIn(spells)).map(place),
		left: spells.filter(missingIn(now)).map(place),
	};
}

const keyOf = ({ classId, studentId }: Place) => `${classId} ${studentId}`;

/** Why the rule names a student of one class; null when it does not. */
export function riskReasons({ risks, runs, rate }: RiskStanding): RiskReasons | null {
	if (risks.length === 0) return null;
	return {
		inARow: risks.includes('run') ? runs.current : null,
		rate: risks.includes('rate') ? rate : null,
	};
}

/** A mark that a weekly notice tells of. */
export interface MissedMark {
	classId: string;
	className: string;
	studentId: string;
	name: string;
	startsAt: number;
	status: 'absent' | 'late';
	minutesLate: number | null;
}

/** A student of a weekly notice whom the rule names. */
export interface NamedRisk extends RiskReasons {
	classId: string;
	className: string;
	name: string;
}

/**
 * What a weekly notice tells, class by class, everything in the order in which it comes; empty when
 * there is nothing to tell.
 */
export function weeklyClasses(
	marks: readonly MissedMark[],
	atRisk: readonly NamedRisk[],
	timeZone: string,
): WeeklyClass[] {
	const risks = groupBy(atRisk, ({ classId }) => classId);
	const missed = groupBy(marks, ({ classId }) => classId);
	return [...new Set([...missed.keys(), ...risks.keys()])].map((id) => {
		const own = { marks: missed.get(id) ?? [], risks: risks.get(id) ?? [] };
		const students = groupBy(own.marks, ({ studentId }) => studentId);
		return {
			name: (own.marks[0] ?? own.risks[0])?.className ?? '',
			students: [...students.values()].map((all) => weeklyStudent(all, timeZone)),
			atRisk: own.risks.map(({ name, inARow, rate }) => ({ name, inARow, rate })),
		};
	});
}

function weeklyStudent(marks: readonly [MissedMark, ...MissedMark[]], timeZone: string) {
	const student: WeeklyStudent = { name: marks[0].name, absent: [], late: [] };
	for (const { status, startsAt, minutesLate } of marks) {
		const when = `${shortDay(startsAt, timeZone)}, ${timeInWords(startsAt, timeZone)}`;
		if (status === 'absent') student.absent.push(when);
		else student.late.push({ when, minutes: minutesLate });
	}
	return student;
}

/** "Friday 27 November 2026" */
export function dayInWords(day: string): string {
	return longDay(Date.parse(`${day}T00:00Z`), 'UTC');
}

/** "Friday 27 November 2026, 09:05" */
export function momentInWords(instant: number, timeZone: string): string {
	return `${longDay(instant, timeZone)}, ${timeInWords(instant, timeZone)}`;
}

/** "09:05" */
export function timeInWords(instant: number, timeZone: string): string {
	return inWords(instant, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

function longDay(instant: number, timeZone: string): string {
	return `${shortDay(instant, timeZone)} ${inWords(instant, timeZone, { year: 'numeric' })}`;
}

/** In two parts: whether a comma stands between them depends on the version of Node. */
function shortDay(instant: number, timeZone: string): string {
	const weekday = inWords(instant, timeZone, { weekday: 'long' });
	return `${weekday} ${inWords(instant, timeZone, { day: 'numeric', month: 'long' })}`;
}

function inWords(instant: number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
	return new DateFormatter('en-GB', { ...options, timeZone }).format(new Date(instant));
}
