import type {
	AbsenceRuns,
	ArrivalBin,
	ClassReport,
	DayPoint,
	MatrixStudent,
	RatePoint,
	ReportRollCall,
	ReportTotals,
	Risk,
	RiskRule,
	RiskStanding,
	Standing,
	StudentAtRisk,
	Tally,
	WeekdayPoint,
	WeekPoint,
} from '$lib/contract/reports';
import { shiftDay } from '$lib/contract/reports';
import type { MarkStatus } from '$lib/contract/terms';
import { groupBy } from './group-by';

/**
 * One student in one closed roll call of a class, on a day on which they were its member. Reports
 * are made of these and of nothing else; docs/attendance.md defines every number.
 */
export interface Attendance {
	rollCallId: string;
	/** ms since 1970. */
	startsAt: number;
	/** The school's day of the start, "2026-11-23". */
	day: string;
	studentId: string;
	/** Null: waiting. */
	status: MarkStatus | null;
	minutesLate: number | null;
	/** ms since 1970; null without a mark. */
	markedAt: number | null;
}

/** {@link Attendance} with the name that stands in front of a matrix's line. */
export interface NamedAttendance extends Attendance {
	name: string;
	studentNumber: string | null;
}

type Marked = Pick<Attendance, 'status' | 'minutesLate'>;

/** How many there are of each status, and the minutes of all late ones together. */
export function tallyOf(marks: Iterable<Marked>): Tally {
	const tally: Tally = { present: 0, late: 0, absent: 0, excused: 0, waiting: 0, minutesLate: 0 };
	for (const { status, minutesLate } of marks) {
		tally[status ?? 'waiting']++;
		if (status === 'late') tally.minutesLate += minutesLate ?? 0;
	}
	return tally;
}

/** Marks that a rate is made of: present, late and absent. */
export function countedIn({ present, late, absent }: Tally): number {
	return present + late + absent;
}

/** Who came (present or late) over all that counts, 0 to 1; null where nothing counts. */
export function rateOf(tally: Tally): number | null {
	const counted = countedIn(tally);
	return counted === 0 ? null : (tally.present + tally.late) / counted;
}

/**
 * Absences in a row. Present and late end a run; excused and waiting neither break nor lengthen it.
 * @param statuses of one student in one class, oldest first
 */
export function absenceRuns(statuses: Iterable<MarkStatus | null>): AbsenceRuns {
	const runs = { longest: 0, current: 0 };
	for (const status of statuses) {
		if (status === 'absent') runs.current++;
		if (status === 'present' || status === 'late') runs.current = 0;
		runs.longest = Math.max(runs.longest, runs.current);
	}
	return runs;
}

/** What the school's rule looks at, of one student. */
export interface RiskCounts {
	/** Marks present and late. */
	came: number;
	absent: number;
	/** Absences in a row that nothing has ended yet. */
	absentNow: number;
}

/** What puts a student at risk by the school's rule; nothing for most. */
export function risksOf({ came, absent, absentNow }: RiskCounts, rule: RiskRule): Risk[] {
	const risks: Risk[] = [];
	if (absentNow >= rule.absencesInRow) risks.push('run');
	// In whole numbers: 57 of 100 as a fraction, times 100, is less than 57.
	if (came * 100 < rule.rateBelow * (came + absent)) risks.push('rate');
	return risks;
}

/** {@link standingOf}, as far as the rule goes, for marks that were counted elsewhere. */
export function riskStanding(counts: RiskCounts, rule: RiskRule): RiskStanding {
	const { came, absent, absentNow } = counts;
	return {
		rate: came + absent === 0 ? null : came / (came + absent),
		runs: { current: absentNow },
		risks: risksOf(counts, rule),
	};
}

/** @param marks of one student in one class, oldest first */
export function standingOf(marks: readonly Marked[], rule: RiskRule): Standing {
	const runs = absenceRuns(marks.map(({ status }) => status));
	return judge(tallyOf(marks), runs, rule);
}

function judge(tally: Tally, runs: AbsenceRuns, rule: RiskRule): Standing {
	const counts = {
		came: tally.present + tally.late,
		absent: tally.absent,
		absentNow: runs.current,
	};
	return { tally, rate: rateOf(tally), runs, risks: risksOf(counts, rule) };
}

/**
 * A student over all their classes. Runs are counted a class, so the worst of them stand here; the
 * rate is that of all marks together.
 */
export function standingOverClasses(classes: readonly Standing[], rule: RiskRule): Standing {
	const tally = tallyOf([]);
	for (const one of classes) {
		for (const key of keysOf(tally)) tally[key] += one.tally[key];
	}
	const runs = {
		longest: Math.max(0, ...classes.map((one) => one.runs.longest)),
		current: Math.max(0, ...classes.map((one) => one.runs.current)),
	};
	return judge(tally, runs, rule);
}

