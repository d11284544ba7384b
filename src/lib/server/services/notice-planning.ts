import { periodUntil, USUAL_DAYS } from '$lib/contract/reports';
import type { Db, Trx } from '../db/executor';
import type * as noticeRows from '../db/notices.repository';
import type { NoticeSettingsRow, PlannedNotice } from '../db/notices.repository';
import type * as reportRows from '../db/reports.repository';
import { risksOf } from '../domain/attendance-report';
import {
	ABSENCE_DAYS_BACK,
	dueWeek,
	GRACE_MS,
	isAbsenceDue,
	riskChanges,
	weekEnd,
	weekStart,
} from '../domain/notices';
import { addDays, schoolDay } from '../domain/timetable';
import type { SchoolService } from './school';

export interface PlanningDeps {
	db: Db;
	notices: typeof noticeRows;
	reports: Pick<typeof reportRows, 'listRiskCounts' | 'readRiskRule'>;
	school: Pick<SchoolService, 'get'>;
}

interface Planning {
	trx: Trx;
	settings: NoticeSettingsRow;
	timeZone: string;
	/** ms since 1970. */
	now: number;
}

const NO_WEEK = { tellsFrom: null, tellsUntil: null } as const;

/**
 * Writes down every notice that has come due, on one node at a time; asking again adds nothing.
 * What each says is worked out when it is sent.
 *
 * @param now ms since 1970
 * @returns how many are new
 */
export async function planNotices(deps: PlanningDeps, now: number): Promise<number> {
	const { timeZone } = await deps.school.get();
	return deps.db.transaction().execute(async (trx) => {
		if (!(await deps.notices.tryNoticesLock(trx))) return 0;
		const settings = await deps.notices.readNoticeSettings(trx);
		const planning = { trx, settings, timeZone, now };
		return deps.notices.insertNotices(trx, [
			...(await planWeek(deps, planning)),
			...(await planAbsences(deps, planning)),
			...(await planRisks(deps, planning)),
		]);
	});
}

async function planWeek(
	{ notices }: PlanningDeps,
	{ trx, settings, timeZone, now }: Planning,
): Promise<PlannedNotice[]> {
	const { weekly, weekday, hour, weeklySince, weeklyOnSince } = settings;
	const since = weeklySince.getTime();
	const day = weekly ? dueWeek(now, { weekday, hour, since }, timeZone) : null;
	if (day === null) return [];
	const tellsUntil = new Date(weekEnd(day, hour, timeZone));
	const readers = await notices.listTeachersToTell(trx, tellsUntil);
	const week = { kind: 'weekly', studentId: null, classId: null, day, tellsUntil } as const;
	return readers.map(({ toldUntil, ...reader }) => {
		const told = { toldUntil: toldUntil?.getTime() ?? null, onSince: weeklyOnSince.getTime() };
		const tellsFrom = new Date(weekStart({ day, hour }, told, timeZone));
		return { ...week, ...reader, tellsFrom, dueAt: new Date(now) };
	});
}

async function planAbsences(
	{ notices }: PlanningDeps,
	{ trx, settings, timeZone, now }: Planning,
): Promise<PlannedNotice[]> {
	if (settings.guardiansSince === null) return [];
	const days = await notices.listAbsentDays(trx, {
		fromDay: addDays(schoolDay(now, timeZone), -ABSENCE_DAYS_BACK),
		closedSince: settings.guardiansSince,
		now: new Date(now),
	});
	const due = days.filter((day) => isAbsenceDue(day, now));
	if (due.length === 0) return [];
	const guardians = await notices.listGuardiansToTell(
		trx,
		due.map(({ studentId }) => studentId),
	);
	const absence = { ...NO_WEEK, kind: 'absence', classId: null, dueAt: new Date(now) } as const;
	return due.flatMap(({ studentId, day }) =>
		guardians
			.filter((guardian) => guardian.studentId === studentId)
			.map((guardian) => ({ ...absence, ...guardian, day })),
	);
}

/** Who is at risk is followed whether anybody is told or not: turning notices on is no news. */
async function planRisks(
	{ notices, reports }: PlanningDeps,
	{ trx, settings, timeZone, now }: Planning,
): Promise<PlannedNotice[]> {
	const day = schoolDay(now, timeZone);
	const rule = await reports.readRiskRule(trx);
	const students = await reports.listRiskCounts(trx, periodUntil(day, USUAL_DAYS), null);
	const standings = students.map(({ classId, studentId, ...counts }) => ({
		classId,
		studentId,
		risks: risksOf(counts, rule),
	}));
	const busy = new Set(await notices.listBusyClasses(trx));
	const spells = await notices.listRiskSpells(trx);
	const { came, left } = riskChanges(standings, spells, busy);
	await notices.deleteRiskSpells(trx, left);
	await notices.insertRiskSpells(trx, came, new Date(now));
	if (settings.riskWatchedSince === null) {
		await notices.writeRiskWatched(trx, new Date(now));
		return [];
	}
	if (!settings.onRisk) return [];
	const withGuardians = settings.toGuardians;
	const readers = await notices.listRiskReaders(trx, came, { withGuardians, day });
	const risk = { ...NO_WEEK, kind: 'risk', day, dueAt: new Date(now + GRACE_MS) } as const;
	return readers.map((reader) => ({ ...risk, ...reader }));
}
