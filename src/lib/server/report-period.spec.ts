/** Protects the days of reports: a wrong address shows the usual weeks, and says what is wrong. */
import { expect, it } from 'vitest';
import { dayOf, periodOf } from './report-period';

const TODAY = '2026-11-24';
/** In Berlin; still the day before in London. */
const AT = { now: Date.parse('2026-11-23T23:30Z'), timeZone: 'Europe/Berlin' };
const url = (query: string) => new URL(`http://school.invalid/reports${query}`);

it('shows four weeks until today without a wish', () => {
	const standard = { from: '2026-10-28', to: TODAY };
	expect(periodOf(url(''), AT)).toEqual({ period: standard, problem: null, today: TODAY });
	expect(periodOf(url('?from=2026-11-30&to=2026-11-01'), AT)).toEqual({
		period: standard,
		problem: expect.stringContaining('last day') as string,
		today: TODAY,
	});
	expect(periodOf(url('?from=2026-09-01'), AT).problem).not.toBeNull();
});

it('takes a wish that can be met', () => {
	const period = { from: '2026-09-01', to: '2026-09-30' };
	expect(periodOf(url('?from=2026-09-01&to=2026-09-30'), AT)).toEqual({
		period,
		problem: null,
		today: TODAY,
	});
	expect(dayOf(url('?day=2026-09-01'), AT)).toBe('2026-09-01');
	expect(dayOf(url('?day=2026-02-30'), AT)).toBe(TODAY);
});
