// Protects what the camera learns from a teacher's answers: a face joins the references of whom the
// teacher named, once, while the answer and the consent stand, and goes when the answer is taken back.
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_REFERENCES } from '../../src/lib/contract/enrolment';
import {
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import {
	consentAndEnrol,
	ENGINE,
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
let rollCallId: string;
let seed = 60;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());
beforeEach(async () => {
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker'], { seed: seed++ });
	amina = taught.students[0]!;
	({ id: rollCallId } = await application.container.rollCalls.open(
		taught.teacher.actor,
		taught.classId,
	));
});

/** A doubt about these students; a confirmed one was confirmed as the first of them. */
async function doubtAbout(studentIds: readonly string[], state = 'confirmed'): Promise<string> {
	const id = randomUUID();
	await sql`
		insert into doubts
			(id, roll_call_id, camera_id, track_id, reason, candidate_ids, seen_at, state, version)
		values (${id}, ${rollCallId}, ${randomUUID()}, 1, 'weak-match', ${[...studentIds]}::uuid[],
			now(), ${state}, 1)
	`.execute(application.database.db);
	if (state === 'confirmed') {
		await sql`
			insert into doubt_answers (id, doubt_id, answer, student_id)
			values (${randomUUID()}, ${id}, 'confirmed', ${studentIds[0]}::uuid)
		`.execute(application.database.db);
	}
	return id;
}

async function learn(changes: { doubtId?: string; vector?: Float32Array; quality?: number } = {}) {
	return application.container.learning.learn({
		studentId: amina.id,
		doubtId: changes.doubtId ?? (await doubtAbout([amina.id])),
		vector: amina.person.capture(),
		quality: 0.8,
		capturedAt: Date.now(),
		engine: ENGINE,
		...changes,
	});
}

const rowsOf = (studentId: string) =>
	application.database.db
		.selectFrom('face_references')
		.selectAll()
		.where('student_id', '=', studentId)
		.orderBy('captured_at')
		.execute();

describe('learn', () => {
	it('seals the face with the doubt that brought it, in the newest enrolment', async () => {
		const doubtId = await doubtAbout([amina.id]);
		expect(await learn({ doubtId })).toBe(true);
		const rows = await rowsOf(amina.id);
		expect(rows).toHaveLength(4);
		expect(rows.filter(({ doubt_id }) => doubt_id === doubtId)).toHaveLength(1);
		expect(new Set(rows.map(({ enrolment_id }) => enrolment_id)).size).toBe(1);
	});

	it.each([
		['the doubt waits', () => doubtAbout([amina.id], 'waiting')],
		['the doubt was rejected', () => doubtAbout([amina.id], 'rejected')],
		['the doubt named others', () => doubtAbout([taught.students[1]!.id])],
		['there is no such doubt', () => Promise.resolve(randomUUID())],
	])('learns nothing while %s', async (_, doubt) => {
		expect(await learn({ doubtId: await doubt() })).toBe(false);
		expect(await rowsOf(amina.id)).toHaveLength(3);
	});

	it('learns nothing of another engine, of somebody who looks different, or of a poor view', async () => {
		expect(await learn({ vector: createPerson(seed * 5000).capture() })).toBe(false);
		expect(await learn({ quality: 0.3 })).toBe(false);
		await application.database.db
			.updateTable('face_references')
			.set({ pipeline_version: 'older' })
			.where('student_id', '=', amina.id)
			.execute();
		expect(await learn()).toBe(false);
		expect(await rowsOf(amina.id)).toHaveLength(3);
	});

	it('learns a doubt once, also when it is told twice at the same time', async () => {
		const doubtId = await doubtAbout([amina.id]);
		const answers = await Promise.all([learn({ doubtId }), learn({ doubtId })]);
		expect(answers.sort()).toEqual([false, true]);
		expect(await rowsOf(amina.id)).toHaveLength(4);
	});

	it('stays bounded, and keeps every capture of the enrolment', async () => {
		const enrolled = (await rowsOf(amina.id)).map(({ id }) => id);
		for (let i = 0; i < 8; i++) await learn({ quality: 0.5 + i / 20 });
		const rows = await rowsOf(amina.id);
		expect(rows).toHaveLength(MAX_REFERENCES);
		expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(enrolled));
	});

	it('learns nothing of somebody who withdrew, not even in a race', async () => {
		const decide = (decision: 'withdrawn' | 'granted') =>
			application.container.consent.record(taught.teacher.actor, {
				studentId: amina.id,
				decision,
				givenBy: 'guardian',
			});
		for (let round = 0; round < 5; round++) {
			await Promise.all([learn(), decide('withdrawn')]);
			expect(await rowsOf(amina.id)).toEqual([]);
			await consentAndEnrol(application, taught.teacher.actor, amina);
		}
		await decide('withdrawn');
		await decide('granted');
		expect(await learn()).toBe(false);
	});

	it('goes with everything else when the student is enrolled again', async () => {
		expect(await learn()).toBe(true);
		await application.container.enrolment.submit(
			taught.teacher.actor,
			enrolmentOf(amina.id, amina.person.captures(4)),
		);
		const rows = await rowsOf(amina.id);
		expect(rows).toHaveLength(4);
		expect(rows.filter(({ doubt_id }) => doubt_id !== null)).toEqual([]);
	});
});

describe('unlearn', () => {
	it('takes away what the answer brought, and nothing else', async () => {
		const doubtId = await doubtAbout([amina.id]);
		await learn();
		await learn({ doubtId });
		const { db } = application.database;
		await db.transaction().execute((trx) => application.container.learning.unlearn(trx, doubtId));
		const rows = await rowsOf(amina.id);
		expect(rows).toHaveLength(4);
		expect(rows.filter(({ doubt_id }) => doubt_id === doubtId)).toEqual([]);
	});

	it('tells whoever holds the references, and nobody where there was nothing', async () => {
		const heard: string[] = [];
		const subscription = await application.database.sql.listen('gallery_changed', (payload) =>
			heard.push(payload),
		);
		const doubtId = await doubtAbout([amina.id]);
		await learn({ doubtId });
		const unlearn = () =>
			application.database.db
				.transaction()
				.execute((trx) => application.container.learning.unlearn(trx, doubtId));
		await unlearn();
		await unlearn();
		await application.database.sql`select pg_notify('gallery_changed', 'the end')`;
		await expect.poll(() => heard).toContain('the end');
		const notice = JSON.stringify({ studentId: amina.id });
		expect(heard).toEqual([notice, notice, 'the end']);
		await subscription.unlisten();
	});
});
