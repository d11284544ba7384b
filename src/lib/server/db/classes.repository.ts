import { sql } from 'kysely';
import type { CheckInSettings, ClassSettings, ClassSummary } from '$lib/contract/classes';
import type { DisplayNames } from '$lib/contract/terms';
import type { Db, Trx } from './executor';
import { selectCurrentMembers } from './members.repository';
import type { EngineId } from './references.repository';

export interface ClassRow extends CheckInSettings {
	id: string;
	name: string;
	lateAfterMinutes: number;
	displayNames: DisplayNames;
	/** Null: as the school has it. */
	strangersPerWrongName: number | null;
}

const CLASS_COLUMNS = [
	'id',
	'name',
	'late_after_minutes as lateAfterMinutes',
	'display_names as displayNames',
	'strangers_per_wrong_name as strangersPerWrongName',
	'check_in_by_phone as checkInByPhone',
	'check_in_asks_code as checkInAsksCode',
	'check_in_asks_liveness as checkInAsksLiveness',
	'check_in_asks_face as checkInAsksFace',
	'check_in_signature as checkInSignature',
] as const;

/** A class that is still taught, with the ids of those who teach it; undefined for any other. */
export async function findClass(
	db: Db,
	classId: string,
): Promise<(ClassRow & { teacherIds: string[] }) | undefined> {
	return db
		.selectFrom('classes')
		.select(CLASS_COLUMNS)
		.select(
			sql<
				string[]
			>`array(select user_id from class_teachers where class_teachers.class_id = classes.id)`.as(
				'teacherIds',
			),
		)
		.where('id', '=', classId)
		.where('archived_at', 'is', null)
		.executeTakeFirst();
}

/** Locks a class until the transaction ends, so that its members and teachers change one at a time. */
export async function lockClass(trx: Trx, classId: string): Promise<void> {
	await trx
		.selectFrom('classes')
		.select('id')
		.where('id', '=', classId)
		.forUpdate()
		.executeTakeFirst();
}

export async function insertClass(db: Db, name: string): Promise<string> {
	const row = await db
		.insertInto('classes')
		.values({ name })
		.returning('id')
		.executeTakeFirstOrThrow();
	return row.id;
}

/** What `settings` leaves out stays as it is. */
export async function updateClass(db: Db, classId: string, settings: ClassSettings) {
	await db
		.updateTable('classes')
		.set({
			name: settings.name,
			late_after_minutes: settings.lateAfterMinutes,
			display_names: settings.displayNames,
			strangers_per_wrong_name: settings.strangersPerWrongName,
			check_in_by_phone: settings.checkInByPhone,
			check_in_asks_code: settings.checkInAsksCode,
			check_in_asks_liveness: settings.checkInAsksLiveness,
			check_in_asks_face: settings.checkInAsksFace,
			check_in_signature: settings.checkInSignature,
		})
		.where('id', '=', classId)
		.execute();
}

/** The class's own rate of wrong names; null where it has none, or there is no such class. */
export async function findStrangersPerWrongName(db: Db, classId: string): Promise<number | null> {
	const row = await db
		.selectFrom('classes')
		.select('strangers_per_wrong_name as strangersPerWrongName')
		.where('id', '=', classId)
		.executeTakeFirst();
	return row?.strangersPerWrongName ?? null;
}

export async function archiveClass(db: Db, classId: string, now: Date): Promise<void> {
	await db.updateTable('classes').set({ archived_at: now }).where('id', '=', classId).execute();
}

export async function findOpenRollCallId(db: Db, classId: string): Promise<string | null> {
	const row = await db
		.selectFrom('roll_calls')
		.select('id')
		.where('class_id', '=', classId)
		.where('state', '=', 'open')
		.executeTakeFirst();
	return row?.id ?? null;
}

export function listTeachers(db: Db, classId: string): Promise<{ id: string; name: string }[]> {
	return db
		.selectFrom('class_teachers')
		.innerJoin('users', 'users.id', 'class_teachers.user_id')
		.select(['users.id', 'users.name'])
		.where('class_teachers.class_id', '=', classId)
		.execute();
}

