/**
 * Protects: weekly notices go out once, at the hour of the school's clock, and their weeks neither
 * overlap nor leave an hour out when the clocks move; nobody hears of an absence before its grace is
 * over; who is at risk is told when they come in and not again while they stay.
 */
import { describe, expect, it } from 'vitest';
import { standingOf } from './attendance-report';
import {
	dayInWords,
	dueWeek,
	isAbsenceDue,
	momentInWords,
	nextTry,
	riskChanges,
	riskReasons,
	weeklyClasses,
	weekEnd,
	weekStart,
	type MissedMark,
} from './notices';

const HOUR = 3_600_000;
const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

describe('dueWeek', () => {
	const friday = { weekday: 5, hour: 16, since: 0 };
	const due = (now: string, plan = friday) => dueWeek(at(now), plan, BERLIN);

	it('is due from the hour on, for a day', () => {
		expect(due('2026-11-27T15:59:59+01:00')).toBeNull();
		expect(due('2026-11-27T16:00+01:00')).toBe('2026-11-27');
		expect(due('2026-11-28T15:59:59+01:00')).toBe('2026-11-27');
		expect(due('2026-11-28T16:00+01:00')).toBeNull();
		expect(due('2026-11-25T16:00+01:00')).toBeNull();
	});

	it('goes by the school’s day and clock', () => {
		expect(dueWeek(at('2026-11-27T07:00Z'), friday, 'Asia/Tokyo')).toBe('2026-11-27');
		expect(dueWeek(at('2026-11-27T07:00Z'), friday, 'America/New_York')).toBeNull();
		const midnight = { weekday: 1, hour: 0, since: 0 };
		expect(due('2026-11-22T23:00Z', midnight)).toBe('2026-11-23');
	});

	it('sends nothing for an hour that was over when it was set', () => {
		const since = at('2026-11-27T16:00+01:00');
		expect(due('2026-11-27T17:00+01:00', { ...friday, since })).toBeNull();
		expect(due('2026-11-27T17:00+01:00', { ...friday, since: since - 1 })).toBe('2026-11-27');
	});

	it.each([
		['spring', '2026-03-29', '2026-03-29T03:00+02:00'],
		['autumn', '2026-10-25', '2026-10-25T02:00+02:00'],
	])('comes once on the night on which the clocks move, in %s', (_, day, instant) => {
		const plan = { weekday: 7, hour: 2, since: 0 };
		expect(dueWeek(at(instant) - 1, plan, BERLIN)).toBeNull();
		expect(dueWeek(at(instant), plan, BERLIN)).toBe(day);
	});
});

describe('weekStart', () => {
	const start = (day: string, told: { toldUntil?: number; onSince?: number } = {}) =>
		weekStart({ day, hour: 16 }, { toldUntil: null, onSince: 0, ...told }, BERLIN);

	it('is a week before, with an hour more or less when the clocks move', () => {
		const hours = (day: string) => (weekEnd(day, 16, BERLIN) - start(day)) / HOUR;
		expect(hours('2026-11-27')).toBe(168);
		expect(hours('2026-04-03')).toBe(167);
		expect(hours('2026-10-30')).toBe(169);
	});

	it('is where the last one ended, whatever was moved since, but not before they were on', () => {
		const toldUntil = at('2026-11-19T08:00+01:00');
		expect(start('2026-11-27', { toldUntil })).toBe(toldUntil);
		const onSince = at('2026-11-25T12:00+01:00');
		expect(start('2026-11-27', { toldUntil, onSince })).toBe(onSince);
		expect(start('2026-11-27', { onSince })).toBe(onSince);
	});
});

describe('isAbsenceDue', () => {
	const day = { studentId: 'amina', day: '2026-11-23', lastClosedAt: 0, isGoingOn: false };

	it('waits for the grace and for the end of the day’s roll calls', () => {
		expect(isAbsenceDue(day, HOUR - 1)).toBe(false);
		expect(isAbsenceDue(day, HOUR)).toBe(true);
		expect(isAbsenceDue({ ...day, isGoingOn: true }, HOUR)).toBe(false);
	});
});

