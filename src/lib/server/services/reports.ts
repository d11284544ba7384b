import * as v from 'valibot';
import {
	periodBefore,
	type ClassDay,
	type ClassReportView,
	type MostAtRisk,
	type Period,
	type RiskRule,
	type StudentAtRisk,
	type StudentReport,
} from '$lib/contract/reports';
import { IdSchema } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type { Db } from '../db/executor';
import type * as reportRows from '../db/reports.repository';
import { teacherOf, type Actor } from '../domain/access';
import {
	daysOf,
	mostUrgent,
	rateOf,
	reportClass,
	riskStanding,
	standingOf,
	standingOverClasses,
	totalsOf,
} from '../domain/attendance-report';
import { groupBy } from '../domain/group-by';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { byName } from './by-name';
import type { Classes } from './classes';

export interface ReportsDeps {
	db: Db;
	reports: typeof reportRows;
	classes: Pick<Classes, 'requireTaught'>;
}

export type Reports = ReturnType<typeof createReportsService>;

/**
 * Attendance over a period. A teacher sees the classes that they teach, an admin all. Every method
 * throws AppError 'forbidden' for anybody else, and 'not-found' for a class or student that is not
 * theirs to see.
 */
export function createReportsService({ db, reports, classes }: ReportsDeps) {
	/** Each student in each class in which the rule names them, in no order. */
	async function namedByRule(actor: Actor, period: Period): Promise<StudentAtRisk[]> {
		authorise(actor, 'viewReports');
		const [rows, rule] = await Promise.all([
			db.transaction().execute((trx) => reports.listRiskCounts(trx, period, teacherOf(actor))),
			reports.readRiskRule(db),
		]);
		return rows
			.map(({ came, absent, absentNow, ...row }) => ({
				...row,
				...riskStanding({ came, absent, absentNow }, rule),
			}))
			.filter(({ risks }) => risks.length > 0);
	}

	return {
		riskRule: (): Promise<RiskRule> => reports.readRiskRule(db),

		async updateRiskRule(actor: Actor, rule: RiskRule): Promise<void> {
			authorise(actor, 'manageSchool');
			await reports.writeRiskRule(db, rule);
		},

		/** Classes to choose from, by name. */
		async classes(actor: Actor): Promise<reportRows.ReportClassRow[]> {
			authorise(actor, 'viewReports');
			return (await reports.listReportClasses(db, teacherOf(actor))).sort(byName);
		},

		async ofClass(actor: Actor, classId: string, period: Period): Promise<ClassReportView> {
			const { id, name } = await classes.requireTaught(actor, classId, 'viewReports');
			const [rows, rule] = await Promise.all([
				reports.listClassAttendance(db, id, { from: periodBefore(period).from, to: period.to }),
				reports.readRiskRule(db),
			]);
			const now = rows.filter(({ day }) => day >= period.from);
			const before = rows.filter(({ day }) => day < period.from);
			const report = reportClass(now, rule);
			report.students.sort(byName);
			return { ...report, id, name, before: totalsOf(before, rule), rule };
		},

		async ofStudent(actor: Actor, studentId: string, period: Period): Promise<StudentReport> {
			authorise(actor, 'viewReports');
			const student = v.is(IdSchema, studentId)
				? await reports.findReportStudent(db, studentId, teacherOf(actor))
				: undefined;
			if (student === undefined) throw new AppError('not-found', messages.errors['not-found']);
			const [rows, rule] = await Promise.all([
				reports.listStudentAttendance(db, studentId, period, teacherOf(actor)),
				reports.readRiskRule(db),
			]);
			const own = groupBy(rows, ({ classId }) => classId);
			const standings = [...own].map(([id, marks]) => ({
				id,
				name: marks[0].className,
				...standingOf(marks, rule),
			}));
			return {
				...student,
				totals: standingOverClasses(standings, rule),
				classes: standings.sort(byName),
				days: daysOf(rows),
				marks: rows.toReversed().map(({ rollCallId: id, className, ...row }) => ({
					id,
					className,
					startsAt: row.startsAt,
					day: row.day,
					status: row.status,
					minutesLate: row.minutesLate,
				})),
				rule,
			};
		},

		/** Everybody whom the school's rule names, class by class, by name. */
		async atRisk(actor: Actor, period: Period): Promise<StudentAtRisk[]> {
			return (await namedByRule(actor, period)).sort(byName);
		},

		/** Some of them, whom to talk with soonest first. @param most how many at most */
		async mostAtRisk(actor: Actor, period: Period, most: number): Promise<MostAtRisk> {
			const students = mostUrgent(await namedByRule(actor, period));
			return { students: students.slice(0, most), count: students.length };
		},

		/** What every class did on a day of the school: taken, open, planned, or nothing. */
		async ofDay(actor: Actor, day: string): Promise<ClassDay[]> {
			authorise(actor, 'viewReports');
			const [all, rollCalls] = await Promise.all([
				reports.listReportClasses(db, teacherOf(actor)),
				reports.listDayRollCalls(db, day, teacherOf(actor)),
			]);
			const taken = groupBy(rollCalls, ({ classId }) => classId);
			return all.sort(byName).map(({ id, name }) => ({
				id,
				name,
				rollCalls: (taken.get(id) ?? [])
					.sort((a, b) => a.startsAt - b.startsAt)
					.map(({ tally, startsAt, state, id }) => ({
						id,
						startsAt,
						state,
						tally,
						rate: rateOf(tally),
					})),
			}));
		},
	};
}
