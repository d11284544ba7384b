import { fromAbsolute, parseDateTime, toCalendarDateTime, toZoned } from '@internationalized/date';
import { MOST_MINUTES_LATE } from '$lib/contract/disputes';
import type { ImportColumn, ImportProblem, ImportProblemCode } from '$lib/contract/import';
import { shiftDay } from '$lib/contract/reports';
import type { MarkStatus, RollCallState } from '$lib/contract/terms';
import { minutesSince } from './attendance';
import { groupBy } from './group-by';
import { hasCome, type MarkContent } from './hand-mark';
import type { MarkLine, Moment, SaidMark } from './import-mark-lines';
import { indexPeople, type Membership, type People } from './import-people';
import { problemOf } from './import-table';

/** Where a roll call is found: its class, and its beginning by the school's clock. */
export interface RollCallPlace {
	classId: string;
	/** "2026-11-23 08:05" */
	clock: string;
}

export interface KnownRollCall extends RollCallPlace {
	id: string;
	state: RollCallState;
	/** ms since 1970. */
	startsAt: number;
}

export interface KnownMark extends MarkContent {
	rollCallId: string;
	studentId: string;
}

/** An approved one. */
export interface KnownExcuse {
	studentId: string;
	/** Null: in every class. */
	classId: string | null;
	firstDay: string;
	lastDay: string;
}

/** What the school knows of the classes, days and students that the lines name. */
export interface MarkFacts {
	memberships: readonly Membership[];
	rollCalls: readonly KnownRollCall[];
	/** Of those roll calls. */
	marks: readonly KnownMark[];
	excuses: readonly KnownExcuse[];
}

/** One that is to be made, closed. */
export interface NewRollCall extends RollCallPlace {
	startsAt: number;
}

export interface PlannedMark {
	line: number;
	student: string;
	studentId: string;
	className: string;
	place: RollCallPlace;
	/** Null: in one that is to be made. */
	rollCallId: string | null;
	/** Null: no mark yet. */
	before: MarkContent | null;
	after: MarkContent & { status: MarkStatus };
}

export interface MarkPlan {
	rollCalls: NewRollCall[];
	/** At most one a student and roll call, in order of lines. */
	marks: PlannedMark[];
	unchanged: number;
	/** With one, nothing of the plan is to be done. */
	problems: ImportProblem[];
}

export const placeOf = ({ classId, day, startsAt }: MarkLine): RollCallPlace => ({
	classId,
	clock: `${day} ${startsAt}`,
});

interface Refusal {
	column: ImportColumn | null;
	found: string;
	code: ImportProblemCode;
	detail?: string | number;
}

/** The roll call of a line; without an id, one that is to be made. */
interface Target {
	id: string | null;
	startsAt: number;
}

interface Known {
	people: People;
	/** Where nobody has looked yet, undefined. */
	targets: Map<string, Target | Refusal>;
	rollCalls: ReadonlyMap<string, readonly KnownRollCall[]>;
	marks: ReadonlyMap<string, KnownMark>;
	excuses: ReadonlyMap<string, readonly KnownExcuse[]>;
	/** Which line named a mark first. */
	lineOf: Map<string, number>;
	/** Of "2026-11-23T08:05:00", ms since 1970; of a time that comes twice, the first. */
	instantOf: (clock: string) => number;
	timeZone: string;
	now: number;
}

type Outcome = { refusals: Refusal[] } | { planned: PlannedMark; startsAt: number } | 'unchanged';

/**
 * What importing the lines would do. A cell that is empty leaves what stands there; marks that no
 * line names are left alone; a student without a line in a roll call that is made has no mark in it.
 *
 * @param now ms since 1970
 */
export function planMarks(
	lines: readonly MarkLine[],
	facts: MarkFacts,
	{ now, timeZone }: { now: number; timeZone: string },
): MarkPlan {
	const known: Known = {
		people: indexPeople(facts.memberships),
		targets: new Map(),
		rollCalls: groupBy(facts.rollCalls, placeKey),
		marks: new Map(facts.marks.map((mark) => [markKey(mark.rollCallId, mark.studentId), mark])),
		excuses: groupBy(facts.excuses, ({ studentId }) => studentId),
		lineOf: new Map(),
		instantOf: instantsIn(timeZone),
		timeZone,
		now,
	};
	const plan: MarkPlan = { rollCalls: [], marks: [], unchanged: 0, problems: [] };
	const made = new Map<string, NewRollCall>();
	for (const line of lines) {
		const outcome = planLine(line, known);
		if (outcome === 'unchanged') plan.unchanged++;
		else if ('refusals' in outcome) {
			for (const { column, found, code, detail } of outcome.refusals) {
				plan.problems.push(problemOf(line.line, column, found, code, detail));
			}
		} else {
			const { planned, startsAt } = outcome;
			plan.marks.push(planned);
			if (planned.rollCallId !== null) continue;
			made.set(placeKey(planned.place), { ...planned.place, startsAt });
		}
	}
	return { ...plan, rollCalls: [...made.values()] };
}

