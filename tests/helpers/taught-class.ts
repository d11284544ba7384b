import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Enrolment } from '../../src/lib/contract/enrolment';
import type { MarkRequest } from '../../src/lib/contract/events';
import { PIPELINE_VERSION } from '../../src/lib/contract/models';
import { encodeVectors, type SightingBatch } from '../../src/lib/contract/sightings';
import type { Actor } from '../../src/lib/server/domain/access';
import { makeAccount, TEST_MODELS, type Account, type TestApplication } from './application';
import { createPerson, type Person } from './vectors';

/** What made the vectors of these tests. */
export const ENGINE = { modelId: TEST_MODELS.embedder.id, pipelineVersion: PIPELINE_VERSION };

export interface Student {
	readonly id: string;
	readonly name: string;
	/** Their face. */
	readonly person: Person;
}

export interface TaughtClass {
	readonly admin: Account;
	readonly teacher: Account;
	readonly classId: string;
	/** In the order of the names given. */
	readonly students: readonly Student[];
}

/** A class of a new teacher, its students consented and enrolled. */
export async function makeTaughtClass(
	application: TestApplication,
	admin: Account,
	names: readonly string[],
	{ enrolled = names.length, seed = 1 } = {},
): Promise<TaughtClass> {
	const { container } = application;
	const teacher = await makeAccount(application, admin.actor, 'teacher', 'Tess Teacher');
	const { id: classId } = await container.classes.create(teacher.actor, 'Biology 9B');
	await container.classes.addMembers(
		teacher.actor,
		classId,
		names.map((name) => ({ name, studentNumber: null })),
	);
	const { members } = await container.classes.detail(teacher.actor, classId);
	const students = names.map((name, i) => {
		const member = members.find((one) => one.name === name);
		if (member === undefined) throw new Error(`${name} is no member`);
		return { id: member.studentId, name, person: createPerson(seed * 1000 + i) };
	});
	for (const student of students.slice(0, enrolled)) {
		await consentAndEnrol(application, teacher.actor, student);
	}
	return { admin, teacher, classId, students };
}

export async function consentAndEnrol(
	{ container }: TestApplication,
	actor: Actor,
	student: Student,
): Promise<void> {
	await container.consent.record(actor, {
		studentId: student.id,
		decision: 'granted',
		givenBy: 'guardian',
	});
	await container.enrolment.submit(actor, enrolmentOf(student.id, student.person.captures(3)));
}

/**
 * Opens a roll call of the class that began some time ago: frames carry their own time, which lies
 * between the opening and now.
 */
export async function openSince(
	{ container, database }: TestApplication,
	{ teacher, classId }: Pick<TaughtClass, 'teacher' | 'classId'>,
	minutes: number,
): Promise<{ id: string; startsAt: number }> {
	const { id } = await container.rollCalls.open(teacher.actor, classId);
	const startsAt = Date.now() - minutes * 60_000;
	const then = new Date(startsAt);
	// Shortly after midnight it began yesterday, and whoever joined today was no member yet.
	await database.db
		.updateTable('members')
		.set({ valid_from: sql<string>`valid_from - 1` })
		.where('class_id', '=', classId)
		.execute();
	await database.db
		.updateTable('roll_calls')
		.set({ starts_at: then, opened_at: then })
		.where('id', '=', id)
		.execute();
	return { id, startsAt };
}

/** What a guided capture sends. */
export function enrolmentOf(
	studentId: string,
	vectors: readonly Float32Array[],
	changes: Partial<Enrolment> = {},
): Enrolment {
	return {
		id: randomUUID(),
		studentId,
		...ENGINE,
		captures: vectors.map((_, i) => ({ quality: 0.8, capturedAt: Date.now() + i })),
		vectors: encodeVectors(vectors),
		...changes,
	};
}

/** One frame: each face with the track that shows it. */
export function batchOf(
	rollCallId: string,
	faces: readonly { trackId: number; vector: Float32Array }[],
	changes: Partial<SightingBatch> = {},
): SightingBatch {
	return {
		id: randomUUID(),
		rollCallId,
		cameraId: '5f0c1a52-5a5f-4a0e-9a34-6b8f4f1f7c11',
		capturedAt: Date.now(),
		...ENGINE,
		sightings: faces.map(({ trackId }) => ({ trackId, quality: 0.8 })),
		vectors: encodeVectors(faces.map(({ vector }) => vector)),
		...changes,
	};
}

/** Between two frames in which a camera embeds the same face; three of them span a decision. */
export const FRAME_MS = 300;

/** Frames of one face, {@link FRAME_MS} apart. @param start ms since 1970 */
export function framesOf(
	rollCallId: string,
	trackId: number,
	vectors: readonly Float32Array[],
	start: number,
	changes: Partial<SightingBatch> = {},
): SightingBatch[] {
	return vectors.map((vector, i) =>
		batchOf(rollCallId, [{ trackId, vector }], { capturedAt: start + i * FRAME_MS, ...changes }),
	);
}

/** A tap of a teacher. */
export function markOf(
	rollCallId: string,
	studentId: string,
	changes: Partial<MarkRequest> = {},
): MarkRequest {
	return {
		id: randomUUID(),
		rollCallId,
		studentId,
		status: 'present',
		markedAt: Date.now(),
		...changes,
	};
}
