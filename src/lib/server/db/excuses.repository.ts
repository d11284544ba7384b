import { sql } from 'kysely';
import type { ExcuseList, ExcuseView } from '$lib/contract/excuses';
import type { ExcuseAsker, ExcuseState } from '$lib/contract/terms';
import type { Db, Trx } from './executor';

/** An excuse with those who may decide it, besides admins: nobody, where it is for every class. */
export interface ExcuseRow extends ExcuseView {
	teacherIds: string[];
}

/** Whom an excuse would be for, and when. */
export interface ExcuseConcern {
	studentId: string;
	/** Null: every class. */
	classId: string | null;
	firstDay: string;
	lastDay: string;
}

export interface NewExcuse extends ExcuseConcern {
	reason: string;
	askedBy: ExcuseAsker;
	state: Extract<ExcuseState, 'asked' | 'approved'>;
}

/**
 * Writes excuses down, in one statement; an approved one is decided by whoever records it.
 * @returns the ids; fewer than there are excuses where one of them waits or holds already
 */
export async function insertExcuses(
	trx: Trx,
	excuses: readonly NewExcuse[],
	{ by, at }: { by: string; at: Date },
): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`
		insert into excuses (student_id, class_id, first_day, last_day, reason, asked_by, state,
			recorded_by, recorded_at, decided_by, decided_at)
		select new.*, ${by}::uuid, ${at}::timestamptz,
			case new.state when 'approved' then ${by}::uuid end,
			case new.state when 'approved' then ${at}::timestamptz end
		from jsonb_to_recordset(${JSON.stringify(excuses.map(toRecord))}::text::jsonb) as new (
			student_id uuid, class_id uuid, first_day date, last_day date, reason text, asked_by text,
			state text
		)
		on conflict do nothing
		returning id
	`.execute(trx);
	return rows.map(({ id }) => id);
}

/**
 * For each excuse that somebody wants to write down, in their order: whether its class is one that
 * is still taught (by the teacher, if one is given), and whether the student belongs to it on one of
 * its days. One for every class only asks for a student.
 */
export async function checkConcerns(
	db: Db,
	concerns: readonly ExcuseConcern[],
	teacherId: string | null,
): Promise<{ isTaught: boolean; isMember: boolean }[]> {
	const { rows } = await sql<{ isTaught: boolean; isMember: boolean }>`
		select
			concern.class_id is null or exists (
				select from classes where classes.id = concern.class_id and archived_at is null
					and (${teacherId}::uuid is null or exists (
						select from class_teachers
						where class_teachers.class_id = classes.id and user_id = ${teacherId}::uuid
					))
			) as "isTaught",
			case when concern.class_id is null
				then exists (select from users where users.id = concern.student_id and role = 'student')
				else exists (
					select from members
					where members.class_id = concern.class_id and members.student_id = concern.student_id
						and valid_from <= concern.last_day
						and (valid_until is null or valid_until > concern.first_day)
				)
			end as "isMember"
		from unnest(
			${concerns.map(({ studentId }) => studentId)}::uuid[],
			${concerns.map(({ classId }) => classId)}::uuid[],
			${concerns.map(({ firstDay }) => firstDay)}::text[]::date[],
			${concerns.map(({ lastDay }) => lastDay)}::text[]::date[]
		) with ordinality as concern (student_id, class_id, first_day, last_day, place)
		order by concern.place
	`.execute(db);
	return rows;
}

/** Locks an excuse of a class that is still taught until the transaction ends: it is decided once. */
export async function lockExcuse(trx: Trx, id: string): Promise<ExcuseRow | undefined> {
	const row = await selectExcuses(trx)
		.where('excuses.id', '=', id)
		.forUpdate('excuses')
		.executeTakeFirst();
	return row && toExcuse(row);
}

/** The same for one of a student's own, whatever became of its class. */
export async function lockOwnExcuse(
	trx: Trx,
	id: string,
	studentId: string,
): Promise<ExcuseRow | undefined> {
	const row = await selectAllExcuses(trx)
		.where('excuses.id', '=', id)
		.where('excuses.student_id', '=', studentId)
		.forUpdate('excuses')
		.executeTakeFirst();
	return row && toExcuse(row);
}