/** Names a place in a map. */
export const placeKey = ({ classId, clock }: RollCallPlace) => `${classId} ${clock}`;

const markKey = (rollCall: string, studentId: string) => `${rollCall} ${studentId}`;

function planLine(line: MarkLine, known: Known): Outcome {
	const target = targetOf(line, known);
	const found = known.people.find(line.classId, line.student, { from: line.day, to: line.day });
	if ('code' in target || 'code' in found) {
		const who = 'code' in found ? [{ ...found, detail: line.day }] : [];
		return { refusals: 'code' in target ? [target, ...who] : who };
	}
	const { studentId, name } = found.student;
	const place = placeOf(line);
	const key = markKey(target.id ?? placeKey(place), studentId);
	const earlier = known.lineOf.get(key);
	if (earlier !== undefined) return refused(null, name, 'repeated', earlier);
	known.lineOf.set(key, line.line);

	const { mark } = line;
	if (mark === null) return { refusals: [] };
	const before = known.marks.get(key) ?? null;
	const { status } = mark;
	if (status === null) {
		const isMarked = before !== null && before.status !== null;
		return isMarked ? refused('status', mark.word, 'waiting') : 'unchanged';
	}
	const after = markAfter({ ...mark, status }, before, { ...target, day: line.day }, known);
	if (before !== null && isSame(before, after)) return 'unchanged';
	const excuses = known.excuses.get(studentId) ?? [];
	const times = { before, after, startsAt: target.startsAt, now: known.now };
	const refusal = untimely(mark, times) ?? overruling(line, mark, before, excuses);
	if (refusal !== null) return { refusals: [refusal] };
	const who = { line: line.line, student: name, studentId, className: line.className };
	const standing = before && contentOf(before);
	const planned = { ...who, place, rollCallId: target.id, before: standing, after };
	return { planned, startsAt: target.startsAt };
}

const refused = (
	column: ImportColumn | null,
	found: string,
	code: ImportProblemCode,
	detail: string | number = '',
): Outcome => ({ refusals: [{ column, found, code, detail }] });

/** All lines of one roll call share the answer. */
function targetOf(line: MarkLine, known: Known): Target | Refusal {
	const key = placeKey(placeOf(line));
	const target = known.targets.get(key) ?? findTarget(line, known);
	known.targets.set(key, target);
	return target;
}

function findTarget(line: MarkLine, known: Known): Target | Refusal {
	const refusal = (code: ImportProblemCode): Refusal => ({
		column: 'startsAt',
		found: `${line.day} ${line.startsAt}`,
		code,
	});
	const [rollCall, another] = known.rollCalls.get(placeKey(placeOf(line))) ?? [];
	if (another !== undefined) return refusal('roll-call-twice');
	if (rollCall?.state === 'open') return refusal('roll-call-open');
	if (rollCall?.state === 'planned') return refusal('roll-call-planned');
	if (rollCall !== undefined) return rollCall;
	const clock = `${line.day}T${line.startsAt}:00`;
	const startsAt = known.instantOf(clock);
	// It would stand at another time of the clock, and the same line would make it again.
	if (clockOf(startsAt, known.timeZone) !== clock) return refusal('time-skipped');
	return startsAt > known.now ? refusal('in-future') : { id: null, startsAt };
}

/**
 * A status that stays keeps what the line does not say; with another one, the times go and the remark
 * stays, as when a teacher changes it by hand.
 */
function markAfter(
	mark: SaidMark & { status: MarkStatus },
	before: MarkContent | null,
	{ startsAt, day }: { startsAt: number; day: string },
	{ instantOf }: Known,
): PlannedMark['after'] {
	const { status } = mark;
	const kept = before?.status === status ? before : null;
	const said = (moment: Moment | null, standing: number | null | undefined) =>
		moment === null ? null : instantSaid(moment, day, standing ?? null, instantOf);
	const arrived = said(mark.arrived, kept?.markedAt);
	const isSaidLate = mark.minutesLate !== null && mark.minutesLate !== kept?.minutesLate;
	const lateAt = isSaidLate ? startsAt + (mark.minutesLate ?? 0) * MINUTE : null;
	// When an absence was noted means nothing that a file could correct.
	const stays = kept !== null && !hasCome(status);
	const markedAt = stays ? kept.markedAt : (arrived ?? lateAt ?? kept?.markedAt ?? startsAt);
	const isNewArrival = arrived !== null && arrived !== kept?.markedAt;
	const minutes = isNewArrival ? minutesSince(startsAt, arrived) : (kept?.minutesLate ?? null);
	return {
		status,
		markedAt,
		minutesLate: status === 'late' ? (mark.minutesLate ?? minutes) : null,
		leftAt: said(mark.left, kept?.leftAt) ?? kept?.leftAt ?? null,
		remark: mark.remark ?? before?.remark ?? null,
		excuseId: kept?.excuseId ?? null,
	};
}

