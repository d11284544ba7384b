/** Protects what a teacher finds first: what is to be done now, then the day, then everything else. */
import { describe, expect, it } from 'vitest';
import type { ClassSummary } from '$lib/contract/classes';
import type { DayRollCall } from '$lib/contract/timetable';
import { arrangeDay, standingOf } from './day';

const NOW = 1_000_000;
const rollCall = (changes: Partial<DayRollCall>): DayRollCall => ({
	id: 'one',
	classId: 'a',
	className: 'Biology 9B',
	state: 'planned',
	isPlanned: true,
	startsAt: NOW,
	endsAt: NOW + 100,
	opensAt: NOW - 10,
	room: null,
	counts: { present: 0, late: 0, absent: 0, excused: 0 },
	...changes,
});
const taught = (id: string, lastId: string | null = null): ClassSummary => ({
	id,
	name: id,
	memberCount: 1,
	enrolledCount: 0,
	noConsentCount: 0,
	openRollCallId: null,
	lastRollCall:
		lastId === null ? null : { id: lastId, closedAt: 0, present: 1, late: 0, absent: 0 },
});

describe('how a roll call stands', () => {
	it('is due from some minutes before its start until its end', () => {
		expect(standingOf(rollCall({ opensAt: NOW + 1 }), NOW)).toBe('later');
		expect(standingOf(rollCall({ opensAt: NOW }), NOW)).toBe('due');
		expect(standingOf(rollCall({ endsAt: NOW + 1 }), NOW)).toBe('due');
		expect(standingOf(rollCall({ endsAt: NOW }), NOW)).toBe('missed');
	});

	it('is what became of it, whatever the time', () => {
		expect(standingOf(rollCall({ state: 'open', endsAt: NOW - 1 }), NOW)).toBe('open');
		expect(standingOf(rollCall({ state: 'closed' }), NOW)).toBe('taken');
	});
});

describe('the day', () => {
	it('has what is open or due first, and the rest in order', () => {
		const day = [
			rollCall({ id: 'taken', state: 'closed' }),
			rollCall({ id: 'missed', endsAt: NOW - 1 }),
			rollCall({ id: 'due' }),
			rollCall({ id: 'later', opensAt: NOW + 1 }),
		];
		const { now, rest } = arrangeDay(day, [], NOW);
		expect(now.map(({ id }) => id)).toEqual(['due']);
		expect(rest.map(({ id }) => id)).toEqual(['taken', 'missed', 'later']);
	});

	it('offers the classes without a lesson today, each roll call said once', () => {
		const day = [
			rollCall({ id: 'lesson', classId: 'a' }),
			rollCall({ id: 'extra', classId: 'b', isPlanned: false, state: 'closed', endsAt: null }),
			rollCall({ id: 'open', classId: 'c', isPlanned: false, state: 'open', endsAt: null }),
		];
		const classes = [taught('a'), taught('b', 'extra'), taught('c'), taught('d')];
		const { now, rest, unplanned } = arrangeDay(day, classes, NOW);
		expect(unplanned.map(({ id }) => id)).toEqual(['b', 'd']);
		expect(rest).toEqual([]);
		expect(now.map(({ id }) => id)).toEqual(['lesson', 'open']);
	});
});
