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
				where face_references.enrolment_id = enrolments.id
			)`.as('references'),
		])
		.where('id', '=', id)
		.executeTakeFirst();
}

export async function insertEnrolment(
	db: Db,
	enrolment: { id: string; studentId: string; consentId: string; performedBy: string },
): Promise<void> {
	await db
		.insertInto('enrolments')
		.values({
			id: enrolment.id,
			student_id: enrolment.studentId,
			consent_id: enrolment.consentId,
			performed_by: enrolment.performedBy,
		})
		.execute();
}