export async function updateDecided(
	trx: Trx,
	id: string,
	decided: {
		state: Extract<ExcuseState, 'approved' | 'declined'>;
		by: string;
		at: Date;
		answer: string | null;
	},
): Promise<void> {
	await trx
		.updateTable('excuses')
		.set({
			state: decided.state,
			decided_by: decided.by,
			decided_at: decided.at,
			answer: decided.answer,
		})
		.where('id', '=', id)
		.execute();
}

export async function updateWithdrawn(
	trx: Trx,
	id: string,
	withdrawn: { by: string; at: Date },
): Promise<void> {
	await trx
		.updateTable('excuses')
		.set({ state: 'withdrawn', withdrawn_by: withdrawn.by, withdrawn_at: withdrawn.at })
		.where('id', '=', id)
		.execute();
}

interface Page {
	limit: number;
	offset: number;
}

/**
 * Excuses as staff see them, of classes that are still taught.
 *
 * @param list those that wait for a decision and those that hold today or later, the earliest day
 *   first; those that are over, declined or withdrawn, the latest day first
 * @param today the school's day
 * @param teacherId of the classes of one teacher, and what was approved for every class of a student
 *   in them; null: all
 */
export async function listExcuses(
	db: Db,
	list: ExcuseList,
	{ today, teacherId, limit, offset }: Page & { today: string; teacherId: string | null },
): Promise<ExcuseRow[]> {
	const holds = sql<boolean>`excuses.state = 'approved' and excuses.last_day >= ${today}::date`;
	const rows = await selectExcuses(db)
		.where(isShownTo(teacherId))
		.$if(list === 'waiting', (qb) =>
			// In words, not as a parameter: PostgreSQL finds the partial index by them.
			qb.where('excuses.state', '=', sql.lit('asked')).orderBy('excuses.first_day'),
		)
		.$if(list === 'current', (qb) => qb.where(holds).orderBy('excuses.first_day'))
		.$if(list === 'past', (qb) =>
			qb
				.where(sql<boolean>`excuses.state <> 'asked' and not (${holds})`)
				.orderBy('excuses.last_day', 'desc'),
		)
		.orderBy('excuses.recorded_at')
		.orderBy('excuses.id')
		.limit(limit)
		.offset(offset)
		.execute();
	return rows.map(toExcuse);
}

/**
 * How many excuses of classes that are still taught wait for this teacher's decision; null: for an
 * admin's.
 */
export async function countWaitingExcuses(db: Db, teacherId: string | null): Promise<number> {
	const { count } = await db
		.selectFrom('excuses')
		.leftJoin('classes', 'classes.id', 'excuses.class_id')
		.select(sql<number>`count(*)::int`.as('count'))
		.where('excuses.state', '=', sql.lit('asked'))
		.where('classes.archived_at', 'is', null)
		.where(isShownTo(teacherId))
		.executeTakeFirstOrThrow();
	return count;
}

/** A student's own, the latest day first, whatever became of their classes. */
export async function listOwnExcuses(
	db: Db,
	studentId: string,
	limit: number,
): Promise<ExcuseView[]> {
	const rows = await selectAllExcuses(db)
		.where('excuses.student_id', '=', studentId)
		.orderBy('excuses.last_day', 'desc')
		.orderBy('excuses.recorded_at', 'desc')
		.orderBy('excuses.id')
		.limit(limit)
		.execute();
	return rows.map(toExcuse).map(({ teacherIds: _, ...excuse }) => excuse);
}

/** Whom excuses can be written down for, in no order. @param teacherId as for {@link listExcuses} */
export function listExcusableStudents(
	db: Db,
	teacherId: string | null,
): Promise<{ id: string; name: string; studentNumber: string | null }[]> {
	return selectStudents(db, teacherId)
		.select(['users.id', 'users.name', 'users.student_number as studentNumber'])
		.execute();
}

/** One of {@link listExcusableStudents}. */
export function findExcusableStudent(
	db: Db,
	studentId: string,
	teacherId: string | null,
): Promise<{ id: string; name: string } | undefined> {
	return selectStudents(db, teacherId)
		.select(['users.id', 'users.name'])
		.where('users.id', '=', studentId)
		.executeTakeFirst();
}

