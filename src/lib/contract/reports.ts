import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import { IdSchema, type MarkStatus, type RollCallState } from './terms';
import { DaySchema } from './timetable';

/** The most days that one report covers: a school year with room to spare. */
export const MAX_PERIOD_DAYS = 400;

/** What reports show and the risk rule looks at: every lesson of a timetable four times. */
export const USUAL_DAYS = 28;

/** Days of the school ("2026-11-23"), the first and the last one included. */
export interface Period {
	from: string;
	to: string;
}

export const PeriodSchema = v.pipe(
	v.object({ from: DaySchema, to: DaySchema }),
	v.forward(
		v.check(({ from, to }) => from <= to, validation.periodBackwards),
		['to'],
	),
	v.forward(
		v.check((period) => daysIn(period) <= MAX_PERIOD_DAYS, validation.periodLong(MAX_PERIOD_DAYS)),
		['from'],
	),
);

/** Whose marks are exported, and when; without a class, all that one may see. */
export const ExportSchema = v.object({
	classId: v.nullable(IdSchema),
	period: PeriodSchema,
});
export type ExportRequest = v.InferOutput<typeof ExportSchema>;

/** When a school wants a student to be looked after; either half is enough. */
export const RiskRuleSchema = v.object({
	/** So many absences in a row, not yet ended. */
	absencesInRow: v.pipe(
		v.number(validation.absencesInRow),
		v.integer(validation.absencesInRow),
		v.minValue(1, validation.absencesInRow),
		v.maxValue(100, validation.absencesInRow),
	),
	/** A rate below so many per cent; 0: never. */
	rateBelow: v.pipe(
		v.number(validation.rateBelow),
		v.integer(validation.rateBelow),
		v.minValue(0, validation.rateBelow),
		v.maxValue(100, validation.rateBelow),
	),
});
export type RiskRule = v.InferOutput<typeof RiskRuleSchema>;

const DAY_MS = 86_400_000;

/** The day so many days later; earlier for a negative number. */
export function shiftDay(day: string, days: number): string {
	return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days a period has, at least 1. */
export function daysIn({ from, to }: Period): number {
	return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

/** So many days that end with `to`. */
export function periodUntil(to: string, days: number): Period {
	return { from: shiftDay(to, 1 - days), to };
}

/** The equally long period that ends the day before this one begins. */
export function periodBefore(period: Period): Period {
	return periodUntil(shiftDay(period.from, -1), daysIn(period));
}

/** How many marks of each status there are, and the minutes of all late ones together. */
export interface Tally extends Record<MarkStatus, number> {
	waiting: number;
	minutesLate: number;
}

/** Absences in a row: the most there ever were, and those that nothing has ended yet. */
export interface AbsenceRuns {
	longest: number;
	current: number;
}

/** `run`: absent too often in a row; `rate`: there too seldom. */
export type Risk = 'run' | 'rate';

/** What somebody's roll calls come to; see docs/attendance.md. */
export interface Standing {
	tally: Tally;
	/** 0 to 1; null while nothing counts. */
	rate: number | null;
	runs: AbsenceRuns;
	/** Empty for a student who is not at risk. */
	risks: Risk[];
}

export interface ReportRollCall {
	id: string;
	/** ms since 1970. */
	startsAt: number;
	/** The school's day. */
	day: string;
}

/** One student in one roll call. */
export interface MatrixCell {
	status: MarkStatus | null;
	minutesLate: number | null;
}

export interface MatrixStudent extends Standing {
	id: string;
	name: string;
	studentNumber: string | null;
	/** One a roll call, in their order; null where the student was no member that day. */
	cells: (MatrixCell | null)[];
}

/** A value of a chart; rate 0 to 1, null where nothing counts. */
export interface RatePoint {
	rate: number | null;
	/** Marks that count. */
	counted: number;
}
/** `week`: its Monday, "2026-11-23". */
export type WeekPoint = RatePoint & { week: string };
/** `weekday`: 1 (Monday) to 7 (Sunday). */
export type WeekdayPoint = RatePoint & { weekday: number };
export type DayPoint = RatePoint & { day: string };
/** How many came in the `minutes` to `minutes` + 5 after the start; the ends take all beyond. */
export interface ArrivalBin {
	minutes: number;
	count: number;
}

export interface ReportTotals {
	tally: Tally;
	rate: number | null;
	atRisk: number;
}

export interface ClassReport {
	rollCalls: ReportRollCall[];
	/** By name. */
	students: MatrixStudent[];
	totals: ReportTotals;
	charts: { weeks: WeekPoint[]; weekdays: WeekdayPoint[]; arrivals: ArrivalBin[] };
}

export interface ClassReportView extends ClassReport {
	id: string;
	name: string;
	/** Of the equally long period before. */
	before: ReportTotals;
	rule: RiskRule;
}

export interface StudentReport {
	id: string;
	name: string;
	studentNumber: string | null;
	totals: Standing;
	classes: (Standing & { id: string; name: string })[];
	days: DayPoint[];
	/** Newest first. */
	marks: (MatrixCell & ReportRollCall & { className: string })[];
	rule: RiskRule;
}

/** How a student stands by the school's rule. */
export interface RiskStanding extends Pick<Standing, 'rate' | 'risks'> {
	runs: Pick<AbsenceRuns, 'current'>;
}

export interface StudentAtRisk extends RiskStanding {
	studentId: string;
	name: string;
	classId: string;
	className: string;
}

/** Some students at risk, each once and the most urgent first, and how many there are. */
export interface MostAtRisk {
	students: StudentAtRisk[];
	count: number;
}

/** A class on a day: its roll calls, none for a class that took none. */
export interface ClassDay {
	id: string;
	name: string;
	rollCalls: {
		id: string;
		startsAt: number;
		state: RollCallState;
		tally: Tally;
		rate: number | null;
	}[];
}
