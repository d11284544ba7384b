// Protects what recognition rests on: an enrolment holds good, different captures of one person,
// sealed, in place of earlier ones, and counts once however often it is sent.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeVectors } from '../../src/lib/contract/sightings';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
} from '../helpers/application';
import type { TestApplication } from '../helpers/application';
import {
	enrolmentOf,
	makeTaughtClass,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';
import { createPerson } from '../helpers/vectors';

let application: TestApplication;
let admin: Account;
let taught: TaughtClass;
let amina: Student;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker']);
	amina = taught.students[0]!;
});
afterAll(() => application.stop());

const rowsOf = (studentId: string) =>
	application.database.db
		.selectFrom('face_references')
		.selectAll()
		.where('student_id', '=', studentId)
		.execute();
const submit = (changes: Parameters<typeof enrolmentOf>[2], vectors = amina.person.captures(3)) =>
	application.container.enrolment.submit(
		taught.teacher.actor,
		enrolmentOf(amina.id, vectors, changes),
	);

it('stores sealed references only: no vector can be read from the table', async () => {
	const vectors = amina.person.captures(3);
	await submit({}, vectors);
	const rows = await rowsOf(amina.id);
	expect(rows).toHaveLength(3);
	for (const row of rows) {
		const stored = Buffer.concat([row.ciphertext, row.nonce]);
		for (const vector of vectors) {
			const plain = Buffer.from(encodeVectors([vector]));
			expect(stored.includes(plain.subarray(0, 8))).toBe(false);
		}
	}
});

it('takes the place of the earlier enrolment', async () => {
	const before = (await rowsOf(amina.id)).map(({ id }) => id);
	expect(await submit({}, amina.person.captures(5))).toEqual({
		studentId: amina.id,
		references: 5,
	});
	const after = (await rowsOf(amina.id)).map(({ id }) => id);
	expect(after).toHaveLength(5);
	expect(after.filter((id) => before.includes(id))).toEqual([]);
});

it('counts once when it is sent again, also at the same time', async () => {
	const enrolment = enrolmentOf(amina.id, amina.person.captures(4));
	const send = () => application.container.enrolment.submit(taught.teacher.actor, enrolment);
	const answers = await Promise.all([send(), send(), send()]);
	const rows = await rowsOf(amina.id);
	expect(rows).toHaveLength(4);
	expect(answers).toEqual(
		Array.from({ length: 3 }, () => ({ studentId: amina.id, references: 4 })),
	);
	await expect(
		application.container.enrolment.submit(taught.teacher.actor, {
			...enrolment,
			studentId: taught.students[1]!.id,
		}),
	).rejects.toMatchObject({ code: 'conflict' });
});

it.each([
	['copies of one frame', () => [...amina.person.captures(2), ...twice(amina.person.capture())]],
	['two people', () => [...amina.person.captures(2), createPerson(99).capture()]],
])('refuses %s, and keeps what was there', async (_, vectors) => {
	const before = await rowsOf(amina.id);
	await expect(submit({}, vectors())).rejects.toMatchObject({ code: 'invalid' });
	expect(await rowsOf(amina.id)).toEqual(before);
});

it('refuses captures that are too poor, and leaves out one that is', async () => {
	const quality = (...qualities: number[]) =>
		qualities.map((value) => ({ quality: value, capturedAt: Date.now() }));
	await expect(submit({ captures: quality(0.8, 0.8, 0.1) })).rejects.toMatchObject({
		code: 'invalid',
	});
	const four = amina.person.captures(4);
	expect(await submit({ captures: quality(0.8, 0.1, 0.8, 0.8) }, four)).toMatchObject({
		references: 3,
	});
});

it('refuses bytes that are no unit vectors: a picture has no way in', async () => {
	const picture = new Uint8Array(3 * 2048).fill(0xff);
	await expect(submit({ vectors: picture })).rejects.toMatchObject({ code: 'invalid' });
});

it('refuses another engine', async () => {
	await expect(submit({ modelId: 'another-model' })).rejects.toMatchObject({ code: 'outdated' });
	await expect(submit({ pipelineVersion: '0' })).rejects.toMatchObject({ code: 'outdated' });
});

it('is for staff who teach the student', async () => {
	const stranger = await makeAccount(application, admin.actor, 'teacher');
	const student = await makeAccount(application, admin.actor, 'student');
	const { enrolment } = application.container;
	const sent = enrolmentOf(amina.id, amina.person.captures(3));
	await expect(enrolment.submit(stranger.actor, sent)).rejects.toMatchObject({ code: 'not-found' });
	await expect(enrolment.submit(student.actor, sent)).rejects.toMatchObject({ code: 'forbidden' });
	await expect(
		enrolment.submit(taught.teacher.actor, { ...sent, studentId: randomUUID() }),
	).rejects.toMatchObject({ code: 'not-found' });
	await expect(enrolment.submit(admin.actor, sent)).resolves.toMatchObject({ references: 3 });
});

function twice(vector: Float32Array): Float32Array[] {
	return [vector, vector.slice()];
}
