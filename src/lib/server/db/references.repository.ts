import { sql } from 'kysely';
import { latestConsent } from './consents.repository';
import type { Db } from './executor';

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
	/** 0..1. */
	quality: number;
	capturedAt: Date;
}

export async function insertReferences(db: Db, rows: readonly NewReferenceRow[]): Promise<void> {
	await db
		.insertInto('face_references')
		.values(
			rows.map((row) => ({
				id: row.id,
				student_id: row.studentId,
				enrolment_id: row.enrolmentId,
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

/**
 * The references of one engine, of those members of the class whose consent is granted and whose
 * membership holds today, in the school's time zone.
 */
export function listReferencesOfClass(
	db: Db,
	classId: string,
	engine: EngineId,
): Promise<ReferenceRow[]> {
	const today = sql<string>`(now() at time zone (select time_zone from school))::date`;
	return db
		.selectFrom('members')
		.innerJoin('face_references', 'face_references.student_id', 'members.student_id')
		.innerJoinLateral(latestConsent, (join) => join.onTrue())
		.select([
			'face_references.id',
			'face_references.student_id as studentId',
			'face_references.model_id as modelId',
			'face_references.pipeline_version as pipelineVersion',
			'face_references.key_id as keyId',
			'face_references.nonce',
			'face_references.ciphertext',
		])
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
