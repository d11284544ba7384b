// Protects the rule "no consent, no vector": without consent nothing is stored, and a withdrawal
// leaves nothing behind, neither in the database nor in memory.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONSENT_TEXT_VERSION } from '../../src/lib/contract/enrolment';
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
	framesOf,
	makeTaughtClass,
	openSince,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;
let taught: TaughtClass;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker', 'Rui Costa'], {
		enrolled: 0,
	});
});
afterAll(() => application.stop());

const referencesOf = async (studentId: string) => {
	const rows = await application.database.db
		.selectFrom('face_references')
		.select('id')
		.where('student_id', '=', studentId)
		.execute();
	return rows.length;
};

describe('consent', () => {
	it('keeps who recorded which decision to which wording, and the latest one holds', async () => {
		const { consent } = application.container;
		const [, jo] = taught.students;
		const actor = taught.teacher.actor;
		expect(await consent.current(actor, jo!.id)).toBeNull();
		await consent.record(actor, { studentId: jo!.id, decision: 'granted', givenBy: 'student' });
		await consent.record(actor, { studentId: jo!.id, decision: 'refused', givenBy: 'guardian' });
		expect(await consent.current(actor, jo!.id)).toMatchObject({
			decision: 'refused',
			givenBy: 'guardian',
			textVersion: CONSENT_TEXT_VERSION,
		});
		const rows = await application.database.db
			.selectFrom('consents')
			.select(['decision', 'recorded_by'])
			.where('student_id', '=', jo!.id)
			.orderBy('sequence')
			.execute();
		expect(rows).toEqual([
			{ decision: 'granted', recorded_by: actor.id },
			{ decision: 'refused', recorded_by: actor.id },
		]);
	});

	it('refuses an enrolment without consent, after a refusal and after a withdrawal', async () => {
		const { consent, enrolment } = application.container;
		const actor = taught.teacher.actor;
		const rui = taught.students[2]!;
		const enrol = () => enrolment.submit(actor, enrolmentOf(rui.id, rui.person.captures(3)));
		await expect(enrol()).rejects.toMatchObject({ code: 'no-consent' });
		for (const decision of ['refused', 'withdrawn'] as const) {
			await consent.record(actor, { studentId: rui.id, decision, givenBy: 'student' });
			await expect(enrol()).rejects.toMatchObject({ code: 'no-consent' });
		}
		expect(await referencesOf(rui.id)).toBe(0);
	});

	it.each(['withdrawn', 'refused'] as const)(
		'deletes references when consent is %s, also from the gallery of an open roll call',
		async (decision) => {
			const { consent, recognition, rollCalls } = application.container;
			const actor = taught.teacher.actor;
			const amina = taught.students[0]!;
			await consentAndEnrol(application, actor, amina);
			expect(await referencesOf(amina.id)).toBe(3);
			const { id, startsAt } = await openSince(application, taught, 5);
			const frames = framesOf(
				id,
				decision === 'refused' ? 1 : 2,
				amina.person.captures(8),
				startsAt,
			);
			const lanes: string[] = [];
			for (const frame of frames.slice(0, 4)) {
				lanes.push((await recognition.observe(actor, frame))[0]!.lane);
			}
			expect(lanes.at(-1)).toBe('recognised');

			await consent.record(actor, { studentId: amina.id, decision, givenBy: 'guardian' });

			expect(await referencesOf(amina.id)).toBe(0);
			for (const frame of frames.slice(4)) {
				const [seen] = await recognition.observe(actor, frame);
				expect(seen).toMatchObject({ student: null });
				expect(seen!.lane).not.toBe('recognised');
			}
			expect((await rollCalls.roster(actor, id)).entries[0]).toMatchObject({ enrolled: false });
			await rollCalls.close(actor, id);
		},
	);

	it('leaves no reference when an enrolment and a withdrawal race', async () => {
		const { consent, enrolment } = application.container;
		const actor = taught.teacher.actor;
		const amina = taught.students[0]!;
		for (let round = 0; round < 5; round++) {
			await consent.record(actor, { studentId: amina.id, decision: 'granted', givenBy: 'student' });
			await Promise.allSettled([
				enrolment.submit(actor, enrolmentOf(amina.id, amina.person.captures(3))),
				consent.record(actor, { studentId: amina.id, decision: 'withdrawn', givenBy: 'student' }),
			]);
			expect(await referencesOf(amina.id)).toBe(0);
		}
	});

	it('is no business of other teachers or students', async () => {
		const { consent } = application.container;
		const stranger = await makeAccount(application, admin.actor, 'teacher');
		const student = await makeAccount(application, admin.actor, 'student');
		const request = {
			studentId: taught.students[0]!.id,
			decision: 'granted',
			givenBy: 'student',
		} as const;
		await expect(consent.record(stranger.actor, request)).rejects.toMatchObject({
			code: 'not-found',
		});
		await expect(consent.current(stranger.actor, request.studentId)).rejects.toMatchObject({
			code: 'not-found',
		});
		await expect(consent.record(student.actor, request)).rejects.toMatchObject({
			code: 'forbidden',
		});
		await expect(
			consent.record(admin.actor, { ...request, studentId: 'no-id' }),
		).rejects.toMatchObject({ code: 'not-found' });
		await expect(consent.record(admin.actor, request)).resolves.toMatchObject({
			decision: 'granted',
		});
	});
});

describe('a student’s own word', () => {
	const asStudent = ({ id, name }: { id: string; name: string }) =>
		({ id, name, role: 'student' }) as const;

	it('withdraws what a guardian gave, deletes the references, and leaves a receipt', async () => {
		const { consent } = application.container;
		const amina = taught.students[0]!;
		await consentAndEnrol(application, taught.teacher.actor, amina);
		expect(await referencesOf(amina.id)).toBe(3);
		const receipt = await consent.recordOwn(asStudent(amina), 'withdrawn');
		expect(await referencesOf(amina.id)).toBe(0);
		expect(await consent.own(asStudent(amina))).toEqual(receipt);
		expect(receipt).toMatchObject({ decision: 'withdrawn', givenBy: 'student' });
		expect(Math.abs(receipt.recordedAt - Date.now())).toBeLessThan(60_000);
	});

	it('may be a yes, but not against a guardian’s no', async () => {
		const { consent } = application.container;
		const rui = taught.students[2]!;
		const guardian = (decision: 'refused' | 'granted') =>
			consent.record(taught.teacher.actor, { studentId: rui.id, decision, givenBy: 'guardian' });
		await guardian('refused');
		await expect(consent.recordOwn(asStudent(rui), 'granted')).rejects.toMatchObject({
			code: 'conflict',
		});
		expect(await consent.own(asStudent(rui))).toMatchObject({ decision: 'refused' });
		await consent.recordOwn(asStudent(rui), 'refused');
		await expect(consent.recordOwn(asStudent(rui), 'granted')).rejects.toMatchObject({
			code: 'conflict',
		});
		await guardian('granted');
		await consent.recordOwn(asStudent(rui), 'refused');
		await expect(consent.recordOwn(asStudent(rui), 'granted')).resolves.toMatchObject({
			decision: 'granted',
			givenBy: 'student',
		});
	});

	it('is nobody else’s to say', async () => {
		const { consent } = application.container;
		await expect(consent.recordOwn(taught.teacher.actor, 'granted')).rejects.toMatchObject({
			code: 'forbidden',
		});
	});
});
