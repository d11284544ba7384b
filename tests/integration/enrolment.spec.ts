// Protects what recognition rests on: an enrolment holds good, different captures of one person,
// sealed, in place of earlier ones, and counts once however often it is sent. Nobody is enrolled
// twice, and no face takes another's place, unless staff say so.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaceObjection } from '../../src/lib/contract/enrolment';
import { encodeVectors } from '../../src/lib/contract/sightings';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
} from '../helpers/application';
import type { TestApplication } from '../helpers/application';
import {
	consentAndEnrol,
	enrolmentOf,
	makeTaughtClass,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';
import { createLookalike, createPerson, type Person } from '../helpers/vectors';

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

describe('the same face under another student', () => {
	const enrol = (who: Student, person: Person, confirmed: FaceObjection[] = []) =>
		application.container.enrolment.submit(
			admin.actor,
			enrolmentOf(who.id, person.captures(3), { confirmed }),
		);
	const consented = async (names: readonly string[], seed: number) => {
		const world = await makeTaughtClass(application, admin, names, { enrolled: 0, seed });
		for (const { id: studentId } of world.students) {
			await application.container.consent.record(admin.actor, {
				studentId,
				decision: 'granted',
				givenBy: 'guardian',
			});
		}
		return { ...world, people: world.students };
	};

	it('is refused school-wide with the other’s name and class, and nothing is stored', async () => {
		const {
			people: [rui, other],
		} = await consented(['Rui Costa', 'R. Costa'], 11);
		await enrol(rui!, rui!.person);
		await expect(enrol(other!, rui!.person)).rejects.toMatchObject({
			code: 'same-face',
			message: 'This face is already enrolled as Rui Costa (Biology 9B).',
		});
		expect(await rowsOf(other!.id)).toEqual([]);
		await expect(enrol(other!, other!.person)).resolves.toMatchObject({ references: 3 });
	});

	it('may be enrolled when staff say that they are two, and is not asked again, either way', async () => {
		const {
			people: [one, twin],
			teacher,
			classId,
		} = await consented(['One Twin', 'Other Twin'], 12);
		const face = createLookalike(one!.person, one!.person);
		await enrol(one!, one!.person);
		await expect(enrol(twin!, face)).rejects.toMatchObject({ code: 'same-face' });
		await expect(enrol(twin!, face, ['other-face'])).rejects.toMatchObject({ code: 'same-face' });
		await expect(enrol(twin!, face, ['same-face'])).resolves.toMatchObject({ references: 3 });
		const stored = await application.database.db
			.selectFrom('enrolments')
			.select('distinct_from')
			.where('student_id', '=', twin!.id)
			.execute();
		expect(stored).toEqual([{ distinct_from: [one!.id] }]);
		await expect(enrol(twin!, face)).resolves.toMatchObject({ references: 3 });
		await expect(enrol(one!, one!.person)).resolves.toMatchObject({ references: 3 });
		// The class page tells that the camera will ask, to those who teach the class.
		const { confusable } = application.container;
		expect(await confusable.pairsOf(teacher.actor, classId)).toEqual([[one!.id, twin!.id].sort()]);
		await expect(confusable.pairsOf(taught.teacher.actor, classId)).rejects.toMatchObject({
			code: 'not-found',
		});
	});

	it('is free again at once when the other one’s consent is withdrawn', async () => {
		const {
			people: [linh, again],
		} = await consented(['Linh Dang', 'Linh D.'], 13);
		await enrol(linh!, linh!.person);
		await expect(enrol(again!, linh!.person)).rejects.toMatchObject({ code: 'same-face' });
		await application.container.consent.record(admin.actor, {
			studentId: linh!.id,
			decision: 'withdrawn',
			givenBy: 'student',
		});
		await expect(enrol(again!, linh!.person)).resolves.toMatchObject({ references: 3 });
	});

	it('follows an enrolment that took an earlier one’s place', async () => {
		const {
			people: [tolu, yusuf],
		} = await consented(['Tolu Adeyemi', 'Yusuf Farah'], 14);
		const earlier = createPerson(1400);
		await enrol(tolu!, earlier);
		await enrol(tolu!, tolu!.person, ['other-face']);
		await expect(enrol(yusuf!, tolu!.person)).rejects.toMatchObject({ code: 'same-face' });
		await expect(enrol(yusuf!, earlier)).resolves.toMatchObject({ references: 3 });
	});

	it('names nobody to those who may not enrol the student, or without consent', async () => {
		const {
			people: [zoe],
		} = await consented(['Zoë Ó Súilleabháin'], 15);
		const { students, teacher } = await makeTaughtClass(application, admin, ['No Consent'], {
			enrolled: 0,
			seed: 16,
		});
		await enrol(zoe!, zoe!.person);
		const sent = (studentId: string) => enrolmentOf(studentId, zoe!.person.captures(3));
		const { enrolment } = application.container;
		await expect(enrolment.submit(teacher.actor, sent(students[0]!.id))).rejects.toMatchObject({
			code: 'no-consent',
		});
		const other = taught.students[1]!;
		await expect(enrolment.submit(teacher.actor, sent(other.id))).rejects.toMatchObject({
			code: 'not-found',
		});
	});
});

describe('another face than before', () => {
	it('is refused with the name and the day, keeps what was there, and replaces it when staff say so', async () => {
		const world = await makeTaughtClass(application, admin, ['Rosa Lind'], { seed: 21 });
		const [rosa] = world.students;
		const right = createPerson(2100);
		const enrol = (confirmed: FaceObjection[]) =>
			application.container.enrolment.submit(
				world.teacher.actor,
				enrolmentOf(rosa!.id, right.captures(3), { confirmed }),
			);
		const before = await rowsOf(rosa!.id);
		await application.container.school.update(admin.actor, {
			name: 'School',
			timeZone: 'Pacific/Kiritimati',
		});
		await application.database.db
			.updateTable('enrolments')
			.set({ performed_at: new Date('2026-05-02T20:00:00Z') })
			.where('student_id', '=', rosa!.id)
			.execute();
		await expect(enrol([])).rejects.toMatchObject({
			code: 'other-face',
			message: 'This does not look like the face that was enrolled as Rosa Lind on 3 May 2026.',
		});
		expect(await rowsOf(rosa!.id)).toEqual(before);

		await expect(enrol(['other-face'])).resolves.toMatchObject({ references: 3 });
		const flags = await application.database.db
			.selectFrom('enrolments')
			.select('replaced_other_face as replaced')
			.where('student_id', '=', rosa!.id)
			.orderBy('performed_at')
			.execute();
		expect(flags).toEqual([{ replaced: false }, { replaced: true }]);
		await expect(enrol([])).resolves.toMatchObject({ references: 3 });
	});

	it('is no matter where only an older engine’s references are', async () => {
		const world = await makeTaughtClass(application, admin, ['Old Engine'], { seed: 22 });
		const [student] = world.students;
		await application.database.db
			.updateTable('face_references')
			.set({ pipeline_version: 'older' })
			.where('student_id', '=', student!.id)
			.execute();
		await consentAndEnrol(application, world.teacher.actor, {
			...student!,
			person: createPerson(2200),
		});
		expect(await rowsOf(student!.id)).toHaveLength(3);
	});
});

function twice(vector: Float32Array): Float32Array[] {
	return [vector, vector.slice()];
}
