import { sql, type ExpressionBuilder, type QueryCreator } from 'kysely';
import type { NewMember } from '$lib/contract/classes';
import type { EnrolmentState } from '$lib/contract/terms';
import { latestConsent } from './consents.repository';
import type { Db } from './executor';
import type { EngineId } from './references.repository';
import type { Database } from './schema';

/** Today in the school's time zone, whatever zone the server runs in. */
const TODAY = sql<string>`(now() at time zone (select time_zone from school))::date`;

/**
 * All current members with their enrolment state, as a subquery to narrow down. The state follows
 * `EnrolmentState`: consent comes first, because without it there are no references. Who was enrolled
 * under the consent that holds and has no matching reference needs it again, also when those of the
 * older engine are deleted by now.
 *
 * @param engine whose references can be matched today; null: all count
 */
export function selectCurrentMembers(db: QueryCreator<Database>, engine: EngineId | null) {
	const matching = engine
		? sql<boolean>`model_id = ${engine.modelId} and pipeline_version = ${engine.pipelineVersion}`
		: sql<boolean>`true`;
	return db
		.selectFrom('members')
		.leftJoinLateral(latestConsent, (join) => join.onTrue())
		.innerJoinLateral(
			(eb) =>
				eb
					.selectFrom('face_references')
					.select([sql<number>`(count(*) filter (where ${matching}))::int`.as('matching')])
					.whereRef('face_references.student_id', '=', 'members.student_id')
					.as('stored'),
			(join) => join.onTrue(),
		)
		.leftJoinLateral(latestEnrolment, (join) => join.onTrue())
		.select([
			'members.class_id as classId',
			'members.student_id as studentId',
			sql<string>`members.valid_from::text`.as('since'),
			'stored.matching as references',
			sql<EnrolmentState>`case
				when consent.decision in ('refused', 'withdrawn') then 'no-consent'
				when stored.matching > 0 and enrolled.is_confirmed is false then 'unconfirmed'
				when stored.matching > 0 then 'enrolled'
				when enrolled.performed_at is not null then 'again'
				else 'waiting'
			end`.as('enrolment'),
			'enrolled.performed_at as enrolledAt',
		])
		.where('members.valid_until', 'is', null);
}

/**
 * A member's newest enrolment, if nobody said no since the consent that it stands on; for a lateral
 * join.
 */
function latestEnrolment(members: ExpressionBuilder<Database, 'members'>) {
	return members
		.selectFrom('enrolments')
		.innerJoin('consents', 'consents.id', 'enrolments.consent_id')
		.select([
			'enrolments.performed_at',
			sql<boolean>`enrolments.confirmed_at is not null`.as('is_confirmed'),
		])
		.whereRef('enrolments.student_id', '=', 'members.student_id')
		.where((eb) =>
			eb.not(
				eb.exists(
					eb
						.selectFrom('consents as later')
						.select('later.id')
						.whereRef('later.student_id', '=', 'members.student_id')
						.whereRef('later.sequence', '>', 'consents.sequence')
						.where('later.decision', '<>', 'granted'),
				),
			),
		)
		.orderBy('enrolments.performed_at', 'desc')
		.limit(1)
		.as('enrolled');
}

export interface MemberRow {
	studentId: string;
	name: string;
	studentNumber: string | null;
	since: string;
	enrolment: EnrolmentState;
	references: number;
	/** Of the newest enrolment under the consent that holds, ms since 1970; null without one. */
	enrolledAt: number | null;
}

/** The current members of a class, in no order. */
export async function listMembers(
	db: Db,
	classId: string,
	engine: EngineId | null,
): Promise<MemberRow[]> {
	const rows = await db
		.selectFrom(selectCurrentMembers(db, engine).as('member'))
		.innerJoin('users', 'users.id', 'member.studentId')
		.select([
			'member.studentId',
			'users.name',
			'users.student_number as studentNumber',
			'member.since',
			'member.enrolment',
			'member.references',
			'member.enrolledAt',
		])
		.where('member.classId', '=', classId)
		.execute();
	return rows.map((row) => ({ ...row, enrolledAt: row.enrolledAt?.getTime() ?? null }));
}

/** Names of the current members. */
export async function listMemberNames(db: Db, classId: string): Promise<string[]> {
	const rows = await db
		.selectFrom('members')
		.innerJoin('users', 'users.id', 'members.student_id')
		.select('users.name')
		.where('members.class_id', '=', classId)
		.where('members.valid_until', 'is', null)
		.execute();
	return rows.map(({ name }) => name);
}

/** New students without a number, in one statement. @returns their ids */
export async function insertStudents(db: Db, names: readonly string[]): Promise<string[]> {
	if (names.length === 0) return [];
	const rows = await db
		.insertInto('users')
		.values(names.map((name) => ({ role: 'student' as const, name })))
		.returning('id')
		.execute();
	return rows.map(({ id }) => id);
}

