import * as v from 'valibot';
import { PeriodSchema, periodUntil, USUAL_DAYS, type Period } from '$lib/contract/reports';
import { DaySchema } from '$lib/contract/timetable';
import { schoolDay } from './domain/timetable';

/** When an address is asked for (ms since 1970), and by which clock. */
export interface Moment {
	now: number;
	timeZone: string;
}

/** What reports show unless somebody chooses otherwise: four weeks until today. */
export function usualPeriod({ now, timeZone }: Moment): Period {
	return periodUntil(schoolDay(now, timeZone), USUAL_DAYS);
}

/**
 * The period that an address names by `from` and `to`; four weeks until today where it names none.
 * @returns the school's day too, and the problem of an address that cannot be taken beside the default
 */
export function periodOf(
	{ searchParams }: URL,
	{ now, timeZone }: Moment,
): { period: Period; problem: string | null; today: string } {
	const today = schoolDay(now, timeZone);
	const standard = usualPeriod({ now, timeZone });
	const { from, to } = { from: searchParams.get('from'), to: searchParams.get('to') };
	if (from === null && to === null) return { period: standard, problem: null, today };
	const parsed = v.safeParse(PeriodSchema, { from: from ?? '', to: to ?? '' });
	return parsed.success
		? { period: parsed.output, problem: null, today }
		: { period: standard, problem: parsed.issues[0].message, today };
}

/** The day that an address names by `day`, today where it names none or one that is none. */
export function dayOf({ searchParams }: URL, { now, timeZone }: Moment): string {
	const parsed = v.safeParse(DaySchema, searchParams.get('day'));
	return parsed.success ? parsed.output : schoolDay(now, timeZone);
}
