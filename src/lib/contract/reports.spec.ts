/** Protects the periods of reports: no day that does not exist, no end before its beginning. */
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { daysIn, periodBefore, PeriodSchema, periodUntil, shiftDay } from './reports';

it.each([
	[{ from: '2026-03-02', to: '2026-03-02' }, true],
	[{ from: '2026-03-02', to: '2027-04-05' }, true],
	[{ from: '2026-03-02', to: '2027-04-06' }, false],
	[{ from: '2026-03-02', to: '2026-03-01' }, false],
	[{ from: '2026-02-30', to: '2026-03-05' }, false],
	[{ from: '2 March', to: '2026-03-05' }, false],
])('takes %j: %j', (period, expected) => {
	expect(v.is(PeriodSchema, period)).toBe(expected);
});

it('counts days over months, years and changes of the clock', () => {
	expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
	expect(daysIn({ from: '2026-03-28', to: '2026-03-30' })).toBe(3);
	expect(periodUntil('2026-01-02', 4)).toEqual({ from: '2025-12-30', to: '2026-01-02' });
	expect(periodBefore({ from: '2026-03-02', to: '2026-03-08' })).toEqual({
		from: '2026-02-23',
		to: '2026-03-01',
	});
});
