import { sql, type RawBuilder } from 'kysely';
import type { Period, RiskRule, Tally } from '$lib/contract/reports';
import type { MarkMethod, MarkStatus, RollCallState } from '$lib/contract/terms';
import type { Attendance, NamedAttendance, RiskCounts } from '../domain/attendance-report';
import type { Db, Trx } from './executor';
import { memberOn } from './member-on';

export interface ReportClassRow {
	id: string;
	name: string;
}

/** {@link Attendance} with the class that it belongs to. */
export interface ClassAttendance extends Attendance {
	classId: string;
	className: string;
}

/** One line of an export. Days and times are the school's, in ISO 8601. */
export interface ExportedMark {
	className: string;
	day: string;
	/** "14:05" */
	startsAt: string;
	student: string;
	studentNumber: string | null;
	status: MarkStatus | null;
	minutesLate: number | null;
	/** "2026-11-23T14:07:31"; null without a mark. */
	markedAt: string | null;
	method: MarkMethod | null;
	/** "2026-11-23T14:30:00"; null for whoever did not leave early. */
	leftAt: string | null;
	remark: string | null;
}

/** What the school's rule looks at, of a student in a class. */
export interface RiskCountsRow extends RiskCounts {
	classId: string;
	className: string;
	studentId: string;
	name: string;
}

export interface DayRollCallRow {
	id: string;
	classId: string;
	startsAt: number;
	state: RollCallState;
	tally: Tally;
}

/** Rows of `stream` that are fetched at a time: some 100 kB. */
const STREAM_ROWS = 500;

export async function readRiskRule(db: Db): Promise<RiskRule> {
	return db
		.selectFrom('school')
		.select(['risk_absences_in_row as absencesInRow', 'risk_rate_below as rateBelow'])
		.executeTakeFirstOrThrow();
}

export async function writeRiskRule(db: Db, rule: RiskRule): Promise<void> {
	await db
		.updateTable('school')
		.set({ risk_absences_in_row: rule.absencesInRow, risk_rate_below: rule.rateBelow })
		.execute();
}

/** Classes that are still taught, in no order. @param teacherId of one teacher; null: all */
export function listReportClasses(db: Db, teacherId: string | null): Promise<ReportClassRow[]> {
	return db
		.selectFrom('classes')
		.select(['classes.id', 'classes.name'])
		.where('classes.id', 'in', classesOf(teacherId))
		.execute();
}

/** A class's closed roll calls of a period with everybody who was a member, in no order. */
export async function listClassAttendance(
	db: Db,
	classId: string,
	period: Period,
): Promise<NamedAttendance[]> {
	const rows = await selectAttendance(db, period, isClass(classId))
		.innerJoin('users', 'users.id', 'members.student_id')
		.select(ATTENDANCE)
		.select(['users.name', 'users.student_number as studentNumber'])
		.execute();
	return rows.map(toAttendance);
}

/**
 * A student's closed roll calls of a period in every class, oldest first.
 * @param teacherId only in the classes of one teacher; null: in all
 */
export async function listStudentAttendance(
	db: Db,
	studentId: string,
	period: Period,
	teacherId: string | null,
): Promise<ClassAttendance[]> {
	const classes = sql<boolean>`(${isShownTo(teacherId)} and roll_calls.class_id in (
		select class_id from members where student_id = ${studentId}
	))`;
	const rows = await selectAttendance(db, period, classes)
		.innerJoin('classes', 'classes.id', 'calls.class_id')
		.select(ATTENDANCE)
		.select(['classes.id as classId', 'classes.name as className'])
		.where('members.student_id', '=', studentId)
		.orderBy('calls.starts_at')
		.orderBy('calls.id')
		.execute();
	return rows.map(toAttendance);
}

/** A student whom the actor may see: of any class that they teach, today or before. */
export async function findReportStudent(
	db: Db,
	studentId: string,
	teacherId: string | null,
): Promise<{ id: string; name: string; studentNumber: string | null } | undefined> {
	return db
		.selectFrom('users')
		.select(['users.id', 'users.name', 'users.student_number as studentNumber'])
		.where('users.id', '=', studentId)
		.where('users.role', '=', 'student')
		.$if(teacherId !== null, (qb) =>
			qb.where('users.id', 'in', (eb) =>
				eb
					.selectFrom('members')
					.select('members.student_id')
					.where('members.class_id', 'in', classesOf(teacherId)),
			),
		)
		.executeTakeFirst();
}

