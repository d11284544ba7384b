// Protects what a teacher types about a student's times: the school's clock and not the device's,
// also on a night on which the clocks are moved; nothing untouched is rounded; what cannot be is said.
import { describe, expect, it } from 'vitest';
import type { RosterEntry } from '$lib/contract/roster';
import { messages } from '$lib/messages';
import { draftOf, instantOf, readDraft, rebaseDraft, type MemberDraft } from './member-draft';

const words = messages.rollCall.member;
const at = (iso: string) => Date.parse(iso);
const BERLIN = 'Europe/Berlin';
const times = {
	startsAt: at('2026-11-23T13:00:00Z'),
	closedAt: null,
	now: at('2026-11-23T14:00:00Z'),
	timeZone: BERLIN,
};

const entry: RosterEntry = {
	studentId: 's',
	name: 'Jo Baker',
	status: 'present',
	markedAt: at('2026-11-23T13:01:42.500Z'),
	minutesLate: null,
	method: 'camera',
	leftAt: null,
	remark: 'glasses',
	enrolled: true,
};
const waiting: RosterEntry = { ...entry, status: null, markedAt: null, method: null, remark: null };

const read = (parts: Partial<MemberDraft>, of: RosterEntry = entry) =>
	readDraft({ ...draftOf(of, BERLIN), ...parts }, of, times);

it('shows a mark by the school’s clock', () => {
	expect(draftOf({ ...entry, leftAt: at('2026-11-23T13:50:00Z') }, BERLIN)).toEqual({
		status: 'present',
		arrived: '14:01',
		left: '14:50',
		remark: 'glasses',
	});
	expect(draftOf({ ...entry, status: 'absent' }, BERLIN).arrived).toBe('');
});

describe('readDraft', () => {
	it('keeps the seconds of a time that nobody touched', () => {
		expect(read({ status: 'late' })).toEqual({
			status: 'late',
			details: { arrivedAt: entry.markedAt, leftAt: null, remark: 'glasses' },
		});
	});

	it('reads typed times, and lets somebody leave in the minute in which they came', () => {
		expect(read({ arrived: '14:20', left: '14:50' })).toMatchObject({
			details: { arrivedAt: at('2026-11-23T13:20:00Z'), leftAt: at('2026-11-23T13:50:00Z') },
		});
		expect(read({ left: '14:01' })).toMatchObject({ details: { leftAt: entry.markedAt } });
	});

	it('drops times with a status of somebody who did not come, and keeps the remark', () => {
		expect(read({ status: 'absent', left: '14:50', remark: ' dentist ' })).toEqual({
			status: 'absent',
			details: { arrivedAt: null, leftAt: null, remark: 'dentist' },
		});
		expect(read({ status: 'waiting' })).toMatchObject({ status: null });
	});

	it('says what cannot be', () => {
		expect(read({ arrived: '15:01' })).toEqual({ problems: { arrived: words.notYet } });
		expect(read({ left: '15:01' })).toEqual({ problems: { left: words.notYet } });
		expect(read({ left: '14:00' })).toEqual({ problems: { left: words.leftTooEarly } });
		const closed = { ...times, closedAt: times.now };
		const tooLate = { ...draftOf(entry, BERLIN), left: '15:01' };
		expect(readDraft(tooLate, entry, closed)).toEqual({ problems: { left: words.afterClosing } });
		const noArrival = read({ status: 'present', left: '14:10' }, waiting);
		expect(noArrival).toEqual({ problems: { arrived: words.arrivedMissing } });
	});

	it('leaves the time of arrival to the tap where none is typed', () => {
		expect(read({ status: 'late' }, waiting)).toMatchObject({ details: { arrivedAt: null } });
	});
});

describe('instantOf', () => {
	const on = (startsAt: string, time: string) =>
		new Date(instantOf(time, { startsAt: at(startsAt), timeZone: BERLIN }) ?? NaN).toISOString();

	it('is on the school’s day, which is not that of UTC', () => {
		expect(on('2026-11-23T23:30:00Z', '00:40')).toBe('2026-11-23T23:40:00.000Z');
	});

	it('goes on after midnight, and a slip stays on its day', () => {
		expect(on('2026-11-23T22:30:00Z', '00:10')).toBe('2026-11-23T23:10:00.000Z');
		expect(on('2026-11-23T07:00:00Z', '21:00')).toBe('2026-11-23T20:00:00.000Z');
	});

	it('knows summer time, and the hour that comes twice or not at all', () => {
		expect(on('2026-07-01T07:00:00Z', '09:30')).toBe('2026-07-01T07:30:00.000Z');
		expect(on('2026-10-25T00:00:00Z', '02:30')).toBe('2026-10-25T00:30:00.000Z');
		expect(on('2026-03-29T00:00:00Z', '02:30')).toBe('2026-03-29T01:30:00.000Z');
	});
});

describe('rebaseDraft', () => {
	const before = draftOf(waiting, BERLIN);
	const live = draftOf(entry, BERLIN);

	it('leaves to others what nobody touched', () => {
		expect(rebaseDraft({ ...before, remark: 'inhaler' }, before, { ...live, remark: '' })).toEqual({
			draft: { ...live, remark: 'inhaler' },
			isContradicted: false,
		});
	});

	it('keeps what was touched, and tells where it changed meanwhile', () => {
		expect(rebaseDraft({ ...before, status: 'absent' }, before, live)).toEqual({
			draft: { ...live, status: 'absent' },
			isContradicted: true,
		});
		expect(rebaseDraft({ ...before, remark: 'inhaler' }, before, live)).toMatchObject({
			draft: { remark: 'inhaler' },
			isContradicted: true,
		});
	});

	it('keeps the status of typed times where nobody comes by the one that stands', () => {
		const typed = { ...live, left: '14:50' };
		const absent = { ...live, status: 'absent', arrived: '' } as const;
		expect(rebaseDraft(typed, live, absent)).toMatchObject({
			draft: { status: 'present', left: '14:50' },
			isContradicted: true,
		});
		expect(rebaseDraft(typed, live, { ...live, status: 'late' })).toMatchObject({
			draft: { status: 'late', left: '14:50' },
			isContradicted: false,
		});
	});
});
