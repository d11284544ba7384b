/** Protects the school's day: what people read is in the school's time zone, whatever the device's. */
import { describe, expect, it } from 'vitest';
import {
	dateOf,
	dayKey,
	dayOf,
	longDayOf,
	machineTime,
	monthsBetween,
	sameDay,
	timeOf,
} from './dates';

const now = Date.UTC(2026, 10, 23, 13, 5);
const lateEvening = Date.UTC(2026, 10, 23, 23, 30);

describe('in the school’s time zone', () => {
	it.each([
		['UTC', '13:05'],
		['Europe/Berlin', '14:05'],
		['Asia/Kolkata', '18:35'],
		['America/New_York', '08:05'],
	])('%s reads %s', (timeZone, time) => {
		expect(timeOf(now, timeZone)).toBe(time);
	});

	it('knows midnight as 00:00', () => {
		expect(timeOf(Date.UTC(2026, 0, 1), 'UTC')).toBe('00:00');
	});

	it('moves the day with the zone', () => {
		expect(dayKey(lateEvening, 'UTC')).toBe('2026-11-23');
		expect(dayKey(lateEvening, 'Europe/Berlin')).toBe('2026-11-24');
		expect(sameDay(now, lateEvening, 'UTC')).toBe(true);
		expect(sameDay(now, lateEvening, 'Europe/Berlin')).toBe(false);
	});

	it('follows summer time', () => {
		expect(timeOf(Date.UTC(2026, 6, 1, 12), 'Europe/Berlin')).toBe('14:00');
	});
});

it('says a day short, with the year only where it differs', () => {
	expect(dayOf(now, 'UTC', now)).toBe('Mon 23 Nov');
	expect(dayOf(Date.UTC(2025, 11, 31, 12), 'UTC', now)).toBe('Wed 31 Dec 2025');
	expect(dateOf(Date.UTC(2025, 11, 31, 12), 'UTC', now)).toBe('31 Dec 2025');
});

it.each([
	['2026-10-23T12:00Z', 'UTC', 1],
	['2026-10-24T12:00Z', 'UTC', 0],
	['2025-11-23T12:00Z', 'UTC', 12],
	['2025-11-24T12:00Z', 'UTC', 11],
	['2026-12-01T12:00Z', 'UTC', 0],
	// The 24th already in Berlin, where the last day is still the 23rd.
	['2026-10-23T23:30Z', 'Europe/Berlin', 0],
])('counts whole months of the school’s days since %s (%s): %d', (from, timeZone, months) => {
	expect(monthsBetween(Date.parse(from), now, timeZone)).toBe(months);
});

it('says a day in full', () => {
	expect(longDayOf(now, 'UTC')).toBe('Monday 23 November');
});

it('writes the instant for machines in UTC', () => {
	expect(machineTime(now)).toBe('2026-11-23T13:05:00.000Z');
});