/**
 * What the rule looks at, of every student in every class of whom there is a mark that counts. The
 * database counts: a whole school has hundreds of thousands of marks, and a rule asks for three
 * numbers of each student.
 * @param teacherId only the classes of one teacher; null: all
 */
export async function listRiskCounts(
	trx: Trx,
	period: Period,
	teacherId: string | null,
): Promise<RiskCountsRow[]> {
	// The planner expects a few dozen marks where 100,000 come, and sorts them on the disk to group
	// them; hashing takes a third less. The calls' own order needs a sort all the same, and gets it.
	await sql`set local enable_sort = off`.execute(trx);
	const rows = await selectRiskCounts(trx, period, teacherId).execute();
	await sql`set local enable_sort = on`.execute(trx);
	return rows;
}

function selectRiskCounts(db: Db, period: Period, teacherId: string | null) {
	return withCalls(db, period, isShownTo(teacherId))
		.with('counts', (qb) =>
			qb
				.selectFrom('calls')
				// From the marks, not from the members: a roll call's lie together in the index.
				.innerJoin('marks', 'marks.roll_call_id', 'calls.id')
				.innerJoin('members', (join) =>
					join
						.onRef('members.class_id', '=', 'calls.class_id')
						.onRef('members.student_id', '=', 'marks.student_id')
						.on(MEMBER_ON_THE_DAY),
				)
				.select([
					'calls.class_id as classId',
					'marks.student_id as studentId',
					sql<number>`(count(*) filter (where ${CAME}))::int`.as('came'),
					sql<number>`(count(*) filter (where not ${CAME}))::int`.as('absent'),
					sql<number>`coalesce(max(calls.place) filter (where ${CAME}), 0)`.as('lastCame'),
					// Without an order, which would sort every mark of a school.
					sql<number[]>`array_agg(calls.place) filter (where not ${CAME})`.as('absences'),
				])
				.where('calls.state', '=', 'closed')
				.where('marks.status', 'in', ['present', 'late', 'absent'])
				.groupBy(['calls.class_id', 'marks.student_id']),
		)
		.selectFrom('counts')
		.innerJoin('classes', 'classes.id', 'counts.classId')
		.innerJoin('users', 'users.id', 'counts.studentId')
		.select([
			'counts.classId',
			'classes.name as className',
			'counts.studentId',
			'users.name',
			'counts.came',
			'counts.absent',
			sql<number>`(select count(*) from unnest(counts.absences) as place
				where place > counts."lastCame")::int`.as('absentNow'),
		]);
}

/** Of a mark that counts. */
const CAME = sql<boolean>`(marks.status <> 'absent')`;

/** Roll calls of a day in every state, each with the marks of that day's members, in no order. */
export async function listDayRollCalls(
	db: Db,
	day: string,
	teacherId: string | null,
): Promise<DayRollCallRow[]> {
	const counted = (status: MarkStatus | null) =>
		sql<number>`(count(*) filter (where members.id is not null
			and marks.status is not distinct from ${sql.lit(status)}))::int`;
	const rows = await withCalls(db, { from: day, to: day }, isShownTo(teacherId))
		.selectFrom('calls')
		.leftJoin('members', (join) =>
			join.onRef('members.class_id', '=', 'calls.class_id').on(MEMBER_ON_THE_DAY),
		)
		.leftJoin('marks', (join) =>
			join
				.onRef('marks.roll_call_id', '=', 'calls.id')
				.onRef('marks.student_id', '=', 'members.student_id'),
		)
		.select([
			'calls.id',
			'calls.class_id as classId',
			'calls.starts_at as startsAt',
			'calls.state',
			counted('present').as('present'),
			counted('late').as('late'),
			counted('absent').as('absent'),
			counted('excused').as('excused'),
			counted(null).as('waiting'),
			sql<number>`coalesce(sum(marks.minutes_late) filter (where marks.status = 'late'), 0)::int`.as(
				'minutesLate',
			),
		])
		.groupBy(['calls.id', 'calls.class_id', 'calls.starts_at', 'calls.state'])
		.execute();
	return rows.map(({ id, classId, startsAt, state, ...tally }) => ({
		id,
		classId,
		startsAt: startsAt.getTime(),
		state,
		tally,
	}));
}

/**
 * A class's marks one after another, in order of time and name. They are fetched by a cursor, some
 * hundred at a time, as they are read; whoever stops reading ends the query.
 */