/** Students of today; of one teacher those of the classes that they teach. */
function selectStudents(db: Db, teacherId: string | null) {
	return db
		.selectFrom('users')
		.where('users.role', '=', 'student')
		.$if(teacherId !== null, (qb) =>
			qb.where('users.id', 'in', (eb) =>
				eb
					.selectFrom('members')
					.innerJoin('class_teachers', 'class_teachers.class_id', 'members.class_id')
					.innerJoin('classes', 'classes.id', 'members.class_id')
					.select('members.student_id')
					.where('members.valid_until', 'is', null)
					.where('classes.archived_at', 'is', null)
					.where('class_teachers.user_id', '=', teacherId),
			),
		);
}

/** The classes of a student that are still taught, in no order. @param teacherId by one teacher */
export function listClassesOf(
	db: Db,
	studentId: string,
	teacherId: string | null,
): Promise<{ id: string; name: string }[]> {
	return db
		.selectFrom('members')
		.innerJoin('classes', 'classes.id', 'members.class_id')
		.select(['classes.id', 'classes.name'])
		.where('members.student_id', '=', studentId)
		.where('members.valid_until', 'is', null)
		.where('classes.archived_at', 'is', null)
		.$if(teacherId !== null, (qb) =>
			qb.where('classes.id', 'in', (eb) =>
				eb.selectFrom('class_teachers').select('class_id').where('user_id', '=', teacherId),
			),
		)
		.execute();
}

/** Needs `excuses` and their class. */
function isShownTo(teacherId: string | null) {
	if (teacherId === null) return sql<boolean>`true`;
	return sql<boolean>`(
		excuses.class_id in (select class_id from class_teachers where user_id = ${teacherId})
		or (excuses.class_id is null and excuses.state = 'approved' and exists (
			select from members
			join classes as taught on taught.id = members.class_id and taught.archived_at is null
			join class_teachers on class_teachers.class_id = members.class_id
			where members.student_id = excuses.student_id and members.valid_until is null
				and class_teachers.user_id = ${teacherId}
		))
	)`;
}

/** Those of classes that are still taught: an archived class is in no list. */
function selectExcuses(db: Db) {
	return selectAllExcuses(db).where('classes.archived_at', 'is', null);
}

function selectAllExcuses(db: Db) {
	return db
		.selectFrom('excuses')
		.innerJoin('users as student', 'student.id', 'excuses.student_id')
		.leftJoin('classes', 'classes.id', 'excuses.class_id')
		.leftJoin('users as decider', 'decider.id', 'excuses.decided_by')
		.leftJoin('users as withdrawer', 'withdrawer.id', 'excuses.withdrawn_by')
		.select([
			'excuses.id',
			'excuses.student_id as studentId',
			'student.name as studentName',
			'excuses.class_id as classId',
			'classes.name as className',
			sql<string>`excuses.first_day::text`.as('firstDay'),
			sql<string>`excuses.last_day::text`.as('lastDay'),
			'excuses.reason',
			'excuses.asked_by as askedBy',
			'excuses.state',
			'excuses.recorded_at as recordedAt',
			'decider.name as decidedBy',
			'excuses.decided_at as decidedAt',
			'excuses.answer',
			'withdrawer.name as withdrawnBy',
			'excuses.withdrawn_at as withdrawnAt',
			// An array, not a join: one row an excuse, which can be locked.
			sql<string[]>`array(select user_id from class_teachers where class_id = excuses.class_id)`.as(
				'teacherIds',
			),
		]);
}

type SelectedExcuse = Awaited<
	ReturnType<ReturnType<typeof selectAllExcuses>['executeTakeFirstOrThrow']>
>;

function toExcuse(row: SelectedExcuse): ExcuseRow {
	return {
		...row,
		recordedAt: row.recordedAt.getTime(),
		decidedAt: row.decidedAt?.getTime() ?? null,
		withdrawnAt: row.withdrawnAt?.getTime() ?? null,
	};
}

const toRecord = (excuse: NewExcuse) => ({
	student_id: excuse.studentId,
	class_id: excuse.classId,
	first_day: excuse.firstDay,
	last_day: excuse.lastDay,
	reason: excuse.reason,
	asked_by: excuse.askedBy,
	state: excuse.state,
});
