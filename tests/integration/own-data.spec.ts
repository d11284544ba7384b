// Protects a student's right to what is stored about them: the file has all of it, nothing of others,
// and no number that describes a face.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '../../src/lib/server/domain/access';
import { makeFirstAdmin, startApplication, type TestApplication } from '../helpers/application';
import { makeTaughtClass, markOf, openSince, type TaughtClass } from '../helpers/taught-class';

let application: TestApplication;
let taught: TaughtClass;
let amina: Actor;

beforeAll(async () => {
	application = await startApplication();
	const admin = await makeFirstAdmin(application);
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker']);
	const [student] = taught.students;
	amina = { id: student!.id, name: student!.name, role: 'student' };
});
afterAll(() => application.stop());

it('holds account, classes, marks with their changes, excuses, disputes, consents and phones', async () => {
	const { container, database } = application;
	const { id } = await openSince(application, taught, 5);
	const actor = taught.teacher.actor;
	await container.rollCalls.mark(actor, markOf(id, amina.id, { status: 'absent' }));
	await container.rollCalls.mark(actor, markOf(id, amina.id));
	await container.rollCalls.close(actor, id);
	await container.disputes.raise(amina, id, { text: 'I was early' });
	const day = '2035-01-08';
	const { classId } = taught;
	await container.excuses.ask(amina, { classId, firstDay: day, lastDay: day, reason: 'Dentist' });
	await database.db
		.insertInto('devices')
		.values({
			id: '7d444840-9dc0-4f1b-8c2a-0a1b2c3d4e5f',
			student_id: amina.id,
			name: 'iPhone, Safari',
			public_key: Buffer.alloc(91, 7),
			state: 'active',
			registered_at: new Date(),
		})
		.execute();
	const { id: deviceId } = await database.db
		.selectFrom('devices')
		.select('id')
		.where('student_id', '=', amina.id)
		.executeTakeFirstOrThrow();
	await database.db
		.insertInto('passkeys')
		.values({
			...{ device_id: deviceId, credential_id: Buffer.alloc(32, 7) },
			...{ public_key: Buffer.alloc(77, 7), sign_count: 0, state: 'active' },
			...{ rp_id: 'roll.school.example', registered_at: new Date() },
		})
		.execute();
	await container.devices.revoke(actor, { deviceId });

	await database.db
		.insertInto('risk_spells')
		.values({ class_id: classId, student_id: amina.id, since: new Date() })
		.execute();

	const data = await container.ownData.read(amina);

	expect(data).toMatchObject({
		account: { name: 'Amina Eze', role: 'student' },
		classes: [{ className: 'Biology 9B', until: null }],
		marks: [{ rollCallId: id, status: 'present', markedBy: 'Tess Teacher' }],
		markChanges: [
			{ from: null, to: 'absent' },
			{ from: 'absent', to: 'present' },
		],
		excuses: [{ reason: 'Dentist', firstDay: day, state: 'asked' }],
		disputes: [{ text: 'I was early', state: 'waiting' }],
		consents: [{ decision: 'granted', givenBy: 'guardian' }],
		devices: [{ name: 'iPhone, Safari', state: 'revoked', revokedBecause: 'revoked' }],
		passkeys: [{ address: 'roll.school.example', state: 'active' }],
		deviceChanges: [{ deviceName: 'iPhone, Safari', what: 'revoked', changedBy: 'Tess Teacher' }],
		enrolments: [{ performedBy: 'Tess Teacher' }],
		checkIns: [],
		notices: [],
		riskSpells: [{ className: 'Biology 9B' }],
	});
	expect(data.faceReferences).toHaveLength(3);
});

it('holds nothing of others, no vector and no secret', async () => {
	const text = JSON.stringify(await application.container.ownData.read(amina));
	expect(text).not.toContain('Jo Baker');
	expect(text).not.toMatch(/ciphertext|vector|password|publicKey|nonce/i);
});

it('is for students alone', async () => {
	await expect(application.container.ownData.read(taught.teacher.actor)).rejects.toMatchObject({
		code: 'forbidden',
	});
});