export function streamExport(
	db: Db,
	classId: string,
	period: Period,
): AsyncIterableIterator<ExportedMark> {
	return selectAttendance(db, period, isClass(classId))
		.innerJoin('classes', 'classes.id', 'calls.class_id')
		.innerJoin('users', 'users.id', 'members.student_id')
		.select([
			'classes.name as className',
			DAY.as('day'),
			sql<string>`to_char(calls.starts_at at time zone ${TIME_ZONE}, 'HH24:MI')`.as('startsAt'),
			'users.name as student',
			'users.student_number as studentNumber',
			'marks.status',
			'marks.minutes_late as minutesLate',
			sql<string | null>`case when marks.status is not null then
				${localTime('marked_at')} end`.as('markedAt'),
			sql<MarkMethod | null>`case when marks.status is not null then marks.method end`.as('method'),
			localTime('left_at').as('leftAt'),
			'marks.remark',
		])
		.orderBy('calls.place')
		.orderBy('users.name')
		.orderBy('users.id')
		.stream(STREAM_ROWS);
}

const TIME_ZONE = sql<string>`(select time_zone from school)`;

/** An instant of a mark by the school's clock, in ISO 8601. */
const localTime = (column: 'marked_at' | 'left_at') =>
	sql<
		string | null
	>`to_char(${sql.ref(`marks.${column}`)} at time zone ${TIME_ZONE}, 'YYYY-MM-DD"T"HH24:MI:SS')`;

const MEMBER_ON_THE_DAY = memberOn(sql.ref('calls.day'));

/**
 * Roll calls of a period as `calls`, with their day of the school and their place in order of time.
 * Worked out first, so that each asks for its day once, and not once for each of its members.
 * The bounds are instants, so that the index by start serves: a day may have 23 or 25 hours.
 */
function withCalls(db: Db, { from, to }: Period, classes: RawBuilder<boolean>) {
	return db.with(
		(cte) => cte('calls').materialized(),
		(qb) =>
			qb
				.selectFrom('roll_calls')
				.select([
					'id',
					'class_id',
					'starts_at',
					'state',
					sql<string>`(starts_at at time zone ${TIME_ZONE})::date`.as('day'),
					sql<number>`row_number() over (order by starts_at, id)`.as('place'),
				])
				.where('starts_at', '>=', sql<Date>`(${from}::date::timestamp at time zone ${TIME_ZONE})`)
				.where(
					'starts_at',
					'<',
					sql<Date>`((${to}::date + 1)::timestamp at time zone ${TIME_ZONE})`,
				)
				.where(classes),
	);
}

/**
 * What every report is made of: each closed roll call of the period with each member of its day, and
 * the mark where there is one. A mark of somebody who was no member that day is not among it.
 */
function selectAttendance(db: Db, period: Period, classes: RawBuilder<boolean>) {
	return withCalls(db, period, classes)
		.selectFrom('calls')
		.innerJoin('members', (join) =>
			join.onRef('members.class_id', '=', 'calls.class_id').on(MEMBER_ON_THE_DAY),
		)
		.leftJoin('marks', (join) =>
			join
				.onRef('marks.roll_call_id', '=', 'calls.id')
				.onRef('marks.student_id', '=', 'members.student_id'),
		)
		.where('calls.state', '=', 'closed');
}

/** Of `calls`, in ISO 8601. */
const DAY = sql<string>`to_char(calls.day, 'YYYY-MM-DD')`;

const ATTENDANCE = [
	'calls.id as rollCallId',
	'calls.starts_at as startsAt',
	DAY.as('day'),
	'members.student_id as studentId',
	'marks.status',
	'marks.minutes_late as minutesLate',
	'marks.marked_at as markedAt',
] as const;

function isClass(classId: string): RawBuilder<boolean> {
	return sql<boolean>`(roll_calls.class_id = ${classId})`;
}

function isShownTo(teacherId: string | null): RawBuilder<boolean> {
	return sql<boolean>`(roll_calls.class_id in ${classesOf(teacherId)})`;
}

/** Ids of the classes that are still taught: a teacher's own, all for null. */
function classesOf(teacherId: string | null): RawBuilder<string> {
	const own =
		teacherId === null
			? sql``
			: sql`and id in (select class_id from class_teachers where user_id = ${teacherId})`;
	return sql<string>`(select id from classes where archived_at is null ${own})`;
}

/** A mark that was taken back reads like none. */
function toAttendance<
	T extends { startsAt: Date; status: MarkStatus | null; markedAt: Date | null },
>(row: T) {
	return {
		...row,
		startsAt: row.startsAt.getTime(),
		markedAt: row.status === null ? null : (row.markedAt?.getTime() ?? null),
	};
}
