// Protects the passkey of a class that asks for one: it is made on the student's own phone, counts
// there alone, signs this check-in and no other, and only after the phone looked at who holds it; and
// that phones are taken out of use by their student and by staff, with an audit that only grows. Real
// sockets, a real database, real keys and signatures; only the clock is set.
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
	CheckInAnswer,
	CheckInBegun,
	CheckInRefusal,
	SubmitCheckIn,
} from '../../src/lib/contract/check-in';
import type { CheckInSignature } from '../../src/lib/contract/terms';
import { PASSKEY_CHALLENGE_LIFETIME_MS } from '../../src/lib/server/domain/passkeys';
import {
	makeAccount,
	makeFirstAdmin,
	makeStudentAccount,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { Phone, type Doing } from '../helpers/phone';
import { startRealtime, type TestRealtime } from '../helpers/sockets';
import {
	makeTaughtClass,
	markOf,
	openSince,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';

const ORIGIN = 'https://roll.school.example';
const RP_ID = 'roll.school.example';
/** Longer than the made-up head takes for two actions, and shorter than a nonce lives. */
const DOING_MS = 5_000;

let application: TestApplication;
let admin: Account;
let realtime: TestRealtime;
let taught: TaughtClass;
let id: string;
let amina: Phone;
let jo: Phone;

beforeAll(async () => {
	application = await startApplication({ origin: ORIGIN });
	admin = await makeFirstAdmin(application);
	realtime = await startRealtime(application);
});
afterAll(async () => {
	await realtime.stop();
	await application.stop();
});
beforeEach(async () => {
	vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker']);
	await askFor('passkey');
	({ id } = await openSince(application, taught, 5));
	[amina, jo] = await Promise.all([phoneOf(taught.students[0]!), phoneOf(taught.students[1]!)]);
	await amina.register();
	await jo.register();
});
afterEach(() => vi.useRealTimers());

const db = () => application.database.db;
const teacher = () => taught.teacher.actor;
const devices = () => application.container.devices;
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

function askFor(checkInSignature: CheckInSignature): Promise<void> {
	return application.container.classes.updateSettings(teacher(), taught.classId, {
		...{ name: 'Biology 9B', lateAfterMinutes: 10, displayNames: 'full' },
		strangersPerWrongName: null,
		checkInSignature,
	});
}

async function phoneOf(student: Student): Promise<Phone> {
	const account = await makeStudentAccount(application, admin.actor, student);
	return Phone.of(realtime, student, account, ORIGIN);
}

/** Another phone of the same student, or the same one at another address. */
const otherPhoneOf = ({ student, account }: Phone, origin = ORIGIN) =>
	Phone.of(realtime, student, account, origin);

async function code(): Promise<string> {
	const { displayToken } = await application.container.rollCalls.require(admin.actor, id);
	return (await application.container.displays.code(displayToken)).digits;
}

async function prepare(phone: Phone, doing: Doing = {}): Promise<SubmitCheckIn> {
	const digits = await code();
	const challenge = await phone.challenge(id, digits);
	pass(DOING_MS);
	return phone.answerTo(id, digits, challenge, doing);
}

const checkIn = async (phone: Phone, doing: Doing = {}): Promise<CheckInAnswer> =>
	phone.submit(await prepare(phone, doing));

const begin = async (phone: Phone): Promise<CheckInBegun> => phone.begin(id, await code());

async function refused(
	answer: CheckInAnswer | CheckInBegun,
	refusal: CheckInRefusal,
): Promise<void> {
	expect(answer).toMatchObject({ ok: false, refusal });
	expect('message' in answer && answer.message).toMatch(/\w.*\.$/);
	const told = await application.container.checkIns.refused(teacher(), id);
	expect(told.map((one) => one.refusal)).toContain(refusal);
	expect(told.find((one) => one.refusal === refusal)?.why).toMatch(/\w.*\.$/);
}

const changes = async () =>
	(await devices().changes(teacher())).map(({ what, studentName, changedBy }) => ({
		...{ what, studentName, changedBy },
	}));

describe('a passkey on the student’s phone', () => {
	it('signs a check-in together with the phone’s key', async () => {
		await amina.makePasskey();
		expect(await checkIn(amina)).toMatchObject({ ok: true, status: 'present' });
		const [phone] = await devices().own(amina.account.actor);
		expect(phone).toMatchObject({ passkey: 'active', lastUsedAt: Date.now() });
	});

	it('is asked for by name, and only where the class wants it', async () => {
		const credentialId = await amina.makePasskey();
		const begun = await begin(amina);
		expect(begun).toMatchObject({
			challenge: { links: { signature: 'passkey' }, passkey: { credentialId, rpId: RP_ID } },
		});
		await askFor('device');
		const plain = await begin(amina);
		expect(plain).toMatchObject({ challenge: { links: { signature: 'device' }, passkey: null } });
		expect(await checkIn(amina)).toMatchObject({ ok: true });
	});

	it('is needed: a check-in without one is told before anybody turns their head', async () => {
		await refused(await begin(amina), 'no-passkey');
	});

	it('cannot be left out of the answer', async () => {
		await amina.makePasskey();
		await refused(await checkIn(amina, { changes: { passkey: null } }), 'no-passkey');
	});

	it('stays asked for in a check-in that has begun, and is not added to one', async () => {
		await amina.makePasskey();
		const submission = await prepare(amina, { changes: { passkey: null } });
		await askFor('device');
		await refused(await amina.submit(submission), 'no-passkey');
		const begun = await prepare(amina);
		await askFor('passkey');
		expect(await amina.submit(begun)).toMatchObject({ ok: true });
	});

	it('does not stand in for the phone’s key', async () => {
		await amina.makePasskey();
		const submission = await prepare(amina);
		await refused(await amina.submit({ ...submission, signature: null }), 'no-device');
		const other = await prepare(amina);
		await refused(await amina.submit({ ...other, signature: await jo.sign(other) }), 'no-device');
	});
});

describe('an answer of a passkey', () => {
	beforeEach(async () => {
		await amina.makePasskey();
	});

	it('is to this check-in’s challenge: another one is refused', async () => {
		const challenge = Buffer.alloc(32, 7).toString('base64url');
		await refused(await checkIn(amina, { passkey: { challenge } }), 'bad-passkey');
	});

	it.each<[string, (sent: SubmitCheckIn) => SubmitCheckIn]>([
		['code', (sent) => ({ ...sent, code: '00000000' })],
		['time', (sent) => ({ ...sent, signedAt: sent.signedAt + 1 })],
		['vectors', (sent) => ({ ...sent, face: null })],
		['phone’s mark', (sent) => ({ ...sent, deviceMark: randomUUID() })],
	])('is bound to the %s, also when the phone’s own key signs anew', async (_, tamper) => {
		const sent = await prepare(amina);
		const tampered = tamper(sent);
		const answer = await amina.submit({ ...tampered, signature: await amina.sign(tampered) });
		// The code is looked at before all signatures.
		await refused(answer, tampered.code === sent.code ? 'bad-passkey' : 'wrong-code');
	});

	it('is from a page of this server: another origin is refused, a part of the name too', async () => {
		for (const origin of ['https://roll.school.example.evil', 'https://school.example']) {
			await refused(await checkIn(amina, { passkey: { origin } }), 'bad-passkey');
		}
	});

	it('is for the name that the passkey was made for', async () => {
		const passkey = { rpId: 'school.example' };
		await refused(await checkIn(amina, { passkey }), 'bad-passkey');
	});

	it('is signed by the passkey', async () => {
		const sent = await prepare(amina);
		const signature = Buffer.alloc(70, 1).toString('base64url');
		const forged = { ...sent, passkey: sent.passkey && { ...sent.passkey, signature } };
		await refused(await amina.submit(forged), 'bad-passkey');
	});

	it('is worth nothing a second time', async () => {
		const sent = await prepare(amina);
		expect(await amina.submit(sent)).toMatchObject({ ok: true });
		await refused(await amina.submit(sent), 'nonce-used');
		const again = await prepare(amina, { changes: { passkey: sent.passkey } });
		await refused(await amina.submit(again), 'bad-passkey');
	});

	it('counts on: a counter that goes back, or stands still, is refused', async () => {
		expect(await checkIn(amina, { passkey: { signCount: 7 } })).toMatchObject({ ok: true });
		await refused(await checkIn(amina, { passkey: { signCount: 6 } }), 'passkey-counter');
		await refused(await checkIn(amina, { passkey: { signCount: 7 } }), 'passkey-counter');
		await refused(await checkIn(amina, { passkey: { signCount: 0 } }), 'passkey-counter');
		expect(await checkIn(amina, { passkey: { signCount: 8 } })).toMatchObject({ ok: true });
	});

	it('may come from a phone that never counts', async () => {
		expect(await checkIn(amina, { passkey: { signCount: 0 } })).toMatchObject({ ok: true });
		expect(await checkIn(amina, { passkey: { signCount: 0 } })).toMatchObject({ ok: true });
	});

	it('shows that the phone looked at who holds it', async () => {
		await refused(await checkIn(amina, { passkey: { isVerified: false } }), 'passkey-unverified');
	});

	it('is not another student’s, whoever’s phone sends it', async () => {
		const others = await jo.makePasskey();
		const sent = await prepare(amina);
		const passkey = await jo.confirm(others, sent);
		await refused(await amina.submit({ ...sent, passkey }), 'no-passkey');
	});

	it('comes before the face: whoever cannot unlock the phone learns nothing from the answers', async () => {
		const vectors = jo.student.person.captures(3);
		const thief = { vectors, passkey: { isVerified: false } };
		await refused(await checkIn(amina, thief), 'passkey-unverified');
	});
});

describe('a new passkey', () => {
	it('of a phone counts at once, a later one when staff approve it', async () => {
		const first = await amina.makePasskey();
		expect(await amina.registerPasskey(await amina.preparePasskey())).toBe('replacing');
		const asked = await devices().asked(teacher());
		expect(asked).toMatchObject([{ what: 'passkey', studentName: 'Amina Eze', name: 'Phone' }]);
		expect(await devices().countAsked(teacher())).toBe(1);
		expect(await begin(amina)).toMatchObject({ challenge: { passkey: { credentialId: first } } });

		const decision = { passkeyId: asked[0]!.id, decision: 'approved' } as const;
		await devices().decidePasskey(teacher(), decision);
		const before = await prepare(amina);
		expect(before.passkey?.credentialId).not.toBe(first);
		const passkey = await amina.confirm(first, before);
		await refused(await amina.submit({ ...before, passkey }), 'no-passkey');
		expect(await checkIn(amina)).toMatchObject({ ok: true });
		await expect(devices().decidePasskey(teacher(), decision)).rejects.toMatchObject({
			code: 'conflict',
		});
	});

	it('does not sign while it waits', async () => {
		await amina.makePasskey();
		const waiting = await amina.makePasskey();
		const sent = await prepare(amina);
		const passkey = await amina.confirm(waiting, sent);
		await refused(await amina.submit({ ...sent, passkey }), 'passkey-waits');
	});

	it('is told to wait where no other one counts', async () => {
		const first = await amina.makePasskey();
		await amina.makePasskey();
		await db()
			.updateTable('passkeys')
			.set({ state: 'revoked' })
			.where('credential_id', '=', Buffer.from(first, 'base64url'))
			.execute();
		await refused(await begin(amina), 'passkey-waits');
	});

	it('changes nothing when it is declined', async () => {
		await amina.makePasskey();
		await amina.makePasskey();
		const [asked] = await devices().asked(teacher());
		const decision = { passkeyId: asked!.id, decision: 'declined' } as const;
		await devices().decidePasskey(teacher(), decision);
		expect(await checkIn(amina)).toMatchObject({ ok: true });
		expect(await devices().countAsked(teacher())).toBe(0);
	});

	it('is nobody’s to decide but those’ who teach the student', async () => {
		await amina.makePasskey();
		await amina.makePasskey();
		const [asked] = await devices().asked(teacher());
		const stranger = await makeAccount(application, admin.actor, 'teacher', 'Sam Stranger');
		const decision = { passkeyId: asked!.id, decision: 'approved' } as const;
		const notFound = { code: 'not-found' };
		await expect(devices().decidePasskey(stranger.actor, decision)).rejects.toMatchObject(notFound);
		const unknown = { ...decision, passkeyId: randomUUID() };
		await expect(devices().decidePasskey(admin.actor, unknown)).rejects.toMatchObject(notFound);
	});

	it('is not taken for another challenge, origin or name, and not without a look at who holds it', async () => {
		const wrong = [
			{ challenge: Buffer.alloc(32, 7).toString('base64url') },
			{ origin: 'https://elsewhere.example' },
			{ rpId: 'elsewhere.example' },
			{ isVerified: false },
		];
		for (const ceremony of wrong) {
			const registration = await amina.preparePasskey(ceremony);
			const answer = await amina.client.ask('checkIn:registerPasskey', registration);
			expect([ceremony, answer]).toMatchObject([ceremony, { ok: false, code: 'invalid' }]);
		}
		await refused(await begin(amina), 'no-passkey');
	});

	it('answers a challenge once, and in time', async () => {
		const registration = await amina.preparePasskey();
		await amina.registerPasskey(registration);
		expect(await amina.client.ask('checkIn:registerPasskey', registration)).toMatchObject({
			code: 'invalid',
		});
		const late = await amina.preparePasskey();
		// Not by the clock: a socket takes such a leap for a sleep of its device, and ends.
		await db()
			.updateTable('devices')
			.set({
				passkey_challenge_expires_at: sql<Date>`passkey_challenge_expires_at
					- make_interval(secs => ${PASSKEY_CHALLENGE_LIFETIME_MS / 1000})`,
			})
			.where('id', '=', amina.deviceId)
			.execute();
		expect(await amina.client.ask('checkIn:registerPasskey', late)).toMatchObject({
			code: 'invalid',
		});
	});

	it('is made on the phone that it counts on: a stolen session has not its key', async () => {
		const registration = await amina.preparePasskey();
		const thief = await otherPhoneOf(amina);
		const forged = await thief.signedPasskey(registration);
		expect(await thief.client.ask('checkIn:registerPasskey', forged)).toMatchObject({
			code: 'invalid',
		});
		expect(await jo.client.ask('checkIn:registerPasskey', registration)).toMatchObject({
			code: 'not-found',
		});
	});

	it('is one student’s: the same credential is not taken a second time', async () => {
		const { challenge } = await amina.client.get('checkIn:beginPasskey', {
			deviceId: amina.deviceId,
		});
		const made = amina.lock.make({ challenge, origin: ORIGIN, rpId: RP_ID });
		await amina.registerPasskey(await amina.signedPasskey({ deviceId: amina.deviceId, ...made }));
		// Jo's challenge is made the same, as no attacker could: the credential is known all the same.
		await jo.client.get('checkIn:beginPasskey', { deviceId: jo.deviceId });
		await db()
			.updateTable('devices')
			.set({ passkey_challenge_hash: sql`sha256(${challenge}::text::bytea)` })
			.where('id', '=', jo.deviceId)
			.execute();
		const copied = await jo.signedPasskey({ deviceId: jo.deviceId, ...made });
		expect(await jo.client.ask('checkIn:registerPasskey', copied)).toMatchObject({
			code: 'conflict',
		});
	});

	it('comes after the phone: one that waits has none', async () => {
		const second = await otherPhoneOf(amina);
		await second.register(true);
		const asked = { deviceId: second.deviceId };
		expect(await second.client.ask('checkIn:beginPasskey', asked)).toMatchObject({
			code: 'conflict',
		});
	});

	it('is needed anew on the next phone', async () => {
		await amina.makePasskey();
		const second = await otherPhoneOf(amina);
		await second.register(true);
		const approved = { deviceId: second.deviceId, decision: 'approved' } as const;
		await devices().decide(teacher(), approved);
		await refused(await begin(second), 'no-passkey');
		await second.makePasskey();
		expect(await checkIn(second)).toMatchObject({ ok: true });
	});
});

describe('an address of numbers', () => {
	it('knows no passkeys: the check-in and the phone’s page say so, with the name to use', async () => {
		const byNumber = await otherPhoneOf(amina, realtime.url);
		const answer = await begin(byNumber);
		await refused(answer, 'passkey-address');
		expect('message' in answer && answer.message).toContain(ORIGIN);
		const device = { id: amina.deviceId, name: 'Phone', publicKey: await amina.publicKey() };
		const { passkeyProblem } = await byNumber.client.get('checkIn:registerDevice', device);
		expect(passkeyProblem).toContain(ORIGIN);
		const asked = { deviceId: amina.deviceId };
		expect(await byNumber.client.ask('checkIn:beginPasskey', asked)).toMatchObject({
			code: 'invalid',
			message: passkeyProblem,
		});
		const named = await amina.client.get('checkIn:registerDevice', device);
		expect(named).toMatchObject({ state: 'active', passkeyProblem: null });
	});

	it('is not presumed where a browser names no page: then it is the configured one', async () => {
		const { token } = amina.account;
		const client = await realtime.connect({ session: token, transports: ['polling'] });
		const device = { id: amina.deviceId, name: 'Phone', publicKey: await amina.publicKey() };
		const { passkeyProblem } = await client.get('checkIn:registerDevice', device);
		expect(passkeyProblem).toBeNull();
		client.close();
	});

	it('is as good as any where the class asks for none', async () => {
		await askFor('device');
		expect(await begin(await otherPhoneOf(amina, realtime.url))).toMatchObject({ ok: true });
	});
});

describe('a phone that its student forgets', () => {
	it('is refused at once, in words for who did it, and comes back by staff’s approval alone', async () => {
		await amina.makePasskey();
		const sent = await prepare(amina);
		await devices().forget(amina.account.actor, { deviceId: amina.deviceId });
		const answer = await amina.submit(sent);
		await refused(answer, 'device-revoked');
		expect('message' in answer && answer.message).toMatch(/^You took/);
		const again = await otherPhoneOf(amina);
		expect(await again.register()).toBe('none');
		expect(await again.register(true)).toBe('asked');
	});

	it('may be one that waits: staff are not asked any more, and the first goes on', async () => {
		await askFor('device');
		const second = await otherPhoneOf(amina);
		await second.register(true);
		await devices().forget(amina.account.actor, { deviceId: second.deviceId });
		expect(await devices().asked(teacher())).toEqual([]);
		expect(await checkIn(amina)).toMatchObject({ ok: true });
	});

	it('is their own, and in use', async () => {
		const own = { deviceId: amina.deviceId };
		await expect(devices().forget(jo.account.actor, own)).rejects.toMatchObject({
			code: 'not-found',
		});
		await expect(devices().forget(teacher(), own)).rejects.toMatchObject({ code: 'forbidden' });
		await devices().forget(amina.account.actor, own);
		await expect(devices().forget(amina.account.actor, own)).rejects.toMatchObject({
			code: 'conflict',
		});
	});
});

describe('a phone that staff take out of use', () => {
	it('is refused at its next check-in, and its student reads who did it', async () => {
		await amina.makePasskey();
		const phones = await devices().inUse(teacher());
		expect(phones).toMatchObject([
			{ id: amina.deviceId, studentName: 'Amina Eze', hasPasskey: true },
			{ id: jo.deviceId, studentName: 'Jo Baker', hasPasskey: false },
		]);
		const sent = await prepare(amina);
		await devices().revoke(teacher(), { deviceId: amina.deviceId });
		const answer = await amina.submit(sent);
		await refused(answer, 'device-revoked');
		expect('message' in answer && answer.message).toMatch(/^The school took/);
		expect(await devices().inUse(teacher())).toMatchObject([{ studentName: 'Jo Baker' }]);
		const device = { id: amina.deviceId, name: 'Phone', publicKey: await amina.publicKey() };
		expect(await amina.client.get('checkIn:registerDevice', device)).toMatchObject({
			state: 'revoked',
			revokedBecause: 'revoked',
		});
	});

	it('changes no mark, and the teacher’s own tap goes on working', async () => {
		await amina.makePasskey();
		await checkIn(amina);
		await devices().revoke(teacher(), { deviceId: amina.deviceId });
		const late = markOf(id, amina.student.id, { status: 'late' });
		await application.container.rollCalls.mark(teacher(), late);
		const { entries } = await application.container.rollCalls.roster(teacher(), id);
		expect(entries.find(({ studentId }) => studentId === amina.student.id)).toMatchObject({
			status: 'late',
		});
	});

	it('is one of their own students’, and in use', async () => {
		const stranger = await makeAccount(application, admin.actor, 'teacher', 'Sam Stranger');
		const phone = { deviceId: amina.deviceId };
		expect(await devices().inUse(stranger.actor)).toEqual([]);
		await expect(devices().revoke(stranger.actor, phone)).rejects.toMatchObject({
			code: 'not-found',
		});
		await expect(devices().revoke(jo.account.actor, phone)).rejects.toMatchObject({
			code: 'forbidden',
		});
		await devices().revoke(teacher(), phone);
		await expect(devices().revoke(admin.actor, phone)).rejects.toMatchObject({ code: 'conflict' });
	});
});

describe('the audit of phones', () => {
	it('has a row for each change, with whose and by whom', async () => {
		const student = { studentName: 'Amina Eze', changedBy: 'Amina Eze' };
		const staff = { studentName: 'Amina Eze', changedBy: teacher().name };
		const second = await otherPhoneOf(amina);
		await amina.makePasskey();
		await amina.makePasskey();
		const [asked] = await devices().asked(teacher());
		await devices().decidePasskey(teacher(), { passkeyId: asked!.id, decision: 'declined' });
		await second.register(true);
		await devices().decide(teacher(), { deviceId: second.deviceId, decision: 'approved' });
		await devices().revoke(teacher(), { deviceId: second.deviceId });
		const all = (await changes()).filter(({ studentName }) => studentName === 'Amina Eze');
		expect(all.toReversed()).toEqual([
			{ what: 'registered', ...student },
			{ what: 'passkey-registered', ...student },
			{ what: 'passkey-asked', ...student },
			{ what: 'passkey-declined', ...staff },
			{ what: 'asked', ...student },
			{ what: 'replaced', ...staff },
			{ what: 'approved', ...staff },
			{ what: 'revoked', ...staff },
		]);
	});

	it('cannot be changed or shortened, and goes with the person', async () => {
		const onlyGrows = /only grows/;
		await expect(
			db().updateTable('device_changes').set({ what: 'approved' }).execute(),
		).rejects.toThrow(onlyGrows);
		await expect(db().deleteFrom('device_changes').execute()).rejects.toThrow(onlyGrows);
		const of = db()
			.selectFrom('device_changes')
			.select('id')
			.where('student_id', '=', amina.student.id);
		expect(await of.execute()).not.toEqual([]);
		await db().deleteFrom('users').where('id', '=', amina.student.id).execute();
		expect(await of.execute()).toEqual([]);
	});

	it('is for those who teach the students', async () => {
		const stranger = await makeAccount(application, admin.actor, 'teacher', 'Sam Stranger');
		expect(await devices().changes(stranger.actor)).toEqual([]);
		await expect(devices().changes(amina.account.actor)).rejects.toMatchObject({
			code: 'forbidden',
		});
	});
});
