import { randomUUID } from 'node:crypto';
import { loadKeyring } from '../../src/lib/server/crypto/keyring';
import { createVault } from '../../src/lib/server/crypto/vault';
import { insertReferences } from '../../src/lib/server/db/references.repository';
import { sealReferences } from '../../src/lib/server/services/references';
import type { TestApplication } from './application';
import { ENGINE } from './wire';

/**
 * Students with consent and these references, straight into the database: many at once, and past
 * what an enrolment would object to.
 *
 * @param faces of each student, 512 float32 of unit length each
 */
export async function enrolPeople(
	{ container, database: { db } }: TestApplication,
	faces: readonly (readonly Float32Array[])[],
): Promise<string[]> {
	const vault = createVault(await loadKeyring(container.config));
	const ids: string[] = [];
	for (const vectors of faces) {
		const { id: studentId } = await db
			.insertInto('users')
			.values({ role: 'student', name: `Student ${ids.length}` })
			.returning('id')
			.executeTakeFirstOrThrow();
		const { id: consentId } = await db
			.insertInto('consents')
			.values({
				student_id: studentId,
				decision: 'granted',
				text_version: '1',
				given_by: 'guardian',
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		const enrolmentId = randomUUID();
		await db
			.insertInto('enrolments')
			.values({
				id: enrolmentId,
				student_id: studentId,
				consent_id: consentId,
				confirmed_at: new Date(),
			})
			.execute();
		const captures = vectors.map((vector) => ({ vector, quality: 0.8, capturedAt: Date.now() }));
		const owner = { ...ENGINE, studentId, enrolmentId };
		await insertReferences(db, sealReferences(vault, owner, captures));
		ids.push(studentId);
	}
	return ids;
}
