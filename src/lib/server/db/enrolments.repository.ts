import { sql } from 'kysely';
import type { Db } from './executor';

/** Whose an enrolment with this id is; undefined when it was not taken yet. */
export function findEnrolment(
	db: Db,
	id: string,
): Promise<{ studentId: string; references: number } | undefined> {
	return db
		.selectFrom('enrolments')
		.select([
			'student_id as studentId',
			sql<number>`(
				select count(*)::integer from face_references
				where face_references.enrolment_id = enrolments.id and doubt_id is null
			)`.as('references'),
		])
		.where('id', '=', id)
		.executeTakeFirst();
}

/** A student's newest enrolment, with the name they have now. */
export async function findLatestEnrolment(
	db: Db,
	studentId: string,
): Promise<
	{ id: string; performedAt: Date; isConfirmed: boolean; studentName: string } | undefined
> {
	return db
		.selectFrom('enrolments')
		.innerJoin('users', 'users.id', 'enrolments.student_id')
		.select([
			'enrolments.id',
			'enrolments.performed_at as performedAt',
			sql<boolean>`enrolments.confirmed_at is not null`.as('isConfirmed'),
			'users.name as studentName',
		])
		.where('enrolments.student_id', '=', studentId)
		.orderBy('enrolments.performed_at', 'desc')
		.limit(1)
		.executeTakeFirst();
}

export async function insertEnrolment(
	db: Db,
	enrolment: {
		id: string;
		studentId: string;
		consentId: string;
		performedBy: string;
		/** Students who staff said are other people, though their faces are alike. */
		distinctFrom: readonly string[];
		/** Staff said that the student's earlier face was somebody else's. */
		replacedOtherFace: boolean;
		/** Who of staff saw whose face it is; null for a student on their own. */
		confirmedBy: string | null;
	},
): Promise<void> {
	await db
		.insertInto('enrolments')
		.values({
			id: enrolment.id,
			student_id: enrolment.studentId,
			consent_id: enrolment.consentId,
			performed_by: enrolment.performedBy,
			distinct_from: [...enrolment.distinctFrom],
			replaced_other_face: enrolment.replacedOtherFace,
			// When it takes its place and not when the transaction began: the newest one counts, and
			// whoever waited for the student's row comes after.
			performed_at: sql<Date>`clock_timestamp()`,
			confirmed_at: enrolment.confirmedBy === null ? null : sql<Date>`clock_timestamp()`,
			confirmed_by: enrolment.confirmedBy,
		})
		.execute();
}

/** How often a student captured themselves in the last hour. */
export async function countOwnEnrolmentsOfHour(db: Db, studentId: string): Promise<number> {
	const { count } = await db
		.selectFrom('enrolments')
		.select(sql<number>`count(*)::integer`.as('count'))
		.where('student_id', '=', studentId)
		.whereRef('performed_by', '=', 'student_id')
		.where('performed_at', '>', sql<Date>`now() - interval '1 hour'`)
		.executeTakeFirstOrThrow();
	return count;
}

/**
 * Staff say that an enrolment's face is the student's.
 * @param by `doubtId`: the camera's question that they answered; null where they said so otherwise.
 *   `distinctFrom`: students who they say are other people, though their faces are alike
 */
export async function confirmEnrolment(
	db: Db,
	id: string,
	by: { userId: string; doubtId: string | null; distinctFrom: readonly string[] },
): Promise<void> {
	await db
		.updateTable('enrolments')
		.set({
			confirmed_at: sql<Date>`now()`,
			confirmed_by: by.userId,
			confirmed_by_doubt_id: by.doubtId,
			distinct_from: [...by.distinctFrom],
		})
		.where('id', '=', id)
		.where('confirmed_at', 'is', null)
		.execute();
}

/** An answer was taken back: what it confirmed is unconfirmed again. @returns whose it was */
export async function unconfirmEnrolmentsOfDoubt(db: Db, doubtId: string): Promise<string[]> {
	const rows = await db
		.updateTable('enrolments')
		.set({ confirmed_at: null, confirmed_by: null, confirmed_by_doubt_id: null })
		.where('confirmed_by_doubt_id', '=', doubtId)
		.returning('student_id')
		.execute();
	return rows.map((row) => row.student_id);
}

/** The same for what a roll call's doubts confirmed of some students. */
export async function unconfirmEnrolmentsOfRollCall(
	db: Db,
	rollCallId: string,
	studentIds: readonly string[],
): Promise<string[]> {
	const rows = await db
		.updateTable('enrolments')
		.set({ confirmed_at: null, confirmed_by: null, confirmed_by_doubt_id: null })
		.where('student_id', '=', sql<string>`any(${studentIds}::uuid[])`)
		.where((eb) =>
			eb(
				'confirmed_by_doubt_id',
				'in',
				eb.selectFrom('doubts').select('doubts.id').where('roll_call_id', '=', rollCallId),
			),
		)
		.returning('student_id')
		.execute();
	return rows.map((row) => row.student_id);
}

/** Of these students, those who staff said, at either's enrolment, are other people than this one. */
export async function listDistinct(
	db: Db,
	studentId: string,
	others: readonly string[],
): Promise<string[]> {
	if (others.length === 0) return [];
	const { rows } = await sql<{ studentId: string }>`
		select other as "studentId" from unnest(${[...others]}::uuid[]) as other
		where exists (
			select from enrolments
			where (student_id = ${studentId} and other = any(distinct_from))
				or (student_id = other and ${studentId} = any(distinct_from))
		)
	`.execute(db);
	return rows.map((row) => row.studentId);
}

/** Students by their ids, each with the names of the classes they are in now. */
export async function listWithClasses(
	db: Db,
	studentIds: readonly string[],
): Promise<{ studentId: string; name: string; classNames: string[] }[]> {
	if (studentIds.length === 0) return [];
	return db
		.selectFrom('users')
		.select([
			'users.id as studentId',
			'users.name',
			sql<string[]>`array(
				select classes.name from members
				join classes on classes.id = members.class_id
				where members.student_id = users.id and members.valid_until is null
					and classes.archived_at is null
				order by classes.name
			)`.as('classNames'),
		])
		.where('users.id', 'in', studentIds)
		.execute();
}
