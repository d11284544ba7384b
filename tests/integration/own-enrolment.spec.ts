// Protects what a face is worth that a student enrolled alone: it marks nobody, by camera or by phone,
// before staff have said whose it is; it takes no confirmed face's place; and what staff take back is
// unconfirmed again.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DoubtView } from '../../src/lib/contract/roster';
import {
	makeFirstAdmin,
	makeStudentAccount,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import {
	batchOf,
	consentAndEnrol,
	enrolmentOf,
	FRAME_MS,
	makeTaughtClass,
	openSince,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';
import { createPerson, type Person } from '../helpers/vectors';

let application: TestApplication;
let admin: Account;
let taught: TaughtClass;
let amina: Student;
let phone: Account;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());
beforeEach(async () => {
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker'], { enrolled: 0 });
	amina = taught.students[0]!;
	phone = await makeStudentAccount(application, admin.actor, amina);
	await application.container.consent.recordOwn(phone.actor, 'granted');
});

const own = () => application.container.ownEnrolment;
const enrolSelf = (person: Person = amina.person, id: string = randomUUID()) =>
	own().submit(phone.actor, enrolmentOf(amina.id, person.captures(3), { id }));
const waiting = () => own().waiting(taught.teacher.actor, amina.id);

/** As the page does: of the face that it shows. */
async function confirm(isDistinct = false): Promise<void> {
	const { enrolmentId = randomUUID() } = (await waiting()) ?? {};
	await own().confirm(taught.teacher.actor, { studentId: amina.id, enrolmentId, isDistinct });
}

async function stateOf(student: Student) {
	const { members } = await application.container.classes.detail(
		taught.teacher.actor,
		taught.classId,
	);
	return members.find(({ studentId }) => studentId === student.id)?.enrolment;
}

/** Shows the tablet somebody for as long as it takes to decide or to ask. */
async function walkIn(rollCallId: string, person: Person) {
	const cameraId = randomUUID();
	const from = Date.now() - 10 * FRAME_MS;
	for (let i = 0; i < 10; i++) {
		await application.container.recognition.observe(
			taught.teacher.actor,
			batchOf(rollCallId, [{ trackId: 1, vector: person.capture() }], {
				cameraId,
				capturedAt: from + i * FRAME_MS,
			}),
		);
	}
	return application.container.rollCalls.roster(taught.teacher.actor, rollCallId);
}

async function openRollCall(): Promise<string> {
	const { id } = await openSince(application, taught, 5);
	return id;
}

const answer = (rollCallId: string, doubt: DoubtView, studentId: string | null) =>
	application.container.rollCalls.answerDoubt(taught.teacher.actor, {
		id: randomUUID(),
		rollCallId,
		doubtId: doubt.id,
		candidateIds: doubt.candidates.map((one) => one.studentId),
		studentId,
	});

describe('a face that a student enrolled alone', () => {
	it('waits to be confirmed, and counts once however often it is sent', async () => {
		const id = randomUUID();
		expect(await enrolSelf(amina.person, id)).toEqual({ references: 3 });
		expect(await enrolSelf(amina.person, id)).toEqual({ references: 3 });
		expect(await stateOf(amina)).toBe('unconfirmed');
		expect(await own().own(phone.actor)).toMatchObject({ state: 'unconfirmed' });
	});

	it('needs their consent', async () => {
		await application.container.consent.recordOwn(phone.actor, 'withdrawn');
		await expect(enrolSelf()).rejects.toMatchObject({ code: 'no-consent' });
	});

	it('is asked about, however clear it is, and never marked by the camera', async () => {
		await enrolSelf();
		const { entries, doubts } = await walkIn(await openRollCall(), amina.person);
		expect(entries.filter(({ status }) => status !== null)).toEqual([]);
		expect(doubts).toMatchObject([
			{ reason: 'unconfirmed', candidates: [{ studentId: amina.id }] },
		]);
	});

	it('is confirmed by the teacher’s yes, and recognised from then on', async () => {
		await enrolSelf();
		const rollCallId = await openRollCall();
		const { doubts } = await walkIn(rollCallId, amina.person);
		await answer(rollCallId, doubts[0]!, amina.id);
		expect(await stateOf(amina)).toBe('enrolled');
		await application.container.rollCalls.close(taught.teacher.actor, rollCallId);
		const next = await walkIn(await openRollCall(), amina.person);
		expect(next.doubts).toEqual([]);
		expect(next.entries.find(({ studentId }) => studentId === amina.id)).toMatchObject({
			status: 'present',
			method: 'camera',
		});
	});

	it('is unconfirmed again when the yes is taken back, or the student was not there', async () => {
		await enrolSelf();
		const rollCallId = await openRollCall();
		const { doubts } = await walkIn(rollCallId, amina.person);
		await answer(rollCallId, doubts[0]!, amina.id);
		await application.container.rollCalls.reopenDoubt(taught.teacher.actor, {
			...{ id: randomUUID(), rollCallId, doubtId: doubts[0]!.id },
		});
		expect(await stateOf(amina)).toBe('unconfirmed');
		await answer(rollCallId, doubts[0]!, amina.id);
		expect(await stateOf(amina)).toBe('enrolled');
		await application.container.rollCalls.mark(taught.teacher.actor, {
			...{ id: randomUUID(), rollCallId, studentId: amina.id },
			...{ status: 'absent', markedAt: Date.now() },
		});
		expect(await stateOf(amina)).toBe('unconfirmed');
	});

	it('stays unconfirmed after a no', async () => {
		await enrolSelf();
		const rollCallId = await openRollCall();
		const { doubts } = await walkIn(rollCallId, amina.person);
		await answer(rollCallId, doubts[0]!, null);
		expect(await stateOf(amina)).toBe('unconfirmed');
	});

	it('can be captured anew until it is confirmed, and not after', async () => {
		await enrolSelf();
		await enrolSelf();
		await confirm();
		expect(await stateOf(amina)).toBe('enrolled');
		expect(await waiting()).toBeNull();
		await expect(enrolSelf()).rejects.toMatchObject({ code: 'conflict' });
		expect(await own().own(phone.actor)).toMatchObject({ state: 'enrolled' });
	});

	it('takes no place of a face that staff captured', async () => {
		await consentAndEnrol(application, taught.teacher.actor, amina);
		await expect(enrolSelf()).rejects.toMatchObject({ code: 'conflict' });
	});
});

describe('another face, captured after staff looked', () => {
	const friend = createPerson(777_777);

	it('is not what they confirm from the class', async () => {
		await enrolSelf();
		const { enrolmentId } = (await waiting())!;
		await enrolSelf(friend);
		const confirmation = { studentId: amina.id, enrolmentId, isDistinct: false };
		await expect(own().confirm(taught.teacher.actor, confirmation)).rejects.toMatchObject({
			code: 'conflict',
		});
		expect(await stateOf(amina)).toBe('unconfirmed');
	});

	it('is not what a yes to the camera’s question is about', async () => {
		await enrolSelf();
		const rollCallId = await openRollCall();
		const { doubts } = await walkIn(rollCallId, amina.person);
		await enrolSelf(friend);
		await answer(rollCallId, doubts[0]!, amina.id);
		expect(await stateOf(amina)).toBe('unconfirmed');
	});

	it('is taken ten times an hour, and what is there stays', async () => {
		for (let i = 0; i < 10; i++) await enrolSelf();
		const before = await waiting();
		await expect(enrolSelf(friend)).rejects.toMatchObject({ code: 'conflict' });
		expect(await waiting()).toEqual(before);
	});
});

describe('a face that is another student’s already', () => {
	const jo = () => taught.students[1]!;
	beforeEach(async () => {
		await consentAndEnrol(application, taught.teacher.actor, jo());
		await enrolSelf(jo().person);
	});

	it('is told to staff, and not to the phone', async () => {
		expect((await waiting())?.objection).toContain('Jo Baker');
		await expect(confirm()).rejects.toMatchObject({ code: 'same-face' });
		expect(await stateOf(amina)).toBe('unconfirmed');
	});

	it('is confirmed where staff say that they are two people', async () => {
		await confirm(true);
		expect(await stateOf(amina)).toBe('enrolled');
		expect(await waiting()).toBeNull();
	});
});

it('is confirmed by nobody who does not teach the student', async () => {
	await enrolSelf();
	const { enrolmentId } = (await waiting())!;
	const confirmation = { studentId: amina.id, enrolmentId, isDistinct: false };
	const other = await makeTaughtClass(application, admin, ['Ada Obi'], { enrolled: 0 });
	await expect(own().waiting(other.teacher.actor, amina.id)).rejects.toMatchObject({
		code: 'not-found',
	});
	await expect(own().confirm(other.teacher.actor, confirmation)).rejects.toMatchObject({
		code: 'not-found',
	});
	await expect(own().confirm(phone.actor, confirmation)).rejects.toMatchObject({
		code: 'forbidden',
	});
});
