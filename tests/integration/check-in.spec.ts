// Protects the check-in by phone: every link of its chain, alone and together, against a phone that
// does otherwise than asked; that one mark comes of it and never over a person's; and that the
// teacher reads of every refusal. Real sockets, a real database and real keys; only the clock is set.
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
	CheckInAnswer,
	CheckInBegun,
	CheckInRefusal,
	SubmitCheckIn,
} from '../../src/lib/contract/check-in';
import type { ClassSettings } from '../../src/lib/contract/classes';
import { encodeTrace, type Action, type TraceFrame } from '../../src/lib/contract/liveness';
import { encodeVectors } from '../../src/lib/contract/sightings';
import { CODE_PERIOD_MS, codeRenewsAt } from '../../src/lib/server/domain/check-in-code';
import { FAILURES_WITHIN_MS, NONCE_LIFETIME_MS } from '../../src/lib/server/domain/check-in';
import { normalise } from '../../src/lib/server/domain/matching';
import {
	makeAccount,
	makeFirstAdmin,
	makeStudentAccount,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { perform } from '../helpers/made-head';
import { Phone, type Doing } from '../helpers/phone';
import { startRealtime, type TestRealtime } from '../helpers/sockets';
import {
	enrolmentOf,
	framesOf,
	makeTaughtClass,
	markOf,
	openSince,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;
let realtime: TestRealtime;
let taught: TaughtClass;
let id: string;
let amina: Phone;
let jo: Phone;

/** Longer than the made-up head takes for two actions, and shorter than a nonce lives. */
const DOING_MS = 5_000;

beforeAll(async () => {
	application = await startApplication();
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
	({ id } = await openSince(application, taught, 5));
	[amina, jo] = await Promise.all([phoneOf(taught.students[0]!), phoneOf(taught.students[1]!)]);
	await amina.register();
	await jo.register();
});
afterEach(() => vi.useRealTimers());

const db = () => application.database.db;
/** By seconds: a socket takes a longer leap of the clock for a sleep of its device, and ends. */
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
/** As if everything tried so far had been tried so much earlier. */
const age = (ms: number) =>
	db()
		.updateTable('check_in_attempts')
		.set({
			issued_at: sql<Date>`issued_at - make_interval(secs => ${ms / 1000})`,
			expires_at: sql<Date>`expires_at - make_interval(secs => ${ms / 1000})`,
		})
		.execute();

async function phoneOf(student: Student): Promise<Phone> {
	const account = await makeStudentAccount(application, admin.actor, student);
	return Phone.of(realtime, student, account);
}

/** What the display shows at this moment. */
async function codeOf(rollCallId: string): Promise<string> {
	const { displayToken } = await application.container.rollCalls.require(admin.actor, rollCallId);
	const { digits } = await application.container.displays.code(displayToken);
	return digits;
}

/** A whole check-in of somebody who takes their time. */
async function checkIn(phone: Phone, doing: Doing = {}): Promise<CheckInAnswer> {
	return phone.submit(await prepare(phone, doing));
}

/** The same up to the moment of sending. */
async function prepare(phone: Phone, doing: Doing = {}, rollCallId = id): Promise<SubmitCheckIn> {
	const code = await codeOf(rollCallId);
	const challenge = await phone.challenge(rollCallId, code);
	pass(DOING_MS);
	return phone.answerTo(rollCallId, code, challenge, doing);
}

async function refused(
	answer: CheckInAnswer | CheckInBegun,
	refusal: CheckInRefusal,
): Promise<void> {
	expect(answer).toMatchObject({ ok: false, refusal });
	expect('message' in answer && answer.message).toMatch(/\w.*\.$/);
	// Whatever the student is told, the teacher can read.
	expect(await refusals()).toContain(refusal);
}

const refusals = async () =>
	(await application.container.checkIns.refused(taught.teacher.actor, id)).map(
		(one) => one.refusal,
	);

const historyOf = (student: Student) =>
	application.container.rollCalls.history(taught.teacher.actor, {
		rollCallId: id,
		studentId: student.id,
	});

async function entryOf(student: Student) {
	const { entries } = await application.container.rollCalls.roster(taught.teacher.actor, id);
	return entries.find(({ studentId }) => studentId === student.id);
}

function setClass(settings: Partial<ClassSettings>): Promise<void> {
	return application.container.classes.updateSettings(taught.teacher.actor, taught.classId, {
		...{ name: 'Biology 9B', lateAfterMinutes: 10, displayNames: 'full' },
		strangersPerWrongName: null,
		...settings,
	});
}

const withdraw = () =>
	application.container.consent.record(taught.teacher.actor, {
		studentId: amina.student.id,
		decision: 'withdrawn',
		givenBy: 'student',
	});

/** A roll call of another class, with the same students in it. */
async function otherRollCall(): Promise<string> {
	const { container } = application;
	const { id: classId } = await container.classes.create(taught.teacher.actor, 'Chemistry 9B');
	await db()
		.insertInto('members')
		.values(
			taught.students.map((one) => ({
				class_id: classId,
				student_id: one.id,
				valid_from: '2000-01-01',
				valid_until: null,
			})),
		)
		.execute();
	return (await container.rollCalls.open(taught.teacher.actor, classId)).id;
}

describe('a check-in that keeps to the chain', () => {
	it('marks the student as here from that moment, for everybody to see and with its history', async () => {
		const teacher = await realtime.connect({ session: taught.teacher.token });
		await teacher.get('rollCall:join', { rollCallId: id });
		const { rollCalls } = await amina.client.get('checkIn:open', {});
		const links = { code: true, liveness: true, face: true, signature: 'device' };
		expect(rollCalls).toMatchObject([
			{ rollCallId: id, className: 'Biology 9B', links, status: null },
		]);

		const answer = await checkIn(amina);
		expect(answer).toEqual({
			ok: true,
			status: 'present',
			markedAt: Date.now(),
			minutesLate: null,
		});
		const told = await teacher.change(({ entries }) => entries.length > 0);
		expect(told.entries).toMatchObject([
			{ studentId: amina.student.id, status: 'present', method: 'phone' },
		]);
		expect(await historyOf(amina.student)).toMatchObject([{ method: 'phone' }]);
		const open = await amina.client.get('checkIn:open', {});
		expect(open.rollCalls).toMatchObject([{ status: 'present', markedAt: Date.now() }]);
		expect(await refusals()).toEqual([]);
		expect(
			(await application.container.devices.ofStudent(taught.teacher.actor, amina.student.id))[0],
		).toMatchObject({ state: 'active', lastUsedAt: Date.now() });
	});

	it('counts as late by the class’s rule', async () => {
		await db()
			.updateTable('roll_calls')
			.set({ starts_at: new Date(Date.now() - 35 * 60_000) })
			.where('id', '=', id)
			.execute();
		expect(await checkIn(amina)).toMatchObject({ ok: true, status: 'late', minutesLate: 35 });
	});

	it('leaves an earlier arrival and a person’s word as they are', async () => {
		const first = await checkIn(amina);
		pass(10_000);
		expect(await checkIn(amina)).toEqual(first);
		const absent = markOf(id, jo.student.id, { status: 'absent' });
		await application.container.rollCalls.mark(taught.teacher.actor, absent);
		await refused(await checkIn(jo), 'marked-otherwise');
		expect(await historyOf(amina.student)).toHaveLength(1);
		expect(await entryOf(jo.student)).toMatchObject({ status: 'absent', method: 'teacher' });
	});

	it('leaves what the camera saw before', async () => {
		const { startsAt } = await application.container.rollCalls.require(admin.actor, id);
		for (const frame of framesOf(id, 1, amina.student.person.captures(3), startsAt + 1000)) {
			await application.container.recognition.observe(taught.teacher.actor, frame);
		}
		const seen = await entryOf(amina.student);
		expect(seen).toMatchObject({ method: 'camera' });
		expect(await checkIn(amina)).toMatchObject({ ok: true, markedAt: seen?.markedAt });
		expect(await entryOf(amina.student)).toEqual(seen);
	});

	it('does not undo that a teacher took a mark back', async () => {
		const mark = (status: 'present' | null) =>
			application.container.rollCalls.mark(
				taught.teacher.actor,
				markOf(id, amina.student.id, { status }),
			);
		await mark('present');
		await mark(null);
		await refused(await checkIn(amina), 'taken-back');
		expect(await entryOf(amina.student)).toMatchObject({ status: null });
	});
});

describe('a link that the class leaves out', () => {
	const links = {
		code: { setting: 'checkInAsksCode', without: { code: null }, refusal: 'wrong-code' },
		liveness: { setting: 'checkInAsksLiveness', without: { trace: null }, refusal: 'liveness' },
		face: { setting: 'checkInAsksFace', without: { face: null }, refusal: 'bad-vectors' },
		signature: {
			setting: 'checkInSignature',
			without: { signature: null },
			refusal: 'no-device',
		},
	} as const;
	const names = ['code', 'liveness', 'face', 'signature'] as const;

	it.each(names)('is not asked for, and is needed otherwise: %s', async (name) => {
		const { setting, without, refusal } = links[name];
		await refused(await checkIn(amina, { changes: without }), refusal);
		await setClass({ [setting]: name === 'signature' ? 'none' : false });
		const code = name === 'code' ? null : await codeOf(id);
		const challenge = await amina.challenge(id, code);
		expect(challenge.links).toEqual({
			...{ code: true, liveness: true, face: true, signature: 'device' },
			[name]: name === 'signature' ? 'none' : false,
		});
		expect(challenge.actions).toHaveLength(name === 'liveness' ? 0 : 2);
		pass(DOING_MS);
		const submission = await amina.answerTo(id, code, challenge, { changes: without });
		expect(await amina.submit(submission)).toMatchObject({ ok: true });
	});

	it('stays as it was for a check-in that has begun', async () => {
		const submission = await prepare(amina, { changes: { signature: null } });
		await setClass({ checkInSignature: 'none' });
		await refused(await amina.submit(submission), 'no-device');
	});
});

describe('a student without consent', () => {
	it('checks in by code, nonce and signature, and is asked for no face', async () => {
		await withdraw();
		const code = await codeOf(id);
		const challenge = await amina.challenge(id, code);
		expect(challenge).toMatchObject({
			actions: [],
			links: { code: true, liveness: false, face: false, signature: 'device' },
		});
		const submission = await amina.answerTo(id, code, challenge);
		const forged = { ...submission, signature: await jo.sign(submission) };
		await refused(await amina.submit(forged), 'no-device');
		const again = await amina.challenge(id, code);
		expect(await amina.submit(await amina.answerTo(id, code, again))).toMatchObject({ ok: true });
	});

	it('may have withdrawn it meanwhile: nobody looks at the face that still comes', async () => {
		const submission = await prepare(amina, { vectors: jo.student.person.captures(3) });
		await withdraw();
		const { count } = await spentVectors();
		expect(await amina.submit(submission)).toMatchObject({ ok: true });
		expect(await spentVectors()).toEqual({ count });
	});

	it('is another one than a student who agreed and is not enrolled: they are told', async () => {
		await db().deleteFrom('face_references').where('student_id', '=', amina.student.id).execute();
		await refused(await amina.begin(id, await codeOf(id)), 'not-enrolled');
		await setClass({ checkInAsksFace: false });
		expect(await amina.begin(id, await codeOf(id))).toMatchObject({ ok: true });
	});
});

describe('a face that the student enrolled alone', () => {
	it('checks nobody in before staff confirmed it, also where it was begun before', async () => {
		const submission = await prepare(amina);
		await db()
			.updateTable('enrolments')
			.set({ confirmed_at: null })
			.where('student_id', '=', amina.student.id)
			.execute();
		await refused(await amina.submit(submission), 'face-unconfirmed');
		await refused(await amina.begin(id, await codeOf(id)), 'face-unconfirmed');
		const { ownEnrolment } = application.container;
		const { id: studentId } = amina.student;
		const { enrolmentId } = (await ownEnrolment.waiting(taught.teacher.actor, studentId))!;
		await ownEnrolment.confirm(taught.teacher.actor, {
			...{ studentId, enrolmentId, isDistinct: false },
		});
		expect(await checkIn(amina)).toMatchObject({ ok: true });
	});
});

describe('the roll call', () => {
	it('has to be open, and stay so', async () => {
		const submission = await prepare(amina);
		await application.container.rollCalls.close(taught.teacher.actor, id);
		await refused(await amina.submit(submission), 'not-open');
		await refused(await amina.begin(id, '00000000'), 'not-open');
		expect((await amina.client.get('checkIn:open', {})).rollCalls).toEqual([]);
		expect(await amina.begin(randomUUID(), '00000000')).toMatchObject({ refusal: 'not-open' });
		expect(await entryOf(amina.student)).toMatchObject({ status: 'absent' });
	});

	it('may close while a check-in is judged: then nobody is marked', async () => {
		const submission = await prepare(amina);
		const { answer } = await db()
			.transaction()
			.execute(async (trx) => {
				await trx
					.updateTable('roll_calls')
					.set({ state: 'closed', closed_at: new Date(), closes_at: null })
					.where('id', '=', id)
					.execute();
				const answer = amina.submit(submission);
				await somebodyWaits();
				return { answer };
			});
		await refused(await answer, 'not-open');
		expect(await entryOf(amina.student)).toMatchObject({ status: null });
	});

	it('is over at its time, also before somebody has closed it', async () => {
		const submission = await prepare(amina);
		await db()
			.updateTable('roll_calls')
			.set({ closes_at: new Date() })
			.where('id', '=', id)
			.execute();
		await refused(await amina.submit(submission), 'not-open');
	});

	it('is the members’', async () => {
		await application.container.classes.removeMember(
			taught.teacher.actor,
			taught.classId,
			jo.student.id,
		);
		// The membership ends today: it held on the day before only.
		await db()
			.updateTable('members')
			.set({ valid_until: '2000-01-02', valid_from: '2000-01-01' })
			.where('student_id', '=', jo.student.id)
			.execute();
		await refused(await jo.begin(id, await codeOf(id)), 'not-member');
		expect((await jo.client.get('checkIn:open', {})).rollCalls).toEqual([]);
	});

	it('takes no phones where the class does not want them', async () => {
		await setClass({ checkInByPhone: false });
		await refused(await amina.begin(id, await codeOf(id)), 'by-phone-off');
		expect((await amina.client.get('checkIn:open', {})).rollCalls).toEqual([]);
	});
});

describe('the code', () => {
	it('is the one on the display, and of this roll call', async () => {
		const other = await codeOf(await otherRollCall());
		await refused(await amina.begin(id, other), 'wrong-code');
		await refused(await amina.begin(id, null), 'wrong-code');
	});

	it('holds a second longer than it is shown, and no more', async () => {
		const code = await codeOf(id);
		const renewsAt = codeRenewsAt(Date.now());
		vi.setSystemTime(renewsAt + 900);
		expect(await amina.begin(id, code)).toMatchObject({ ok: true });
		vi.setSystemTime(renewsAt + 1000);
		await refused(await amina.begin(id, code), 'wrong-code');
	});

	it('is the one that the check-in was begun with', async () => {
		const code = await codeOf(id);
		const challenge = await amina.challenge(id, code);
		pass(CODE_PERIOD_MS);
		const later = await codeOf(id);
		await refused(await amina.submit(await amina.answerTo(id, later, challenge)), 'wrong-code');
	});
});

describe('the nonce', () => {
	it('counts once: of two submissions at once one is taken', async () => {
		const submission = await prepare(amina);
		const answers = await Promise.all([amina.submit(submission), amina.submit(submission)]);
		expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
		await refused(
			answers.find(({ ok }) => !ok)!,
			'nonce-used',
		);
		expect(await historyOf(amina.student)).toHaveLength(1);
	});

	it('makes a whole message worth nothing a second time', async () => {
		const submission = await prepare(amina);
		expect(await amina.submit(submission)).toMatchObject({ ok: true });
		await refused(await amina.submit(submission), 'nonce-used');
	});

	it('lives for a minute', async () => {
		const code = await codeOf(id);
		const challenge = await amina.challenge(id, code);
		await age(NONCE_LIFETIME_MS + 1);
		await refused(await amina.submit(await amina.answerTo(id, code, challenge)), 'nonce-expired');
	});

	it('is one student’s, in one roll call, and the last one that they began', async () => {
		const submission = await prepare(amina);
		const asJo = { ...submission, signature: await jo.sign(submission) };
		await refused(await jo.submit(asJo), 'nonce-unknown');
		const other = { ...submission, rollCallId: await otherRollCall() };
		const elsewhere = { ...other, signature: await amina.sign(other) };
		expect(await amina.submit(elsewhere)).toMatchObject({ refusal: 'nonce-unknown' });
		await prepare(amina);
		await refused(await amina.submit(submission), 'nonce-unknown');
	});

	it('is kept as a hash only', async () => {
		const { nonce } = await amina.challenge(id, await codeOf(id));
		const rows = await db().selectFrom('check_in_attempts').selectAll().execute();
		expect(JSON.stringify(rows)).not.toContain(nonce);
		expect(rows.some((row) => row.nonce_hash?.equals(Buffer.from(nonce, 'base64url')))).toBe(false);
	});
});

describe('the signature', () => {
	it.each<[string, (signed: SubmitCheckIn) => Promise<SubmitCheckIn> | SubmitCheckIn]>([
		[
			'vectors',
			(signed) => ({
				...signed,
				face: signed.face && {
					...signed.face,
					vectors: encodeVectors(amina.student.person.captures(3)),
				},
			}),
		],
		[
			'trace',
			(signed) => ({ ...signed, trace: encodeTrace(perform(['nod', 'turn-left'], { hold: 900 })) }),
		],
		['mark of the phone', (signed) => ({ ...signed, deviceMark: randomUUID() })],
		['time', (signed) => ({ ...signed, signedAt: signed.signedAt + 1 })],
		[
			'signature itself',
			({ signature, ...signed }) => ({
				...signed,
				signature: signature && { ...signature, value: new Uint8Array(64).fill(7) },
			}),
		],
	])('does not fit any more when somebody exchanges the %s', async (_, tamper) => {
		await refused(await amina.submit(await tamper(await prepare(amina))), 'bad-signature');
	});

	it('is the student’s own phone’s', async () => {
		const submission = await prepare(amina);
		await refused(
			await amina.submit({ ...submission, signature: await jo.sign(submission) }),
			'no-device',
		);
		const stolen = await prepare(amina);
		const withOtherKey = { deviceId: amina.deviceId, value: (await jo.sign(stolen))!.value };
		await refused(await amina.submit({ ...stolen, signature: withOtherKey }), 'bad-signature');
	});

	it('comes before the face: a stolen session learns nothing from the answers', async () => {
		const thief = await Phone.of(realtime, amina.student, amina.account);
		const doing = { vectors: jo.student.person.captures(3) };
		await refused(await thief.submit(await prepare(thief, doing)), 'no-device');
		const right = { vectors: amina.student.person.captures(3) };
		await refused(await thief.submit(await prepare(thief, right)), 'no-device');
	});

	it('has a time that is off by no more than a minute; the right one is told', async () => {
		const changes = { signedAt: Date.now() + DOING_MS + 61_000 };
		const answer = await checkIn(amina, { changes });
		await refused(answer, 'clock');
		expect('message' in answer && answer.message).toMatch(/it is \d\d:\d\d:\d\d/);
	});
});

describe('a second phone', () => {
	let second: Phone;
	const devices = () => application.container.devices;

	beforeEach(async () => {
		second = await Phone.of(realtime, amina.student, amina.account);
		expect(await second.register(true)).toBe('asked');
	});

	it('is not asked for by signing in on it', async () => {
		const elsewhere = await Phone.of(realtime, amina.student, amina.account);
		expect(await elsewhere.register()).toBe('none');
		expect(await devices().asked(taught.teacher.actor)).toMatchObject([{ id: second.deviceId }]);
	});

	it('signs once staff approve it, and then the first one does not any more', async () => {
		await refused(await checkIn(second), 'device-waits');
		expect(await devices().asked(taught.teacher.actor)).toMatchObject([
			{ id: second.deviceId, studentId: amina.student.id, studentName: 'Amina Eze' },
		]);
		expect(await devices().countAsked(taught.teacher.actor)).toBe(1);
		const approved = { deviceId: second.deviceId, decision: 'approved' } as const;
		await devices().decide(taught.teacher.actor, approved);
		expect(await second.register()).toBe('active');
		await refused(await checkIn(amina), 'no-device');
		expect(await checkIn(second)).toMatchObject({ ok: true });
		expect(await devices().countAsked(taught.teacher.actor)).toBe(0);
		await expect(devices().decide(taught.teacher.actor, approved)).rejects.toMatchObject({
			code: 'conflict',
		});
	});

	it('changes nothing when it is declined', async () => {
		const declined = { deviceId: second.deviceId, decision: 'declined' } as const;
		await devices().decide(admin.actor, declined);
		expect(await second.register()).toBe('revoked');
		await refused(await checkIn(second), 'no-device');
		expect(await checkIn(amina)).toMatchObject({ ok: true });
	});

	it('takes the place of one that waits', async () => {
		const third = await Phone.of(realtime, amina.student, amina.account);
		await third.register(true);
		expect(await second.register()).toBe('none');
		expect(await devices().asked(taught.teacher.actor)).toMatchObject([{ id: third.deviceId }]);
	});

	it('is nobody’s to see or decide but those’ who teach the student', async () => {
		const stranger = await makeAccount(application, admin.actor, 'teacher', 'Sam Stranger');
		const decision = { deviceId: second.deviceId, decision: 'approved' } as const;
		expect(await devices().asked(stranger.actor)).toEqual([]);
		expect(await devices().countAsked(stranger.actor)).toBe(0);
		const notFound = { code: 'not-found' };
		await expect(devices().decide(stranger.actor, decision)).rejects.toMatchObject(notFound);
		const list = devices().ofStudent(stranger.actor, amina.student.id);
		await expect(list).rejects.toMatchObject(notFound);
		const unknown = { ...decision, deviceId: randomUUID() };
		await expect(devices().decide(admin.actor, unknown)).rejects.toMatchObject(notFound);
	});

	it('cannot take an id that is known', async () => {
		const own = await devices().own(amina.account.actor);
		expect(own.map(({ state }) => state).sort()).toEqual(['active', 'asked']);
		const taken = { id: amina.deviceId, name: 'Phone', publicKey: await jo.publicKey() };
		expect(await jo.client.ask('checkIn:registerDevice', taken)).toMatchObject({
			code: 'conflict',
		});
	});

	it('registered twice at once is one', async () => {
		const [one, other] = await Promise.all([
			Phone.of(realtime, jo.student, jo.account),
			Phone.of(realtime, jo.student, jo.account),
		]);
		await db().deleteFrom('devices').where('student_id', '=', jo.student.id).execute();
		const states = await Promise.all([one.register(true), other.register(true)]);
		expect(states.sort()).toEqual(['active', 'asked']);
	});
});

describe('the challenge', () => {
	const doing = async (trace: (asked: readonly Action[]) => TraceFrame[]) => {
		const code = await codeOf(id);
		const challenge = await amina.challenge(id, code);
		pass(DOING_MS);
		const changes = { trace: encodeTrace(trace(challenge.actions)) };
		return amina.submit(await amina.answerTo(id, code, challenge, { changes }));
	};

	it('is the same until it is answered: nobody draws until it suits', async () => {
		const drawn = new Set<string>();
		for (let i = 0; i < 12; i++) {
			drawn.add(String((await amina.challenge(id, await codeOf(id))).actions));
		}
		expect(drawn.size).toBe(1);
	});

	it('is not met by a photograph, by other movements or by none', async () => {
		await refused(await doing((asked) => perform(asked, { relief: 0 })), 'liveness');
		await refused(await doing((asked) => perform(asked.toReversed())), 'liveness');
		await refused(await doing((asked) => perform(asked, { share: 0 })), 'liveness');
		expect(await entryOf(amina.student)).toMatchObject({ status: null });
	});

	it('cannot have taken longer than since it was given', async () => {
		const code = await codeOf(id);
		const challenge = await amina.challenge(id, code);
		pass(500);
		const submission = await amina.answerTo(id, code, challenge);
		await refused(await amina.submit(submission), 'liveness');
	});
});

describe('the face', () => {
	const nudged = (vector: Float32Array) =>
		normalise(vector.map((value, i) => value + (i % 2 === 0 ? 1e-3 : -1e-3)));
	const facing = (vectors: readonly Float32Array[]) => checkIn(amina, { vectors });

	it('is the student’s own', async () => {
		await refused(await facing(jo.student.person.captures(3)), 'no-match');
		expect(await entryOf(amina.student)).toMatchObject({ status: null });
	});

	it('is made of whole, finite vectors of unit length', async () => {
		const [good, other] = amina.student.person.captures(2);
		for (const broken of [good!.map(() => NaN), good!.map((value) => 2 * value)]) {
			await refused(await facing([good!, other!, broken]), 'bad-vectors');
		}
	});

	it('is no copy within the check-in, changed a little or not', async () => {
		const frames = amina.student.person.captures(3);
		await refused(await facing([...frames, frames[0]!]), 'replayed');
		const others = amina.student.person.captures(3);
		await refused(await facing([...others, nudged(others[2]!)]), 'replayed');
	});

	it('is no reference that somebody took from the school', async () => {
		const captures = amina.student.person.captures(3);
		const enrolment = enrolmentOf(amina.student.id, captures);
		await application.container.enrolment.submit(taught.teacher.actor, enrolment);
		const fresh = amina.student.person.captures(2);
		await refused(await facing([...fresh, captures[1]!]), 'replayed');
		await refused(
			await facing([...amina.student.person.captures(2), nudged(captures[2]!)]),
			'replayed',
		);
	});

	it('is none that was sent before in the roll call, changed a little or refused', async () => {
		const frames = amina.student.person.captures(3);
		const trace = encodeTrace(perform(['nod', 'turn-left'], { relief: 0 }));
		await refused(await checkIn(amina, { vectors: frames, changes: { trace } }), 'liveness');
		await refused(await facing(frames.map(nudged)), 'replayed');
		await refused(await facing(frames), 'replayed');
		expect(await checkIn(amina)).toMatchObject({ ok: true });
	});

	it('is none that was ever sent before', async () => {
		const frames = amina.student.person.captures(3);
		expect(await facing(frames)).toMatchObject({ ok: true });
		const elsewhere = await otherRollCall();
		const fresh = amina.student.person.captures(2);
		const submission = await prepare(amina, { vectors: [...fresh, frames[0]!] }, elsewhere);
		expect(await amina.submit(submission)).toMatchObject({ refusal: 'replayed' });
		const again = await prepare(amina, {}, elsewhere);
		expect(await amina.submit(again)).toMatchObject({ ok: true });
	});

	it('was made by the models that the server compares with', async () => {
		const vectors = encodeVectors(amina.student.person.captures(3));
		const face = { modelId: 'older', pipelineVersion: 'older', vectors };
		await refused(await checkIn(amina, { changes: { face } }), 'outdated');
	});
});

describe('one phone for two students', () => {
	it('is taken for the first alone, and the teacher reads whose it is', async () => {
		expect(await checkIn(amina)).toMatchObject({ ok: true });
		jo.deviceMark = amina.deviceMark;
		await refused(await checkIn(jo), 'shared-device');
		const list = await application.container.checkIns.refused(taught.teacher.actor, id);
		expect(list).toMatchObject([{ studentName: 'Jo Baker', at: Date.now() }]);
		expect(list[0]?.why).toContain('Amina Eze');
		expect(await entryOf(jo.student)).toMatchObject({ status: null });
	});

	it('is nobody’s who was refused on it', async () => {
		jo.deviceMark = amina.deviceMark;
		await refused(await checkIn(jo, { vectors: amina.student.person.captures(3) }), 'no-match');
		expect(await checkIn(amina)).toMatchObject({ ok: true });
	});

	it('is not taken for both at the same moment', async () => {
		jo.deviceMark = amina.deviceMark;
		const [aminas, jos] = [await prepare(amina), await prepare(jo)];
		const answers = await Promise.all([amina.submit(aminas), jo.submit(jos)]);
		const refusals = answers.map((answer) => (answer.ok ? 'ok' : answer.refusal));
		expect(refusals).toContain('shared-device');
	});

	it('may serve another student in another roll call', async () => {
		const elsewhere = await otherRollCall();
		expect(await checkIn(amina)).toMatchObject({ ok: true });
		jo.deviceMark = amina.deviceMark;
		expect(await jo.submit(await prepare(jo, {}, elsewhere))).toMatchObject({ ok: true });
	});
});

describe('five failures', () => {
	const fail = () => amina.begin(id, '00000000');

	it('make a student wait, in whatever roll call, until the first is three minutes old', async () => {
		const began = Date.now();
		for (let i = 0; i < 5; i++) {
			await refused(await fail(), 'wrong-code');
			pass(1000);
		}
		const waits = await amina.begin(id, await codeOf(id));
		await refused(waits, 'too-many');
		expect(waits).toMatchObject({ retryAfterMs: began + FAILURES_WITHIN_MS - Date.now() });
		expect(await amina.begin(await otherRollCall(), null)).toMatchObject({ refusal: 'too-many' });
		expect((await refusals()).filter((one) => one === 'too-many')).toHaveLength(1);
		expect(await jo.begin(id, await codeOf(id))).toMatchObject({ ok: true });
		await age(began + FAILURES_WITHIN_MS - Date.now() - 1);
		expect(await amina.begin(id, await codeOf(id))).toMatchObject({ retryAfterMs: 1 });
		await age(1);
		expect(await amina.begin(id, await codeOf(id))).toMatchObject({ ok: true });
	});

	it('are counted when they come at once', async () => {
		const answers = await Promise.all(Array.from({ length: 12 }, fail));
		const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.refusal));
		expect(codes.filter((one) => one === 'wrong-code')).toHaveLength(5);
		expect(codes.filter((one) => one === 'too-many')).toHaveLength(7);
	});

	it('may be of any kind', async () => {
		for (let i = 0; i < 5; i++) {
			await refused(await checkIn(amina, { vectors: jo.student.person.captures(3) }), 'no-match');
		}
		await refused(await amina.begin(id, await codeOf(id)), 'too-many');
	});
});

