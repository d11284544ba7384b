/**
 * Protects: a lesson is held when the school's clock says so, also on the nights on which it is moved;
 * exceptions and the last day hold; no two lessons of a class overlap unseen; and planning again
 * changes nothing, takes nothing back that was opened, and leaves what nobody took on record.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS } from '$lib/contract/timetable';
import { closesAt, opensAt } from './roll-call-times';
import {
	addDays,
	dayBounds,
	findOverlap,
	isLessonDay,
	occurrencesOf,
	planRollCalls,
	schoolDay,
	type Lesson,
	type PlannedRollCall,
} from './timetable';

const BERLIN = 'Europe/Berlin';
const MINUTE = 60_000;
const at = (text: string) => Date.parse(text);

/** On Mondays from 9:00 to 9:45, from the first of September 2026 on. */
const lesson = (changes: Partial<Lesson> = {}): Lesson => ({
	id: 'a lesson',
	weekday: 1,
	startsAt: '09:00',
	lengthMinutes: 45,
	room: '12',
	firstDay: '2026-09-01',
	lastDay: null,
	exceptions: [],
	...changes,
});

const held = (one: Lesson, fromDay: string, days: number, timeZone = BERLIN) =>
	occurrencesOf([one], { fromDay, days }, timeZone).map(({ startsAt, endsAt }) => [
		new Date(startsAt).toISOString(),
		(endsAt - startsAt) / MINUTE,
	]);

describe('a school day', () => {
	it('is the day of the school, not of the server', () => {
		const instant = at('2026-11-23T23:30Z');
		expect(schoolDay(instant, BERLIN)).toBe('2026-11-24');
		expect(schoolDay(instant, 'America/New_York')).toBe('2026-11-23');
	});

	it('has 23 hours when the clocks go forward and 25 when they go back', () => {
		const hours = (text: string) => {
			const { from, to } = dayBounds(at(text), BERLIN);
			return (to - from) / (60 * MINUTE);
		};
		expect(hours('2026-03-29T10:00Z')).toBe(23);
		expect(hours('2026-10-25T10:00Z')).toBe(25);
		expect(hours('2026-11-24T10:00Z')).toBe(24);
	});
});

describe('occurrences', () => {
	it('are at the same time of the clock before and after it is moved', () => {
		expect(held(lesson(), '2026-10-19', 8)).toEqual([
			['2026-10-19T07:00:00.000Z', 45],
			['2026-10-26T08:00:00.000Z', 45],
		]);
	});

	it('begin an hour later where the clock jumps over the start', () => {
		const night = lesson({ weekday: 7, startsAt: '02:30', firstDay: '2026-01-01' });
		expect(held(night, '2026-03-29', 1)).toEqual([['2026-03-29T01:30:00.000Z', 45]]);
	});

	it('begin the first time where the start comes twice, and last as long as any', () => {
		const night = lesson({ weekday: 7, startsAt: '02:30', lengthMinutes: 90 });
		expect(held(night, '2026-10-25', 1)).toEqual([['2026-10-25T00:30:00.000Z', 90]]);
	});

	it('are on the first and the last day, and neither before nor after', () => {
		const term = lesson({ firstDay: '2026-09-07', lastDay: '2026-09-21' });
		expect(held(term, '2026-08-01', 90).map(([start]) => String(start).slice(0, 10))).toEqual([
			'2026-09-07',
			'2026-09-14',
			'2026-09-21',
		]);
		expect(isLessonDay(term, '2026-09-28')).toBe(false);
		expect(isLessonDay(term, '2026-09-08')).toBe(false);
	});

	it('heed the exceptions of their day alone', () => {
		const excepted = lesson({
			exceptions: [
				{ day: '2026-09-07', startsAt: null },
				{ day: '2026-09-14', startsAt: '11:15' },
			],
		});
		expect(held(excepted, '2026-09-07', 15)).toEqual([
			['2026-09-14T09:15:00.000Z', 45],
			['2026-09-21T07:00:00.000Z', 45],
		]);
	});

	it('of any lesson have its length and its weekday, in every zone and on every day', () => {
		const zones = fc.constantFrom(
			BERLIN,
			'America/New_York',
			'Australia/Lord_Howe',
			'Asia/Kathmandu',
		);
		const times = fc
			.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
			.map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
		fc.assert(
			fc.property(
				zones,
				times,
				fc.constantFrom(...WEEKDAYS),
				fc.integer({ min: 0, max: 730 }),
				(timeZone, startsAt, weekday, offset) => {
					const one = lesson({ weekday, startsAt, firstDay: '2026-01-01' });
					const range = { fromDay: addDays('2026-01-01', offset), days: 7 };
					const [occurrence, ...more] = occurrencesOf([one], range, timeZone);
					expect(more).toEqual([]);
					expect(occurrence!.endsAt - occurrence!.startsAt).toBe(45 * MINUTE);
					expect(schoolDay(occurrence!.startsAt, timeZone)).toBe(occurrence!.day);
				},
			),
			{ numRuns: 200 },
		);
	});
});