/**
 * The students who have these numbers; those whom the school does not know yet are made. A known
 * one keeps the name that the school has.
 *
 * @param students each with a number, every number once
 */
export async function insertOrFindNumbered(
	db: Db,
	students: readonly { name: string; studentNumber: string }[],
): Promise<{ id: string; name: string; studentNumber: string }[]> {
	if (students.length === 0) return [];
	await db
		.insertInto('users')
		.values(
			students.map(({ name, studentNumber }) => ({
				role: 'student' as const,
				name,
				student_number: studentNumber,
			})),
		)
		.onConflict((conflict) => conflict.column('student_number').doNothing())
		.execute();
	return db
		.selectFrom('users')
		.select(['id', 'name', 'student_number as studentNumber'])
		.where(
			'student_number',
			'in',
			students.map(({ studentNumber }) => studentNumber),
		)
		.$narrowType<{ studentNumber: string }>()
		.execute();
}

/**
 * Makes students members from a day on; whoever was one before, from the end of that time on at the
 * earliest, so that no day counts twice.
 * @param since the school's day; null: today
 * @returns the ids of those who were none before
 */
export async function insertMembers(
	db: Db,
	classId: string,
	studentIds: readonly string[],
	since: string | null = null,
): Promise<string[]> {
	if (studentIds.length === 0) return [];
	const rows = await db
		.insertInto('members')
		.values(
			studentIds.map((studentId) => ({
				class_id: classId,
				student_id: studentId,
				valid_from: sql<string>`greatest(
					coalesce(${since}::date, ${TODAY}),
					(select max(valid_until) from members
						where class_id = ${classId} and student_id = ${studentId})
				)`,
			})),
		)
		.onConflict((conflict) =>
			conflict.columns(['class_id', 'student_id']).where('valid_until', 'is', null).doNothing(),
		)
		.returning('student_id')
		.execute();
	return rows.map(({ student_id }) => student_id);
}

/** Renames a current member. @returns whether the class has such a one */
export async function renameMember(
	db: Db,
	classId: string,
	studentId: string,
	name: NewMember['name'],
): Promise<boolean> {
	const result = await db
		.updateTable('users')
		.set({ name })
		.where('id', '=', studentId)
		.where((eb) =>
			eb.exists(
				eb
					.selectFrom('members')
					.select('members.id')
					.where('members.class_id', '=', classId)
					.whereRef('members.student_id', '=', 'users.id')
					.where('members.valid_until', 'is', null),
			),
		)
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/**
 * Sets from which day on a current member counts.
 * @returns false where an earlier time of theirs in this class reaches beyond that day
 */
export async function updateMemberSince(
	db: Db,
	classId: string,
	studentId: string,
	since: string,
): Promise<boolean> {
	const result = await db
		.updateTable('members')
		.set({ valid_from: since })
		.where('class_id', '=', classId)
		.where('student_id', '=', studentId)
		.where('valid_until', 'is', null)
		.where((eb) =>
			eb.not(
				eb.exists(
					eb
						.selectFrom('members as earlier')
						.select('earlier.id')
						.where('earlier.class_id', '=', classId)
						.where('earlier.student_id', '=', studentId)
						.where('earlier.valid_until', '>', since),
				),
			),
		)
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/** Ends a membership today; the marks made so far stay. @returns whether it held */
export async function endMembership(db: Db, classId: string, studentId: string): Promise<boolean> {
	const result = await db
		.updateTable('members')
		// A school that moved its time zone west can have members from "tomorrow".
		.set({ valid_until: sql<string>`greatest(valid_from, ${TODAY})` })
		.where('class_id', '=', classId)
		.where('student_id', '=', studentId)
		.where('valid_until', 'is', null)
		.executeTakeFirst();
	return result.numUpdatedRows > 0n;
}

/**
 * A student's name and the classes that they belong to today, in no order; null for nobody, and
 * without consent.
 */
export async function findNameAndClasses(
	db: Db,
	studentId: string,
): Promise<{ name: string; classNames: string[] } | null> {
	const row = await db
		.selectFrom('users')
		.select([
			'users.name',
			sql<string[]>`array(
				select classes.name from members
				join classes on classes.id = members.class_id
				where members.student_id = users.id and members.valid_until is null
					and classes.archived_at is null
			)`.as('classNames'),
		])
		.where('users.id', '=', studentId)
		.where(
			sql<boolean>`(
				select decision from consents where consents.student_id = users.id
				order by sequence desc limit 1
			) = 'granted'`,
		)
		.executeTakeFirst();
	return row ?? null;
}