describe('riskChanges', () => {
	const place = (studentId: string, classId = '9B') => ({ classId, studentId });
	const risky = (studentId: string, classId?: string) => ({
		...place(studentId, classId),
		risks: ['run' as const],
	});
	const fine = (studentId: string) => ({ ...place(studentId), risks: [] });
	const none = new Set<string>();

	it('names who comes in and who leaves, and nobody who stays', () => {
		const changes = riskChanges(
			[risky('new'), risky('stays'), fine('left')],
			[place('stays'), place('left'), place('gone')],
			none,
		);
		expect(changes).toEqual({ came: [place('new')], left: [place('left'), place('gone')] });
	});

	it('takes a student of two classes apart', () => {
		expect(riskChanges([risky('amina', '9B')], [place('amina', '9C')], none)).toEqual({
			came: [place('amina', '9B')],
			left: [place('amina', '9C')],
		});
	});

	it('concludes nothing about a class with an open roll call', () => {
		const busy = new Set(['9B']);
		expect(riskChanges([risky('new')], [place('left')], busy)).toEqual({ came: [], left: [] });
	});
});

describe('riskReasons', () => {
	const rule = { absencesInRow: 3, rateBelow: 80 };
	const marks = (letters: string) =>
		Array.from(letters, (letter) => ({
			status: letter === 'a' ? ('absent' as const) : ('present' as const),
			minutesLate: null,
		}));

	it('says which half of the rule it is, and nothing for most', () => {
		expect(riskReasons(standingOf(marks('pppppppppppppppaaa'), rule))).toEqual({
			inARow: 3,
			rate: null,
		});
		expect(riskReasons(standingOf(marks('aapp'), rule))).toEqual({ inARow: null, rate: 0.5 });
		expect(riskReasons(standingOf(marks('aaa'), rule))).toEqual({ inARow: 3, rate: 0 });
		expect(riskReasons(standingOf(marks('ppppa'), rule))).toBeNull();
		expect(riskReasons(standingOf([], rule))).toBeNull();
	});
});

describe('weeklyClasses', () => {
	const mark = (over: Partial<MissedMark>): MissedMark => ({
		classId: 'b',
		className: '9B',
		studentId: 'amina',
		name: 'Amina',
		startsAt: at('2026-11-23T09:00+01:00'),
		status: 'absent',
		minutesLate: null,
		...over,
	});
	const risk = { classId: 'c', className: '9C', name: 'Rui', inARow: 3, rate: null };

	it('says by class and student what was missed when, and who is at risk', () => {
		const late = {
			status: 'late',
			minutesLate: 12,
			startsAt: at('2026-11-24T11:00+01:00'),
		} as const;
		expect(weeklyClasses([mark({}), mark(late)], [risk], BERLIN)).toEqual([
			{
				name: '9B',
				students: [
					{
						name: 'Amina',
						absent: ['Monday 23 November, 09:00'],
						late: [{ when: 'Tuesday 24 November, 11:00', minutes: 12 }],
					},
				],
				atRisk: [],
			},
			{ name: '9C', students: [], atRisk: [{ name: 'Rui', inARow: 3, rate: null }] },
		]);
	});

	it('is empty where there is nothing to tell', () => {
		expect(weeklyClasses([], [], BERLIN)).toEqual([]);
	});
});

describe('words', () => {
	it('name the day with its year, by the school’s clock', () => {
		expect(dayInWords('2026-11-27')).toBe('Friday 27 November 2026');
		expect(momentInWords(at('2026-11-26T23:05Z'), BERLIN)).toBe('Friday 27 November 2026, 00:05');
	});
});

describe('nextTry', () => {
	it('comes every hour, and the fifth try is the last', () => {
		expect(nextTry(1, 0)).toBe(HOUR);
		expect(nextTry(4, 0)).toBe(HOUR);
		expect(nextTry(5, 0)).toBeNull();
	});
});
