import {
	CalendarDate,
	fromAbsolute,
	parseTime,
	toCalendarDateTime,
	toZoned,
} from '@internationalized/date';
import type { MarkDetails } from '$lib/contract/marks';
import type { RosterEntry } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';
import { timeOf } from '$lib/components/dates';
import type { StatusOrWaiting } from '$lib/components/ui';
import { messages } from '$lib/messages';

const MINUTE_MS = 60_000;
const HALF_DAY_MS = 12 * 60 * MINUTE_MS;

/** A member's mark as it stands in the fields of a form. Times as "14:05" by the school's clock. */
export interface MemberDraft {
	status: StatusOrWaiting;
	/** Empty: not typed. */
	arrived: string;
	left: string;
	remark: string;
}

/** What the times of a draft are measured by. Instants are ms since 1970. */
export interface RollCallTimes {
	startsAt: number;
	/** Null while it is open. */
	closedAt: number | null;
	now: number;
	/** IANA name of the school's zone */
	timeZone: string;
}

export type DraftProblems = Partial<Record<'arrived' | 'left', string>>;

/** Whether a status is of somebody who came: only they arrive, and only they can leave. */
export function hasCome(status: StatusOrWaiting | null): boolean {
	return status === 'present' || status === 'late';
}

/** The fields of a form as a mark stands now. */
export function draftOf(entry: RosterEntry, timeZone: string): MemberDraft {
	const timed = (instant: number | null) => (instant === null ? '' : timeOf(instant, timeZone));
	return {
		status: entry.status ?? 'waiting',
		arrived: hasCome(entry.status) ? timed(entry.markedAt) : '',
		left: timed(entry.leftAt),
		remark: entry.remark ?? '',
	};
}

/**
 * What was typed, upon the mark as it stands by now: a field that nobody touched says what stands.
 * Typed times keep the status that they were typed under, where nobody comes by the one that stands.
 *
 * @returns whether a field that was touched has changed meanwhile, too
 */
export function rebaseDraft(
	draft: MemberDraft,
	before: MemberDraft,
	live: MemberDraft,
): { draft: MemberDraft; isContradicted: boolean } {
	const touched = (field: keyof MemberDraft) => draft[field] !== before[field];
	const keepsStatus =
		touched('status') ||
		((touched('arrived') || touched('left')) && hasCome(draft.status) && !hasCome(live.status));
	const pick = (field: 'arrived' | 'left' | 'remark') => (touched(field) ? draft : live)[field];
	const fields = ['arrived', 'left', 'remark'] as const;
	return {
		draft: {
			status: keepsStatus ? draft.status : live.status,
			arrived: pick('arrived'),
			left: pick('left'),
			remark: pick('remark'),
		},
		isContradicted:
			(keepsStatus && live.status !== before.status) ||
			fields.some((field) => touched(field) && live[field] !== before[field]),
	};
}

/** Reads the fields. A time that nobody touched keeps its seconds. */
export function readDraft(
	draft: MemberDraft,
	entry: RosterEntry,
	times: RollCallTimes,
): { status: MarkStatus | null; details: MarkDetails } | { problems: DraftProblems } {
	const status = draft.status === 'waiting' ? null : draft.status;
	const remark = draft.remark.trim();
	if (!hasCome(status)) return { status, details: { arrivedAt: null, leftAt: null, remark } };
	const before = draftOf(entry, times.timeZone);
	const arrivedAt =
		draft.arrived === before.arrived && hasCome(entry.status)
			? entry.markedAt
			: instantOf(draft.arrived, times);
	const typedLeft = draft.left === before.left ? entry.leftAt : instantOf(draft.left, times);
	const problems = problemsOf(arrivedAt, typedLeft, times);
	if (Object.keys(problems).length > 0) return { problems };
	// Typed times are whole minutes: who leaves in the minute of their coming leaves after it.
	const leftAt = typedLeft === null ? null : Math.max(typedLeft, arrivedAt ?? typedLeft);
	return { status, details: { arrivedAt, leftAt, remark } };
}

function problemsOf(
	arrivedAt: number | null,
	leftAt: number | null,
	{ closedAt, now }: RollCallTimes,
): DraftProblems {
	const words = messages.rollCall.member;
	const latest = closedAt ?? now;
	const tooLate = closedAt === null ? words.notYet : words.afterClosing;
	if (arrivedAt !== null && arrivedAt > latest) return { arrived: tooLate };
	if (leftAt === null) return {};
	if (leftAt > latest) return { left: tooLate };
	if (arrivedAt === null) return { arrived: words.arrivedMissing };
	return leftAt < arrivedAt - (arrivedAt % MINUTE_MS) ? { left: words.leftTooEarly } : {};
}

/**
 * The instant of a time typed on the school's clock: on the day on which the roll call starts, or on
 * the next where it began late in the evening and the time lies half a day before it. A time that the
 * clocks skip counts from before the jump; of one that comes twice, the first is meant.
 *
 * @param time as "14:05"; empty is none
 */
export function instantOf(
	time: string,
	{ startsAt, timeZone }: Pick<RollCallTimes, 'startsAt' | 'timeZone'>,
): number | null {
	if (time === '') return null;
	const { year, month, day } = fromAbsolute(startsAt, timeZone);
	const date = new CalendarDate(year, month, day);
	const on = (of: CalendarDate) =>
		toZoned(toCalendarDateTime(of, parseTime(time)), timeZone)
			.toDate()
			.getTime();
	const sameDay = on(date);
	return sameDay < startsAt - HALF_DAY_MS ? on(date.add({ days: 1 })) : sameDay;
}