/** Staff with an account who do not teach the class yet. */
export function listPossibleTeachers(
	db: Db,
	classId: string,
): Promise<{ id: string; name: string }[]> {
	return db
		.selectFrom('users')
		.select(['id', 'name'])
		.where('role', 'in', ['teacher', 'admin'])
		.where('sign_in_name', 'is not', null)
		.where('disabled_at', 'is', null)
		.where('id', 'not in', (eb) =>
			eb.selectFrom('class_teachers').select('user_id').where('class_id', '=', classId),
		)
		.execute();
}

export async function insertTeacher(db: Db, classId: string, userId: string): Promise<void> {
	await db
		.insertInto('class_teachers')
		.values({ class_id: classId, user_id: userId })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

export async function deleteTeacher(db: Db, classId: string, userId: string): Promise<void> {
	await db
		.deleteFrom('class_teachers')
		.where('class_id', '=', classId)
		.where('user_id', '=', userId)
		.execute();
}

/**
 * Every class that is still taught, each with its counts, its open and its last roll call: one
 * query for any number of classes.
 *
 * @param teacherId the classes of one teacher; null for all
 * @param engine whose references count as enrolled; null: anybody's
 */
export async function listClasses(
	db: Db,
	teacherId: string | null,
	engine: EngineId | null,
): Promise<ClassSummary[]> {
	const rows = await db
		.with('member_counts', (qb) =>
			qb
				.selectFrom(selectCurrentMembers(qb, engine).as('member'))
				.select([
					'member.classId',
					sql<number>`count(*)::int`.as('memberCount'),
					sql<number>`(count(*) filter (where member."enrolment" = 'enrolled'))::int`.as(
						'enrolledCount',
					),
					sql<number>`(count(*) filter (where member."enrolment" = 'no-consent'))::int`.as(
						'noConsentCount',
					),
				])
				.groupBy('member.classId'),
		)
		.selectFrom('classes')
		.leftJoin('member_counts', 'member_counts.classId', 'classes.id')
		.leftJoin('roll_calls as open', (join) =>
			join.onRef('open.class_id', '=', 'classes.id').on('open.state', '=', 'open'),
		)
		.leftJoinLateral(
			(eb) =>
				eb
					.selectFrom('roll_calls')
					.select(['roll_calls.id', 'roll_calls.closed_at'])
					.whereRef('roll_calls.class_id', '=', 'classes.id')
					.where('roll_calls.state', '=', 'closed')
					.orderBy('roll_calls.starts_at', 'desc')
					.limit(1)
					.as('last'),
			(join) => join.onTrue(),
		)
		.leftJoinLateral(
			(eb) =>
				eb
					.selectFrom('marks')
					.select([
						sql<number>`(count(*) filter (where status = 'present'))::int`.as('present'),
						sql<number>`(count(*) filter (where status = 'late'))::int`.as('late'),
						sql<number>`(count(*) filter (where status = 'absent'))::int`.as('absent'),
					])
					.whereRef('marks.roll_call_id', '=', 'last.id')
					.as('counts'),
			(join) => join.onTrue(),
		)
		.select([
			'classes.id',
			'classes.name',
			'member_counts.memberCount',
			'member_counts.enrolledCount',
			'member_counts.noConsentCount',
			'open.id as openRollCallId',
			'last.id as lastId',
			'last.closed_at as lastClosedAt',
			'counts.present',
			'counts.late',
			'counts.absent',
		])
		.where('classes.archived_at', 'is', null)
		.$if(teacherId !== null, (qb) =>
			qb.where('classes.id', 'in', (eb) =>
				eb.selectFrom('class_teachers').select('class_id').where('user_id', '=', teacherId),
			),
		)
		.execute();
	return rows.map((row) => ({
		id: row.id,
		name: row.name,
		memberCount: row.memberCount ?? 0,
		enrolledCount: row.enrolledCount ?? 0,
		noConsentCount: row.noConsentCount ?? 0,
		openRollCallId: row.openRollCallId,
		lastRollCall:
			row.lastId === null || row.lastClosedAt === null
				? null
				: {
						id: row.lastId,
						closedAt: row.lastClosedAt.getTime(),
						present: row.present ?? 0,
						late: row.late ?? 0,
						absent: row.absent ?? 0,
					},
	}));
}