/** What stands there where that is what is said, as exactly as it is said. */
function instantSaid(
	{ clock, grain }: Moment,
	day: string,
	standing: number | null,
	instantOf: Known['instantOf'],
): number {
	const instant = instantOf(clock.includes('T') ? clock : `${day}T${clock}`);
	return standing !== null && standing - (standing % grain) === instant ? standing : instant;
}

interface Times {
	before: MarkContent | null;
	after: PlannedMark['after'];
	/** ms since 1970, as is `now`. */
	startsAt: number;
	now: number;
}

/** Why the times of a mark cannot be. What stands already is not asked about again. */
function untimely(mark: SaidMark, times: Times): Refusal | null {
	return untimelyArrival(mark, times) ?? untimelyLeaving(mark, times);
}

function untimelyArrival(
	{ arrived, minutesLate }: SaidMark,
	{ before, after, startsAt, now }: Times,
): Refusal | null {
	const inMinutes = { column: 'minutesLate', found: String(minutesLate ?? '') } as const;
	const atTime = { column: 'arrivedAt', found: inWords(arrived) } as const;
	if (after.markedAt > now) {
		return { ...(arrived === null ? inMinutes : atTime), code: 'in-future' };
	}
	const isNew = after.markedAt !== before?.markedAt;
	// Of somebody who was away, it is when that was noted, which may be weeks later.
	if (arrived !== null && isNew && hasCome(after.status) && isFar(after.markedAt, startsAt)) {
		return { ...atTime, code: 'too-far' };
	}
	if (minutesLate === null || minutesLate === before?.minutesLate) return null;
	return minutesLate > MOST_MINUTES_LATE
		? { ...inMinutes, code: 'minutes-many', detail: MOST_MINUTES_LATE }
		: null;
}

function untimelyLeaving({ left }: SaidMark, times: Times): Refusal | null {
	const { before, after, startsAt, now } = times;
	const { markedAt, leftAt } = after;
	if (leftAt === null) return null;
	const where = { column: 'leftAt', found: inWords(left) } as const;
	if (leftAt > now) return { ...where, code: 'in-future' };
	if (leftAt < markedAt) return { ...where, code: 'left-before' };
	const isNew = leftAt !== before?.leftAt;
	return isNew && isFar(leftAt, startsAt) ? { ...where, code: 'too-far' } : null;
}

/** Whether a day was mistyped: roll calls open some minutes early and close within the day. */
const isFar = (at: number, startsAt: number) => at < startsAt - EARLIEST || at > startsAt + DAY;

/** No bulk action speaks against an approved excuse. */
function overruling(
	line: MarkLine,
	{ status, word }: SaidMark,
	before: MarkContent | null,
	excuses: readonly KnownExcuse[],
): Refusal | null {
	const isFree = status === 'excused' || status === before?.status;
	if (isFree || !excuses.some((excuse) => covers(excuse, line))) return null;
	return { column: 'status', found: word, code: 'excused', detail: line.day };
}

const covers = ({ classId, firstDay, lastDay }: KnownExcuse, line: MarkLine) =>
	firstDay <= line.day && line.day <= lastDay && (classId ?? line.classId) === line.classId;

const inWords = (moment: Moment | null) => moment?.clock.replace('T', ' ') ?? '';

function isSame(before: MarkContent, after: MarkContent): boolean {
	return CONTENT.every((part) => before[part] === after[part]);
}

const CONTENT = ['status', 'markedAt', 'minutesLate', 'leftAt', 'remark', 'excuseId'] as const;

function contentOf({ status, markedAt, minutesLate, leftAt, remark, excuseId }: MarkContent) {
	return { status, markedAt, minutesLate, leftAt, remark, excuseId };
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** The longest that a class can let its roll calls be opened before their start. */
const EARLIEST = 120 * MINUTE;

/**
 * A zone's rules are slow to ask: they are asked once a day, where its clocks are not moved, and the
 * rest is counted from midnight.
 */
function instantsIn(timeZone: string): Known['instantOf'] {
	const asked = (clock: string) =>
		toZoned(parseDateTime(clock), timeZone, 'compatible').toDate().getTime();
	const days = new Map<string, { from: number; isPlain: boolean }>();
	const dayOf = (day: string) => {
		const from = asked(`${day}T00:00:00`);
		return { from, isPlain: asked(`${shiftDay(day, 1)}T00:00:00`) - from === DAY };
	};
	return (clock) => {
		const day = clock.slice(0, 10);
		const known = days.get(day) ?? dayOf(day);
		days.set(day, known);
		if (!known.isPlain) return asked(clock);
		const [hours = 0, minutes = 0, seconds = 0] = clock.slice(11).split(':').map(Number);
		return known.from + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
	};
}

/** "2026-11-23T08:05:00" */
const clockOf = (instant: number, timeZone: string) =>
	toCalendarDateTime(fromAbsolute(instant, timeZone)).toString();
