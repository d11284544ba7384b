// Protects what a person's tap makes of a mark: which times count, what stays of an earlier mark, and
// when somebody else's mark stands in its way.
import { describe, expect, it } from 'vitest';
import type { MarkDetails } from '$lib/contract/marks';
import { handMark, isOvertaken, type MarkContent, type StandingMark } from './hand-mark';

const minute = (n: number): number => n * 60_000;
const NOW = minute(1100);
/** Began at 1000, taken late: opened at 1020. */
const OPEN = {
	state: 'open' as const,
	startsAt: minute(1000),
	openedAt: minute(1020),
	closedAt: null,
};
const CLOSED = { ...OPEN, state: 'closed' as const, closedAt: minute(1050) };
const LATE: StandingMark = {
	status: 'late',
	markedAt: minute(1012),
	minutesLate: 12,
	leftAt: minute(1040),
	remark: 'bus',
	excuseId: null,
	method: 'camera',
	markedBy: null,
	version: 5,
};
const EXCUSED: MarkContent = {
	status: 'excused',
	markedAt: minute(1000),
	minutesLate: null,
	leftAt: null,
	remark: 'dentist',
	excuseId: 'an excuse',
};
const none: MarkDetails = { arrivedAt: null, leftAt: null, remark: '' };
const at = minute(1030);

describe('times', () => {
	const marked = (
		status: 'present' | 'late' | 'absent',
		details: Partial<MarkDetails>,
		rollCall: typeof OPEN | typeof CLOSED = OPEN,
	) => handMark({ status, markedAt: at, details: { ...none, ...details } }, null, rollCall, NOW);

	it('are the tap’s where no arrival is stated, and the arrival’s where one is', () => {
		expect(marked('late', {})).toMatchObject({ mark: { markedAt: at, minutesLate: 30 } });
		expect(marked('late', { arrivedAt: minute(1012) + 30_000 })).toMatchObject({
			mark: { markedAt: minute(1012) + 30_000, minutesLate: 12 },
		});
	});

	it('make nobody late whom the teacher calls present', () => {
		expect(marked('present', { arrivedAt: minute(1045) })).toMatchObject({
			mark: { status: 'present', markedAt: minute(1045), minutesLate: null },
		});
	});

	it('may lie before a late opening, but not before the start, after now or the closing', () => {
		const arrivalOf = (arrivedAt: number, rollCall?: typeof CLOSED) =>
			marked('present', { arrivedAt }, rollCall);
		expect(arrivalOf(minute(1003))).toMatchObject({ mark: { markedAt: minute(1003) } });
		expect(arrivalOf(minute(900))).toMatchObject({ mark: { markedAt: minute(1000) } });
		expect(arrivalOf(minute(1200))).toMatchObject({ mark: { markedAt: NOW } });
		expect(arrivalOf(minute(1070), CLOSED)).toMatchObject({ mark: { markedAt: minute(1050) } });
		const early = { ...OPEN, openedAt: minute(990) };
		expect(
			handMark(
				{ status: 'present', markedAt: at, details: { ...none, arrivedAt: minute(980) } },
				null,
				early,
				NOW,
			),
		).toMatchObject({ mark: { markedAt: minute(990) } });
	});

	it('of an arrival are nothing for somebody who did not come', () => {
		expect(marked('absent', { arrivedAt: minute(1003) })).toMatchObject({
			mark: { markedAt: at, minutesLate: null },
		});
	});

	it('of leaving need somebody who came, and not later', () => {
		const leftAt = minute(1040);
		expect(marked('present', { leftAt })).toMatchObject({ mark: { leftAt } });
		expect(marked('present', { leftAt: at })).toMatchObject({ mark: { leftAt: at } });
		expect(marked('present', { leftAt: at - 1 })).toEqual({ problem: 'left-before-coming' });
		expect(marked('late', { arrivedAt: minute(1045), leftAt })).toEqual({
			problem: 'left-before-coming',
		});
		expect(marked('absent', { leftAt })).toEqual({ problem: 'left-without-coming' });
	});
});

describe('without details', () => {
	it('an unchanged status keeps its times and what is remarked', () => {
		const { status, markedAt, minutesLate, leftAt, remark, excuseId } = LATE;
		expect(handMark({ status: 'late', markedAt: at }, LATE, OPEN, NOW)).toEqual({
			mark: { status, markedAt, minutesLate, leftAt, remark, excuseId },
		});
	});

	it.each(['present', 'absent', null] as const)('%s keeps the remark alone', (status) => {
		expect(handMark({ status, markedAt: at }, LATE, OPEN, NOW)).toEqual({
			mark: {
				status,
				markedAt: at,
				minutesLate: null,
				leftAt: null,
				remark: 'bus',
				excuseId: null,
			},
		});
	});
});

it('details replace all that was there, and an empty remark is none', () => {
	expect(handMark({ status: 'late', markedAt: at, details: none }, LATE, OPEN, NOW)).toMatchObject({
		mark: { markedAt: at, leftAt: null, remark: null },
	});
});

it('only a status that stays excused keeps its excuse', () => {
	const excuseOf = (status: 'excused' | 'present' | null) =>
		handMark({ status, markedAt: at, details: none }, EXCUSED, OPEN, NOW);
	expect(excuseOf('excused')).toMatchObject({ mark: { excuseId: 'an excuse' } });
	expect(excuseOf('present')).toMatchObject({ mark: { excuseId: null } });
	expect(excuseOf(null)).toMatchObject({ mark: { excuseId: null } });
});

it('nobody waits in a closed roll call', () => {
	expect(handMark({ status: null, markedAt: at }, LATE, CLOSED, NOW)).toMatchObject({
		mark: { status: 'absent', markedAt: at, leftAt: null },
	});
});

describe('somebody else’s newer mark', () => {
	const wanted = { status: 'absent' as const, sawVersion: 4, actorId: 'Bo' };
	const byAda: StandingMark = { ...LATE, method: 'teacher', markedBy: 'Ada' };
	it.each([
		['stands', byAda, wanted, true],
		['stands where it took the mark back', { ...byAda, status: null }, wanted, true],
		['stands where its maker is gone', { ...byAda, markedBy: null }, wanted, true],
		['that the device saw is no hindrance', byAda, { ...wanted, sawVersion: 5 }, false],
		['is none for a request that saw nothing', byAda, { ...wanted, sawVersion: undefined }, false],
		['that says the same is none', byAda, { ...wanted, status: 'late' as const }, false],
		['is not one’s own', byAda, { ...wanted, actorId: 'Ada' }, false],
		['is not the camera’s', LATE, wanted, false],
		['is not the rule’s, whoever closed', { ...byAda, method: 'rule' as const }, wanted, false],
	])('%s', (_, standing, asked, expected) => {
		expect(isOvertaken(standing, asked)).toBe(expected);
	});
});
