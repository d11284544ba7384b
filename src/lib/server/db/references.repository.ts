import { sql } from 'kysely';
import { latestConsent } from './consents.repository';
import type { Db, Trx } from './executor';

/** A stored reference: its vector is sealed. */
export interface ReferenceRow {
	id: string;
	studentId: string;
	modelId: string;
	pipelineVersion: string;
	keyId: string;
	nonce: Buffer;
	ciphertext: Buffer;
}

/** What made a vector; vectors of different engines cannot be compared. */
export interface EngineId {
	modelId: string;
	pipelineVersion: string;
}

export interface NewReferenceRow extends ReferenceRow {
	enrolmentId: string;
	/** The confirmed doubt that brought it; null for a capture of the enrolment itself. */
	doubtId: string | null;
	/** 0..1. */
	quality: number;
	capturedAt: Date;
}

/** The newest word on a reference's student is a yes. As joins, for many students at once. */
const CONSENT_HOLDS = sql<boolean>`exists (
	select from consents as granted
	where granted.student_id = face_references.student_id and granted.decision = 'granted'
		and not exists (
			select from consents as later
			where later.student_id = granted.student_id and later.sequence > granted.sequence
		)
)`;

const SEALED = [
	'face_references.id',
	'face_references.student_id as studentId',
	'face_references.model_id as modelId',
	'face_references.pipeline_version as pipelineVersion',
	'face_references.key_id as keyId',
	'face_references.nonce',
	'face_references.ciphertext',
] as const;

export async function insertReferences(db: Db, rows: readonly NewReferenceRow[]): Promise<void> {
	await db
		.insertInto('face_references')
		.values(
			rows.map((row) => ({
				id: row.id,
				student_id: row.studentId,
				enrolment_id: row.enrolmentId,
				doubt_id: row.doubtId,
				model_id: row.modelId,
				pipeline_version: row.pipelineVersion,
				quality: row.quality,
				captured_at: row.capturedAt,
				key_id: row.keyId,
				nonce: row.nonce,
				ciphertext: row.ciphertext,
			})),
		)
		.execute();
}

/** Deletes a student's references of one model, in whatever pipeline they were made. */
export async function deleteReferencesOfModel(
	db: Db,
	studentId: string,
	modelId: string,
): Promise<void> {
	await db
		.deleteFrom('face_references')
		.where('student_id', '=', studentId)
		.where('model_id', '=', modelId)
		.execute();
}

/** @returns how many there were. */
export async function deleteReferencesOfStudent(db: Db, studentId: string): Promise<number> {
	const result = await db
		.deleteFrom('face_references')
		.where('student_id', '=', studentId)
		.executeTakeFirst();
	return Number(result.numDeletedRows);
}

/** Deletes references by their ids. */
export async function deleteReferences(db: Db, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	await db.deleteFrom('face_references').where('id', 'in', ids).execute();
}

/** Deletes what a confirmed doubt brought. @returns whose it was */
export async function deleteReferencesOfDoubt(db: Db, doubtId: string): Promise<string[]> {
	const rows = await db
		.deleteFrom('face_references')
		.where('doubt_id', '=', doubtId)
		.returning('student_id')
		.execute();
	return [...new Set(rows.map((row) => row.student_id))];
}

/** Deletes what a roll call's doubts brought for some students. @returns of whom there was any */
export async function deleteReferencesOfRollCall(
	db: Db,
	rollCallId: string,
	studentIds: readonly string[],
): Promise<string[]> {
	const rows = await db
		.deleteFrom('face_references')
		.where('student_id', '=', sql<string>`any(${studentIds}::uuid[])`)
		.where((eb) =>
			eb(
				'doubt_id',
				'in',
				eb.selectFrom('doubts').select('doubts.id').where('roll_call_id', '=', rollCallId),
			),
		)
		.returning('student_id')
		.execute();
	return [...new Set(rows.map((row) => row.student_id))];
}

/** A student's references of one engine, with what they were made from; oldest enrolment first. */
export function listReferencesOfStudent(
	db: Db,
	studentId: string,
	engine: EngineId,
): Promise<NewReferenceRow[]> {
	return db
		.selectFrom('face_references')
		.select(SEALED)
		.select([
			'face_references.enrolment_id as enrolmentId',
			'face_references.doubt_id as doubtId',
			'face_references.quality',
			'face_references.captured_at as capturedAt',
		])
		.where('student_id', '=', studentId)
		.where('model_id', '=', engine.modelId)
		.where('pipeline_version', '=', engine.pipelineVersion)
		.orderBy('captured_at')
		.orderBy('id')
		.execute();
}

/**
 * Whether a doubt stands confirmed as the student. It stays so until the transaction ends: whoever
 * takes the answer back waits for the doubt's row, and then finds what was learnt from it.
 */
export async function lockConfirmedDoubt(
	trx: Trx,
	doubtId: string,
	studentId: string,
): Promise<boolean> {
	const row = await trx
		.selectFrom('doubts')
		.select('id')
		.where('id', '=', doubtId)
		.where('state', '=', 'confirmed')
		.where(
			sql<boolean>`${studentId}::uuid = (
				select student_id from doubt_answers
				where doubt_id = doubts.id order by answered_at desc limit 1
			)`,
		)
		.forShare()
		.executeTakeFirst();
	return row !== undefined;
}

/**
 * The references of one engine of every student whose consent is granted.
 * @param studentIds of these alone; null: of the whole school
 */
export function listReferencesOfSchool(
	db: Db,
	engine: EngineId,
	studentIds: readonly string[] | null,
): Promise<ReferenceRow[]> {
	return db
		.selectFrom('face_references')
		.select(SEALED)
		.where(CONSENT_HOLDS)
		.where('face_references.model_id', '=', engine.modelId)
		.where('face_references.pipeline_version', '=', engine.pipelineVersion)
		.$if(studentIds !== null, (qb) =>
			qb.where('face_references.student_id', '=', sql<string>`any(${studentIds}::uuid[])`),
		)
		.orderBy('face_references.id')
		.execute();
}

/**
 * The references of one engine, of those members of the class whose consent is granted and whose
 * membership holds today, in the school's time zone; and whether staff have said that the face is the
 * student's.
 */
export function listReferencesOfClass(
	db: Db,
	classId: string,
	engine: EngineId,
): Promise<(ReferenceRow & { isConfirmed: boolean })[]> {
	const today = sql<string>`(now() at time zone (select time_zone from school))::date`;
	return db
		.selectFrom('members')
		.innerJoin('face_references', 'face_references.student_id', 'members.student_id')
		.innerJoin('enrolments', 'enrolments.id', 'face_references.enrolment_id')
		.innerJoinLateral(latestConsent, (join) => join.onTrue())
		.select(SEALED)
		.select(sql<boolean>`enrolments.confirmed_at is not null`.as('isConfirmed'))
		.where('members.class_id', '=', classId)
		.where('members.valid_from', '<=', today)
		.where((eb) =>
			eb.or([eb('members.valid_until', 'is', null), eb('members.valid_until', '>', today)]),
		)
		.where('consent.decision', '=', 'granted')
		.where('face_references.model_id', '=', engine.modelId)
		.where('face_references.pipeline_version', '=', engine.pipelineVersion)
		.orderBy('face_references.id')
		.execute();
}
