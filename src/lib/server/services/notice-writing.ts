import type { NoticeMail, NoticeWords } from '$lib/contract/notices';
import { periodUntil, USUAL_DAYS } from '$lib/contract/reports';
import { messages } from '$lib/messages';
import type { Db } from '../db/executor';
import type * as noticeRows from '../db/notices.repository';
import type { ClaimedNotice, NoticeSettingsRow } from '../db/notices.repository';
import type * as reportRows from '../db/reports.repository';
import { riskStanding, standingOf } from '../domain/attendance-report';
import {
	dayInWords,
	momentInWords,
	riskReasons,
	timeInWords,
	weeklyClasses,
} from '../domain/notices';
import { schoolDay } from '../domain/timetable';
import { byName } from './by-name';
import type { SchoolService } from './school';

export interface WritingDeps {
	db: Db;
	notices: Pick<
		typeof noticeRows,
		'readNoticeSettings' | 'findReaderName' | 'listMissed' | 'listAbsencesOn'
	>;
	reports: Pick<
		typeof reportRows,
		'listRiskCounts' | 'listStudentAttendance' | 'findReportStudent' | 'readRiskRule'
	>;
	school: Pick<SchoolService, 'get' | 'statuses'>;
}

/** A mail with the name of who reads it. */
export interface WrittenNotice extends NoticeMail {
	reader: string;
}

interface Writing {
	reader: string;
	settings: NoticeSettingsRow;
	school: string;
	timeZone: string;
	words: NoticeWords;
	/** ms since 1970. */
	now: number;
}

/**
 * What a notice says, from the marks that stand now: one that was put right since is not in it.
 *
 * @param now ms since 1970
 * @returns null where there is nothing to tell, or nobody whom the school wants told any more
 */
export async function writeNotice(
	deps: WritingDeps,
	notice: ClaimedNotice,
	now: number,
): Promise<WrittenNotice | null> {
	const [settings, reader, { name: school, timeZone }, statuses] = await Promise.all([
		deps.notices.readNoticeSettings(deps.db),
		deps.notices.findReaderName(deps.db, notice),
		deps.school.get(),
		deps.school.statuses(),
	]);
	if (reader === undefined || !isWanted(notice, settings)) return null;
	const words = { absent: statuses.absent.word, late: statuses.late.word };
	const writing = { reader, settings, school, timeZone, words, now };
	const mail = await write(deps, notice, writing);
	return mail && { ...mail, reader };
}

function isWanted({ kind, guardianId }: ClaimedNotice, settings: NoticeSettingsRow): boolean {
	if (guardianId !== null && !settings.toGuardians) return false;
	return kind === 'weekly' ? settings.weekly : kind === 'absence' || settings.onRisk;
}

function write(
	deps: WritingDeps,
	notice: ClaimedNotice,
	writing: Writing,
): Promise<NoticeMail | null> {
	const { kind, userId, guardianId, studentId, classId, day, tellsFrom, tellsUntil } = notice;
	if (userId !== null && tellsFrom !== null && tellsUntil !== null) {
		return weekly(deps, { userId, from: tellsFrom, until: tellsUntil }, writing);
	}
	if (kind === 'absence' && studentId !== null) return absence(deps, { studentId, day }, writing);
	if (kind === 'risk' && studentId !== null && classId !== null) {
		return risk(deps, { studentId, classId, isGuardian: guardianId !== null }, writing);
	}
	return Promise.resolve(null);
}

async function weekly(
	{ db, notices, reports }: WritingDeps,
	{ userId, from, until }: { userId: string; from: Date; until: Date },
	{ reader, school, timeZone, words, now }: Writing,
): Promise<NoticeMail | null> {
	const period = periodUntil(schoolDay(now, timeZone), USUAL_DAYS);
	const [missed, students, rule] = await Promise.all([
		notices.listMissed(db, userId, { from, until }),
		db.transaction().execute((trx) => reports.listRiskCounts(trx, period, userId)),
		reports.readRiskRule(db),
	]);
	const atRisk = students.flatMap(({ came, absent, absentNow, ...place }) => {
		const reasons = riskReasons(riskStanding({ came, absent, absentNow }, rule));
		return reasons === null ? [] : [{ ...place, ...reasons }];
	});
	const classes = weeklyClasses(missed.sort(byName), atRisk.sort(byName), timeZone);
	if (classes.length === 0) return null;
	const inWords = (at: Date) => momentInWords(at.getTime(), timeZone);
	const week = { from: inWords(from), until: inWords(until) };
	const notice = {
		kind: 'weekly',
		reader,
		school,
		...week,
		classes: classes.sort(byName),
	} as const;
	return messages.notices.weekly(notice, words);
}

async function risk(
	{ db, reports }: WritingDeps,
	about: { studentId: string; classId: string; isGuardian: boolean },
	{ reader, settings, school, timeZone, words, now }: Writing,
): Promise<NoticeMail | null> {
	const period = periodUntil(schoolDay(now, timeZone), USUAL_DAYS);
	const [student, all, rule] = await Promise.all([
		reports.findReportStudent(db, about.studentId, null),
		reports.listStudentAttendance(db, about.studentId, period, null),
		reports.readRiskRule(db),
	]);
	const marks = all.filter(({ classId }) => classId === about.classId);
	const reasons = riskReasons(standingOf(marks, rule));
	if (student === undefined || reasons === null) return null;
	return messages.notices.risk(
		{
			kind: 'risk',
			reader,
			isGuardian: about.isGuardian,
			school,
			office: settings.office,
			student: student.name,
			className: marks[0]?.className ?? '',
			...reasons,
			from: dayInWords(period.from),
			until: dayInWords(period.to),
			absent: marks
				.filter(({ status }) => status === 'absent')
				.map(({ startsAt }) => momentInWords(startsAt, timeZone)),
		},
		words,
	);
}

async function absence(
	{ db, notices, reports }: WritingDeps,
	{ studentId, day }: { studentId: string; day: string },
	{ reader, settings, school, timeZone, words }: Writing,
): Promise<NoticeMail | null> {
	const [student, missed] = await Promise.all([
		reports.findReportStudent(db, studentId, null),
		notices.listAbsencesOn(db, studentId, day),
	]);
	if (student === undefined || missed.length === 0) return null;
	return messages.notices.absence(
		{
			kind: 'absence',
			reader,
			school,
			office: settings.office,
			student: student.name,
			day: dayInWords(day),
			lessons: missed.map(({ className, startsAt }) => ({
				className,
				time: timeInWords(startsAt, timeZone),
			})),
		},
		words,
	);
}