describe('the teacher', () => {
	it('reads who was refused, why and when, the newest first; another teacher does not', async () => {
		await amina.begin(id, '00000000');
		pass(5000);
		await checkIn(jo, { vectors: amina.student.person.captures(3) });
		const teacher = await realtime.connect({ session: taught.teacher.token });
		const { refused } = await teacher.get('rollCall:refusedCheckIns', { rollCallId: id });
		expect(refused).toEqual([
			{
				...{ studentId: jo.student.id, studentName: 'Jo Baker', refusal: 'no-match' },
				...{ why: 'The face could not be confirmed.', at: Date.now() },
			},
			{
				...{ studentId: amina.student.id, studentName: 'Amina Eze', refusal: 'wrong-code' },
				...{ why: 'The code was not the one on the display.', at: Date.now() - 5000 - DOING_MS },
			},
		]);
		const stranger = await makeAccount(application, admin.actor, 'teacher', 'Sam Stranger');
		const other = await realtime.connect({ session: stranger.token });
		const answer = await other.ask('rollCall:refusedCheckIns', { rollCallId: id });
		expect(answer).toMatchObject({ code: 'not-found' });
	});

	it('reads it for as long as the school keeps such things; what was taken once stays taken', async () => {
		await checkIn(amina);
		await amina.begin(id, '00000000');
		const { count } = await spentVectors();
		await application.container.housekeeping.run();
		expect(await refusals()).toHaveLength(1);
		await db()
			.updateTable('check_in_attempts')
			.set({ issued_at: new Date(Date.now() - 91 * 24 * 60 * 60_000) })
			.execute();
		await application.container.housekeeping.run();
		expect(await refusals()).toEqual([]);
		expect(await spentVectors()).toEqual({ count });
	});
});

/** Until a query waits for another transaction's lock. */
async function somebodyWaits(): Promise<void> {
	const waiting = sql<{ pid: number }>`
		select pid from pg_stat_activity
		where datname = current_database() and wait_event_type = 'Lock'
	`;
	while ((await waiting.execute(db())).rows.length === 0);
}

const spentVectors = () =>
	db()
		.selectFrom('spent_vectors')
		.select(({ fn }) => fn.countAll<string>().as('count'))
		.executeTakeFirstOrThrow();
