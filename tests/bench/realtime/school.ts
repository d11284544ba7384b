import { randomBytes, randomUUID } from 'node:crypto';
import { createSessions } from '../../../src/lib/server/auth/sessions';
import type { Vault } from '../../../src/lib/server/crypto/vault';
import * as classes from '../../../src/lib/server/db/classes.repository';
import type { DatabaseClient } from '../../../src/lib/server/db/client';
import type { Db } from '../../../src/lib/server/db/executor';
import * as members from '../../../src/lib/server/db/members.repository';
import * as references from '../../../src/lib/server/db/references.repository';
import type { EngineId } from '../../../src/lib/server/db/references.repository';
import * as rollCalls from '../../../src/lib/server/db/roll-calls.repository';
import * as users from '../../../src/lib/server/db/users.repository';
import { sealReferences } from '../../../src/lib/server/services/references';
import { createPerson } from '../../helpers/vectors';
import type { OpenRollCall } from './scenario';

export interface School {
	database: DatabaseClient;
	vault: Vault;
	engine: EngineId;
}

export interface BenchClass {
	classId: string;
	teacherId: string;
	/** Of the teacher, as the cookie holds it. */
	session: string;
}

/** The same people stand before every camera: what they look like costs seconds to make up. */
const faces = new Map<number, Float32Array[]>();

/** The face of the member at a place in every class. */
export function facesOf(place: number, count: number): Float32Array[] {
	const known = faces.get(place) ?? createPerson(place).captures(count);
	faces.set(place, known);
	return known.slice(0, count);
}

/**
 * A class whose members all consented and are enrolled, written past the services: they check each
 * student on their own, which takes minutes for a hundred classes.
 */
export async function makeClass(
	school: School,
	size: { members: number; references: number },
): Promise<BenchClass> {
	const { db, sql } = school.database;
	const teacherId = await users.insertAccount(db, {
		role: 'teacher',
		name: 'Tess Teacher',
		signInName: randomUUID(),
		passwordHash: 'none',
	});
	const classId = await classes.insertClass(db, 'Bench');
	await classes.insertTeacher(db, classId, teacherId);
	const names = Array.from({ length: size.members }, (_, i) => `Student Number ${i + 1}`);
	const studentIds = await members.insertStudents(db, names);
	await members.insertMembers(db, classId, studentIds);
	await enrolAll(school, teacherId, studentIds, size.references);
	const { token } = await createSessions(sql).create(teacherId);
	return { classId, teacherId, session: token };
}

async function enrolAll(
	{ database: { db }, vault, engine }: School,
	teacherId: string,
	studentIds: readonly string[],
	count: number,
): Promise<void> {
	const consents = await db
		.insertInto('consents')
		.values(
			studentIds.map((student_id) => ({
				student_id,
				decision: 'granted' as const,
				text_version: 'bench',
				given_by: 'guardian' as const,
				recorded_by: teacherId,
			})),
		)
		.returning(['id', 'student_id'])
		.execute();
	const enrolments = consents.map(({ id, student_id }) => ({
		id: randomUUID(),
		student_id,
		consent_id: id,
		performed_by: teacherId,
		confirmed_at: new Date(),
	}));
	await db.insertInto('enrolments').values(enrolments).execute();
	const rows = enrolments.flatMap(({ id, student_id }) => {
		const owner = { ...engine, studentId: student_id, enrolmentId: id };
		const vectors = facesOf(studentIds.indexOf(student_id), count);
		return sealReferences(
			vault,
			owner,
			vectors.map((vector) => ({ vector, quality: 0.8, capturedAt: Date.now() })),
		);
	});
	await references.insertReferences(db, rows);
}

/** Opens a roll call of the class, and closes the one before. */
export async function openRollCall(
	db: Db,
	{ classId, teacherId, session }: BenchClass,
): Promise<OpenRollCall> {
	const opened = await rollCalls.insertOpenRollCall(db, {
		classId,
		lateAfterMinutes: 10,
		openedAt: new Date(),
		openedBy: teacherId,
		displayToken: randomBytes(24).toString('base64url'),
	});
	if (opened === undefined) throw new Error('the roll call of the last step is still open');
	return { id: opened.id, session };
}