/** @param rows of one class, in any order */
export function reportClass(rows: readonly NamedAttendance[], rule: RiskRule): ClassReport {
	const rollCalls = rollCallsOf(rows);
	const column = new Map(rollCalls.map(({ id }, index) => [id, index]));
	const students: MatrixStudent[] = [];
	for (const [id, own] of groupBy(rows, ({ studentId }) => studentId)) {
		const [{ name, studentNumber }] = own;
		const cells: MatrixStudent['cells'] = rollCalls.map(() => null);
		for (const { rollCallId, status, minutesLate } of own) {
			cells[column.get(rollCallId) ?? 0] = { status, minutesLate };
		}
		const marks = cells.filter((cell) => cell !== null);
		students.push({ id, name, studentNumber, cells, ...standingOf(marks, rule) });
	}
	return {
		rollCalls,
		students,
		totals: totalsOf(rows, rule),
		charts: { weeks: weeksOf(rows), weekdays: weekdaysOf(rows), arrivals: arrivalsOf(rows) },
	};
}

/**
 * Students at risk, each once by the class in which it is worst: whoever is absent longest in a row
 * now first, among equals whoever comes least.
 */
export function mostUrgent(students: readonly StudentAtRisk[]): StudentAtRisk[] {
	const worstFirst = students.toSorted(
		(a, b) =>
			b.runs.current - a.runs.current || (a.rate ?? 1) - (b.rate ?? 1) || compare(a.name, b.name),
	);
	return [...groupBy(worstFirst, ({ studentId }) => studentId).values()].map(([worst]) => worst);
}

/** The three numbers on top of a report. @param rows of one class, in any order */
export function totalsOf(rows: readonly Attendance[], rule: RiskRule): ReportTotals {
	const tally = tallyOf(rows);
	let atRisk = 0;
	for (const [, own] of groupBy(byTime(rows), ({ studentId }) => studentId)) {
		if (standingOf(own, rule).risks.length > 0) atRisk++;
	}
	return { tally, rate: rateOf(tally), atRisk };
}

/** A class's rate week by week, oldest first; a week without a roll call is left out. */
export function weeksOf(rows: readonly Attendance[]): WeekPoint[] {
	return ratesBy(rows, ({ day }) => mondayOf(day)).map(([week, point]) => ({ week, ...point }));
}

/** The rate of each weekday, Monday first; one without a roll call is left out. */
export function weekdaysOf(rows: readonly Attendance[]): WeekdayPoint[] {
	return ratesBy(rows, ({ day }) => String(weekdayOf(day))).map(([weekday, point]) => ({
		weekday: Number(weekday),
		...point,
	}));
}

/** The rate of each day, oldest first; a day without a roll call is left out. */
export function daysOf(rows: readonly Attendance[]): DayPoint[] {
	return ratesBy(rows, ({ day }) => day).map(([day, point]) => ({ day, ...point }));
}

const BIN_MINUTES = 5;
/** From before the start to an hour and more after it. */
const FIRST_BIN = -5;
const LAST_BIN = 60;
const MINUTE_MS = 60_000;

/** When those who came (present or late) were marked, in fives of minutes after the start. */
export function arrivalsOf(rows: readonly Attendance[]): ArrivalBin[] {
	const bins: ArrivalBin[] = [];
	for (let minutes = FIRST_BIN; minutes <= LAST_BIN; minutes += BIN_MINUTES) {
		bins.push({ minutes, count: 0 });
	}
	for (const { status, markedAt, startsAt } of rows) {
		if (markedAt === null || (status !== 'present' && status !== 'late')) continue;
		const index = Math.floor((markedAt - startsAt) / (BIN_MINUTES * MINUTE_MS)) + 1;
		const bin = bins[Math.min(Math.max(index, 0), bins.length - 1)];
		if (bin) bin.count++;
	}
	return bins;
}

/** A class's roll calls in order of time. */
function rollCallsOf(rows: readonly Attendance[]): ReportRollCall[] {
	const known = new Map<string, ReportRollCall>();
	for (const { rollCallId: id, startsAt, day } of rows) known.set(id, { id, startsAt, day });
	return [...known.values()].sort((a, b) => a.startsAt - b.startsAt || compare(a.id, b.id));
}

/** Roll calls of one instant have an order too, the same everywhere: that of their ids. */
function byTime(rows: readonly Attendance[]): Attendance[] {
	return rows.toSorted((a, b) => a.startsAt - b.startsAt || compare(a.rollCallId, b.rollCallId));
}

function ratesBy(
	rows: readonly Attendance[],
	keyOf: (row: Attendance) => string,
): [string, RatePoint][] {
	return [...groupBy(rows, keyOf)]
		.sort(([a], [b]) => compare(a, b))
		.map(([key, group]) => {
			const tally = tallyOf(group);
			return [key, { rate: rateOf(tally), counted: countedIn(tally) }];
		});
}

/** 1 (Monday) to 7 (Sunday), as in ISO 8601. */
function weekdayOf(day: string): number {
	return new Date(`${day}T00:00Z`).getUTCDay() || 7;
}

function mondayOf(day: string): string {
	return shiftDay(day, 1 - weekdayOf(day));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const keysOf = (tally: Tally) => Object.keys(tally) as (keyof Tally)[];
