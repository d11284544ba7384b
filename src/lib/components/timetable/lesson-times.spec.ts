/** Protects what a timetable says of a lesson's end, and the day that a form begins with. */
import { expect, it } from 'vitest';
import { endOf, nextDayOf, weekdayOf } from './lesson-times';

it('says when a lesson ends, also after midnight', () => {
	expect(endOf({ startsAt: '09:00', lengthMinutes: 45 })).toBe('09:45');
	expect(endOf({ startsAt: '09:30', lengthMinutes: 90 })).toBe('11:00');
	expect(endOf({ startsAt: '23:30', lengthMinutes: 60 })).toBe('00:30');
});

it('finds the next day of a weekday, today among them', () => {
	// A Tuesday.
	expect(nextDayOf(2, '2026-11-24')).toBe('2026-11-24');
	expect(nextDayOf(1, '2026-11-24')).toBe('2026-11-30');
	expect(nextDayOf(7, '2026-11-24')).toBe('2026-11-29');
});

it('counts the days of the week from Monday', () => {
	expect(['2026-11-23', '2026-11-28', '2026-11-29'].map(weekdayOf)).toEqual([1, 6, 7]);
});