describe('overlaps', () => {
	const other = lesson({ id: 'other' });
	const overlap = (one: Partial<Lesson>, two: Partial<Lesson> = {}) =>
		findOverlap(lesson(one), [{ ...other, ...two }])?.id ?? null;

	it('are found within a day, and lessons that touch are none', () => {
		expect(overlap({ startsAt: '09:30' })).toBe('other');
		expect(overlap({ startsAt: '09:45' })).toBeNull();
		expect(overlap({ startsAt: '08:15' })).toBeNull();
		expect(overlap({ weekday: 2 })).toBeNull();
	});

	it('are found over midnight, also from Sunday to Monday', () => {
		const late = { weekday: 7, startsAt: '23:30', lengthMinutes: 60 } as const;
		expect(overlap(late, { startsAt: '00:15' })).toBe('other');
		expect(overlap(late, { startsAt: '00:30' })).toBeNull();
		// For the last time on the night before the other one's first day.
		const lastNight = { ...late, lastDay: '2026-11-22' };
		expect(overlap(lastNight, { startsAt: '00:15', firstDay: '2026-11-23' })).toBe('other');
	});

	it('are only where both are held', () => {
		expect(overlap({ lastDay: '2026-11-22' }, { firstDay: '2026-11-23' })).toBeNull();
		expect(overlap({ lastDay: '2026-11-23' }, { firstDay: '2026-11-23' })).toBe('other');
		// Both hold on that Tuesday and Wednesday, but neither is held then.
		expect(overlap({ lastDay: '2026-11-25' }, { firstDay: '2026-11-24' })).toBeNull();
	});

	it('are found where a day is moved onto another lesson', () => {
		const moved = { exceptions: [{ day: '2026-11-23', startsAt: '13:00' }] };
		expect(overlap({ ...moved, startsAt: '08:00' }, { startsAt: '13:30' })).toBe('other');
		expect(overlap({ startsAt: '13:30' }, { ...moved })).toBe('other');
		expect(overlap({ ...moved, startsAt: '08:00' }, { startsAt: '14:00' })).toBeNull();
	});
});

describe('planning', () => {
	const now = at('2026-11-23T08:10Z');
	const rules = { now, timeZone: BERLIN };
	const daily = WEEKDAYS.map((weekday) => lesson({ id: `lesson ${weekday}`, weekday }));
	const planned = (lessons: readonly Lesson[], when = now): PlannedRollCall[] =>
		planRollCalls(lessons, [], { ...rules, now: when }).add.map((one, i) => ({
			...one,
			id: `roll call ${i}`,
			state: 'planned',
		}));

	it('covers what is still to come of today, and the next seven days', () => {
		expect(planned(daily).map(({ day }) => day)).toEqual(
			Array.from({ length: 8 }, (_, i) => addDays('2026-11-23', i)),
		);
		const afterwards = at('2026-11-23T08:45Z');
		expect(planned(daily, afterwards)[0]?.day).toBe('2026-11-24');
	});

	it('keeps a lesson that goes on after midnight', () => {
		const late = lesson({ weekday: 7, startsAt: '23:30', lengthMinutes: 60 });
		expect(planned([late], at('2026-11-22T23:10Z'))[0]?.day).toBe('2026-11-22');
	});

	it('finds nothing to do the second time', () => {
		expect(planRollCalls(daily, planned(daily), rules)).toEqual({ add: [], move: [], remove: [] });
	});

	it('moves what is held at another time, and removes what is not held', () => {
		const later = daily.map((one) => ({ ...one, startsAt: '10:00', room: '14' }));
		const changes = planRollCalls(later.slice(1), planned(daily), rules);
		expect(changes.add).toEqual([]);
		expect(changes.remove).toEqual(['roll call 0', 'roll call 7']);
		expect(changes.move).toHaveLength(6);
		expect(changes.move[0]).toEqual({
			id: 'roll call 1',
			lessonId: 'lesson 2',
			day: '2026-11-24',
			startsAt: at('2026-11-24T09:00Z'),
			endsAt: at('2026-11-24T09:45Z'),
			room: '14',
		});
	});

	it('never touches one that was opened, nor plans it again', () => {
		const [first, ...rest] = planned(daily);
		const opened = [{ ...first!, state: 'open' as const }, ...rest];
		expect(planRollCalls(daily, opened, rules).add).toEqual([]);
		const { remove } = planRollCalls([], opened, rules);
		expect(remove).toEqual(rest.map(({ id }) => id));
	});

	it('leaves one that nobody took on record, unless it is said to have been cancelled', () => {
		const rows = planned(daily);
		const evening = { ...rules, now: at('2026-11-23T20:00Z') };
		expect(planRollCalls(daily, rows, evening).remove).toEqual([]);
		expect(planRollCalls([], rows, evening).remove).not.toContain('roll call 0');
		const cancelled = daily.map((one) => ({
			...one,
			exceptions: [{ day: '2026-11-23', startsAt: null }],
		}));
		expect(planRollCalls(cancelled, rows, evening).remove).toEqual(['roll call 0']);
	});
});

describe('opening and closing', () => {
	it('opens some minutes early, closes some minutes after the end', () => {
		const start = at('2026-11-23T08:00Z');
		const end = start + 45 * MINUTE;
		expect(opensAt(start, 10)).toBe(at('2026-11-23T07:50Z'));
		expect(closesAt(start, end, 10)).toBe(at('2026-11-23T08:55Z'));
	});

	it('leaves three hours where there is no end, or none any more', () => {
		const now = at('2026-11-23T08:00Z');
		expect(closesAt(now, null, 10)).toBe(at('2026-11-23T11:00Z'));
		expect(closesAt(now, now - MINUTE, 10)).toBe(at('2026-11-23T11:00Z'));
	});
});
