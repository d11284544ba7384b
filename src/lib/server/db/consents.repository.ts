import type { ConsentDecision, ConsentGiver } from '$lib/contract/terms';
import type { ExpressionBuilder } from 'kysely';
import type { Db, Trx } from './executor';
import type { Database } from './schema';

export interface ConsentRow {
	id: string;
	decision: ConsentDecision;
	textVersion: string;
	givenBy: ConsentGiver;
	recordedAt: Date;
}

/** The latest word on consent for each member of the query around it; for a lateral join. */
export function latestConsent(members: ExpressionBuilder<Database, 'members'>) {
	return members
		.selectFrom('consents')
		.select('consents.decision')
		.whereRef('consents.student_id', '=', 'members.student_id')
		.orderBy('consents.sequence', 'desc')
		.limit(1)
		.as('consent');
}

/** Of some students, those whose consent is granted now. */
export async function listConsented(db: Db, studentIds: readonly string[]): Promise<string[]> {
	if (studentIds.length === 0) return [];
	const rows = await db
		.selectFrom('consents')
		.distinctOn('student_id')
		.select(['student_id as studentId', 'decision'])
		.where('student_id', 'in', studentIds)
		.orderBy('student_id')
		.orderBy('sequence', 'desc')
		.execute();
	return rows.filter(({ decision }) => decision === 'granted').map(({ studentId }) => studentId);
}

/** Whether the school knows a student by this id. */
export async function isStudent(db: Db, studentId: string): Promise<boolean> {
	const row = await db
		.selectFrom('users')
		.select('id')
		.where('id', '=', studentId)
		.where('role', '=', 'student')
		.executeTakeFirst();
	return row !== undefined;
}

/**
 * Locks a student’s row until the transaction ends, so that their consent and their enrolment
 * happen one after the other and never at once.
 */
export async function lockStudent(trx: Trx, studentId: string): Promise<void> {
	await trx
		.selectFrom('users')
		.select('id')
		.where('id', '=', studentId)
		.forNoKeyUpdate()
		.executeTakeFirst();
}

/** Whether the teacher has the student in one of their classes now. */
export async function isTaughtBy(db: Db, studentId: string, teacherId: string): Promise<boolean> {
	const row = await db
		.selectFrom('members')
		.innerJoin('class_teachers', 'class_teachers.class_id', 'members.class_id')
		.innerJoin('classes', 'classes.id', 'members.class_id')
		.select('members.id')
		.where('members.student_id', '=', studentId)
		.where('members.valid_until', 'is', null)
		.where('class_teachers.user_id', '=', teacherId)
		.where('classes.archived_at', 'is', null)
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

export async function insertConsent(
	db: Db,
	consent: {
		studentId: string;
		decision: ConsentDecision;
		textVersion: string;
		givenBy: ConsentGiver;
		recordedBy: string;
	},
): Promise<ConsentRow> {
	return db
		.insertInto('consents')
		.values({
			student_id: consent.studentId,
			decision: consent.decision,
			text_version: consent.textVersion,
			given_by: consent.givenBy,
			recorded_by: consent.recordedBy,
		})
		.returning(CONSENT_COLUMNS)
		.executeTakeFirstOrThrow();
}

/** The consent that holds: the latest one; undefined when nobody was asked yet. */
export function findCurrentConsent(db: Db, studentId: string): Promise<ConsentRow | undefined> {
	return db
		.selectFrom('consents')
		.select(CONSENT_COLUMNS)
		.where('student_id', '=', studentId)
		.orderBy('sequence', 'desc')
		.limit(1)
		.executeTakeFirst();
}

/** What a guardian said last; undefined when none has said anything. */
export function findGuardiansConsent(db: Db, studentId: string): Promise<ConsentRow | undefined> {
	return db
		.selectFrom('consents')
		.select(CONSENT_COLUMNS)
		.where('student_id', '=', studentId)
		.where('given_by', '=', 'guardian')
		.orderBy('sequence', 'desc')
		.limit(1)
		.executeTakeFirst();
}

const CONSENT_COLUMNS = [
	'id',
	'decision',
	'text_version as textVersion',
	'given_by as givenBy',
	'recorded_at as recordedAt',
] as const;
