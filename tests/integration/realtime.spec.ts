// Protects what goes over the sockets: every event for those who may and nobody else, bad input
// refused and told to nobody, good input acknowledged first and then told to everybody, and no
// socket that outlives its session.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/lib/contract/ack';
import { PROTOCOL_VERSION, type ClientToServerEvents } from '../../src/lib/contract/events';
import { attachRealtime } from '../../src/lib/server/realtime/attach';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
} from '../helpers/application';
import type { TestApplication } from '../helpers/application';
import { startRealtime, type Client, type TestRealtime } from '../helpers/sockets';
import {
	FRAME_MS,
	batchOf,
	enrolmentOf,
	framesOf,
	lateOf,
	makeTaughtClass,
	markOf,
	openSince,
	restOf,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;
let stranger: Account;
let student: Account;
let taught: TaughtClass;
let realtime: TestRealtime;
let id: string;
let startsAt: number;
let displayToken: string;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
	stranger = await makeAccount(application, admin.actor, 'teacher', 'Sam Stranger');
	student = await makeAccount(application, admin.actor, 'student', 'Stu Student');
});
afterAll(() => application.stop());

beforeEach(async () => {
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Jo Baker'], { enrolled: 1 });
	({ id, startsAt } = await openSince(application, taught, 5));
	const rollCall = await application.container.rollCalls.require(admin.actor, id);
	displayToken = rollCall.displayToken;
	realtime = await startRealtime(application);
});
afterEach(() => realtime.stop());

const connect = (account: Account) => realtime.connect({ session: account.token });

async function joined(account: Account): Promise<Client> {
	const client = await connect(account);
	await client.get('rollCall:join', { rollCallId: id });
	return client;
}

async function display(): Promise<Client> {
	const client = await realtime.connect({ displayToken });
	await client.get('display:join');
	return client;
}

const P256_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
	type: 'spki',
	format: 'der',
});
/** Of somebody who has begun none. */
const checkIn = () => ({
	rollCallId: id,
	nonce: 'n'.repeat(43),
	code: null,
	signedAt: Date.now(),
	deviceMark: randomUUID(),
	face: null,
	trace: null,
	signature: null,
	passkey: null,
});
/** Of no phone that anybody has. */
const passkeyOfNobody = () => ({
	deviceId: randomUUID(),
	...{ credentialId: 'aa', clientDataJSON: 'aa', attestationObject: 'aa' },
	signature: new Uint8Array(64),
});

describe('a change', () => {
	it('reaches a second teacher and the display, and its author after the acknowledgement', async () => {
		const [author, second, projector] = await Promise.all([
			joined(taught.teacher),
			joined(admin),
			display(),
		]);
		const amina = taught.students[0]!;
		const { version } = await author.get('rollCall:mark', markOf(id, amina.id));
		const told = await second.change((change) => change.version === version);
		expect(told.entries).toMatchObject([
			{ studentId: amina.id, name: 'Amina Eze', status: 'present', method: 'teacher' },
		]);
		const shown = await projector.change((change) => change.version === version);
		expect(shown.entries).toMatchObject([{ name: 'Amina E.', status: 'present', method: null }]);
		await author.change((change) => change.version === version);
		expect(author.happened).toEqual(['rollCall:join', 'rollCall:mark', 'changed']);
	});

	it('comes from the camera with the time of its capture, and doubts reach no display', async () => {
		const [camera, second, projector] = await Promise.all([
			joined(taught.teacher),
			joined(admin),
			display(),
		]);
		const frames = framesOf(id, 1, taught.students[0]!.person.captures(3), startsAt + 1000);
		for (const frame of frames.slice(0, 2)) await camera.get('rollCall:sightings', frame);
		const { decisions } = await camera.get('rollCall:sightings', frames[2]!);
		expect(decisions).toMatchObject([{ lane: 'recognised', student: { status: 'present' } }]);
		const told = await second.change(({ entries }) => entries.length > 0);
		expect(told).toMatchObject({
			capturedAt: startsAt + 1000 + 2 * FRAME_MS,
			entries: [{ method: 'camera' }],
		});
		expect((await projector.change(() => true)).doubts).toEqual([]);
	});

	it('is told to nobody who has not joined', async () => {
		const [author, outsider] = await Promise.all([joined(taught.teacher), connect(admin)]);
		await author.get('rollCall:mark', markOf(id, taught.students[0]!.id));
		// A round trip: what had been sent to the outsider before it would have arrived.
		await outsider.ask('rollCall:catchUp', { rollCallId: id, sinceVersion: 0 });
		expect(outsider.changes).toEqual([]);
	});
});

describe('bad input', () => {
	const bad: [keyof ClientToServerEvents, () => unknown][] = [
		['rollCall:join', () => ({ rollCallId: 'no-id' })],
		['rollCall:catchUp', () => ({ rollCallId: id, sinceVersion: -1 })],
		['rollCall:mark', () => ({ ...markOf(id, taught.students[0]!.id), status: 'here' })],
		['rollCall:mark', () => markOf(id, randomUUID())],
		['rollCall:mark', () => undefined],
		['rollCall:mark', () => ({ ...markOf(id, taught.students[0]!.id), sawVersion: -1 })],
		[
			'rollCall:mark',
			() => ({
				...markOf(id, taught.students[0]!.id),
				details: { arrivedAt: null, leftAt: null, remark: 'x'.repeat(501) },
			}),
		],
		['rollCall:markRest', () => restOf(id, [])],
		['rollCall:markRest', () => ({ ...restOf(id, [taught.students[0]!.id]), status: 'excused' })],
		['rollCall:undoRest', () => ({ id: randomUUID(), rollCallId: id })],
		['rollCall:history', () => ({ rollCallId: id, studentId: 'no-id' })],
		['rollCall:close', () => id],
		['rollCall:answerDoubt', () => ({ rollCallId: id })],
		['rollCall:sightings', () => ({ ...batch(), vectors: 'a picture' })],
		['rollCall:sightings', () => ({ ...batch(), vectors: new Uint8Array(2048).fill(255) })],
		['rollCall:sightings', () => ({ ...batch(), vectors: new Uint8Array(2049) })],
		['rollCall:sightings', () => ({ ...batch(), sightings: [] })],
		['rollCall:sightings', () => about({ moved: 1, follows: [1, 1, 1, 1, 1, 1] })],
		['rollCall:sightings', () => about({ moved: -1, follows: [1, 1, 1, 1, 1, 1, 1] })],
		['rollCall:sightings', () => about({ moved: 1, follows: [1, 1, 1, 1, 1, 1, 10] })],
		['enrolment:submit', () => ({ ...enrolment(), vectors: new Uint8Array(10) })],
		['enrolment:submit', () => 'nothing'],
	];
	const batch = () => batchOf(id, [{ trackId: 1, vector: taught.students[0]!.person.capture() }]);
	const about = (surroundings: unknown) => {
		const [first] = batch().sightings;
		return { ...batch(), sightings: [{ ...first, surroundings }] };
	};
	const enrolment = () =>
		enrolmentOf(taught.students[0]!.id, taught.students[0]!.person.captures(3));

	it('is refused as invalid and told to nobody', async () => {
		const [author, second, projector] = await Promise.all([
			joined(taught.teacher),
			joined(admin),
			display(),
		]);
		for (const [event, payload] of bad) {
			expect([event, await author.ask(event, payload())]).toMatchObject([
				event,
				{ ok: false, code: 'invalid' },
			]);
		}
		const good = await author.get('rollCall:mark', markOf(id, taught.students[0]!.id));
		for (const client of [second, projector]) {
			await client.change(({ version }) => version === good.version);
			expect(client.changes).toHaveLength(1);
		}
		expect(good.version).toBe(1);
	});

	it('is refused to a student’s phone too', async () => {
		const phone = await connect(student);
		const badCheckIns: [keyof ClientToServerEvents, unknown][] = [
			['checkIn:begin', { rollCallId: id, code: '1234567' }],
			['checkIn:begin', { rollCallId: id }],
			['checkIn:submit', { ...checkIn(), nonce: 'short' }],
			['checkIn:submit', { ...checkIn(), signedAt: Infinity }],
			['checkIn:submit', { ...checkIn(), face: { ...batch(), vectors: new Uint8Array(2048) } }],
			['checkIn:submit', { ...checkIn(), face: { ...batch(), vectors: new Uint8Array(6145) } }],
			['checkIn:submit', { ...checkIn(), trace: { times: [0, 0], points: new Uint8Array(248) } }],
			[
				'checkIn:submit',
				{ ...checkIn(), signature: { deviceId: randomUUID(), value: new Uint8Array(63) } },
			],
			[
				'checkIn:submit',
				{ ...checkIn(), passkey: { ...passkeyOfNobody(), authenticatorData: 'no base64url!' } },
			],
			['checkIn:beginPasskey', {}],
			['checkIn:registerPasskey', { ...passkeyOfNobody(), signature: new Uint8Array(63) }],
			['checkIn:registerPasskey', { ...passkeyOfNobody(), credentialId: 'a'.repeat(1365) }],
			['checkIn:registerDevice', { id: randomUUID(), name: '', publicKey: P256_KEY }],
			[
				'checkIn:registerDevice',
				{ id: randomUUID(), name: 'Phone', publicKey: new Uint8Array(91).fill(1) },
			],
		];
		for (const [event, payload] of badCheckIns) {
			expect([event, await phone.ask(event, payload)]).toMatchObject([
				event,
				{ ok: false, code: 'invalid' },
			]);
		}
	});

	it('may come without a callback or from an unknown event, and harms nobody', async () => {
		const client = await joined(taught.teacher);
		client.socket.emit('rollCall:mark', { broken: true });
		client.socket.emit('rollCall:mark');
		client.socket.emit('__proto__', {});
		client.socket.emit('rollCall:sightings', null);
		client.socket.emit('rollCall:mark', markOf(id, taught.students[0]!.id), () => undefined);
		expect((await client.change(() => true)).version).toBe(1);
	});

	it('is cut off where it is larger than any batch', async () => {
		const client = await joined(taught.teacher);
		const gone = client.disconnected();
		client.socket.emit(
			'rollCall:sightings',
			{ ...batch(), vectors: new Uint8Array(400_000) },
			() => undefined,
		);
		await gone;
	});
});

describe('who may do what', () => {
	type Who = 'student' | 'stranger' | 'teacher' | 'admin' | 'display';
	type Expected = ErrorCode | 'ok';
	const events: Record<keyof ClientToServerEvents, () => unknown[]> = {
		'rollCall:join': () => [{ rollCallId: id }],
		'rollCall:catchUp': () => [{ rollCallId: id, sinceVersion: 0 }],
		'rollCall:sightings': () => [
			batchOf(id, [{ trackId: 1, vector: taught.students[0]!.person.capture() }]),
		],
		'rollCall:lateSightings': () => [
			lateOf(id, [
				{ trackId: 2, vectors: taught.students[0]!.person.captures(3), start: startsAt },
			]),
		],
		'rollCall:mark': () => [markOf(id, taught.students[0]!.id)],
		'rollCall:markRest': () => [restOf(id, [taught.students[0]!.id])],
		'rollCall:undoRest': () => [{ id: randomUUID(), rollCallId: id, restId: randomUUID() }],
		'rollCall:history': () => [{ rollCallId: id, studentId: taught.students[0]!.id }],
		'rollCall:answerDoubt': () => [
			{
				...{ id: randomUUID(), rollCallId: id, doubtId: doubtId() },
				...{ studentId: null, candidateIds: [taught.students[1]!.id] },
			},
		],
		'rollCall:reopenDoubt': () => [{ id: randomUUID(), rollCallId: id, doubtId: doubtId() }],
		'rollCall:explain': () => [{ rollCallId: id, studentId: taught.students[0]!.id }],
		'rollCall:close': () => [{ rollCallId: id }],
		'rollCall:refusedCheckIns': () => [{ rollCallId: id }],
		'checkIn:open': () => [{}],
		'checkIn:begin': () => [{ rollCallId: id, code: null }],
		'checkIn:submit': () => [checkIn()],
		'checkIn:registerDevice': () => [{ id: randomUUID(), name: 'Phone', publicKey: P256_KEY }],
		'checkIn:beginPasskey': () => [{ deviceId: randomUUID() }],
		'checkIn:registerPasskey': () => [passkeyOfNobody()],
		'enrolment:submit': () => [
			enrolmentOf(taught.students[0]!.id, taught.students[0]!.person.captures(3)),
		],
		'enrolment:submitOwn': () => [
			enrolmentOf(taught.students[0]!.id, taught.students[0]!.person.captures(3)),
		],
		'display:join': () => [],
		'display:code': () => [],
		'display:catchUp': () => [{ sinceVersion: 0 }],
	};
	const staffOnly: Record<Who, Expected> = {
		student: 'forbidden',
		stranger: 'not-found',
		teacher: 'ok',
		admin: 'ok',
		display: 'forbidden',
	};
	// Whose check-in is refused is answered all the same: it is their own.
	const studentOnly: Record<Who, Expected> = {
		student: 'ok',
		stranger: 'forbidden',
		teacher: 'forbidden',
		admin: 'forbidden',
		display: 'forbidden',
	};
	const displayOnly: Record<Who, Expected> = {
		student: 'forbidden',
		stranger: 'forbidden',
		teacher: 'forbidden',
		admin: 'forbidden',
		display: 'ok',
	};
	const table: Record<keyof ClientToServerEvents, Record<Who, Expected>> = {
		'rollCall:join': staffOnly,
		'rollCall:catchUp': staffOnly,
		'rollCall:sightings': staffOnly,
		'rollCall:lateSightings': staffOnly,
		'rollCall:mark': staffOnly,
		'rollCall:markRest': staffOnly,
		'rollCall:undoRest': staffOnly,
		'rollCall:history': staffOnly,
		'rollCall:answerDoubt': staffOnly,
		'rollCall:reopenDoubt': staffOnly,
		'rollCall:explain': staffOnly,
		'rollCall:close': staffOnly,
		'rollCall:refusedCheckIns': staffOnly,
		'checkIn:open': studentOnly,
		'checkIn:begin': studentOnly,
		'checkIn:submit': studentOnly,
		'checkIn:registerDevice': studentOnly,
		// Theirs to make, on a phone that they have.
		'checkIn:beginPasskey': { ...studentOnly, student: 'not-found' },
		'checkIn:registerPasskey': { ...studentOnly, student: 'not-found' },
		'enrolment:submit': staffOnly,
		// Theirs to send, and this one never agreed.
		'enrolment:submitOwn': { ...studentOnly, student: 'no-consent' },
		'display:join': displayOnly,
		'display:code': displayOnly,
		'display:catchUp': displayOnly,
	};
	let doubt = '';
	const doubtId = () => doubt;

	it.each(['student', 'stranger', 'teacher', 'admin', 'display'] as const)('%s', async (who) => {
		const row = await application.database.db
			.insertInto('doubts')
			.values({
				roll_call_id: id,
				camera_id: randomUUID(),
				track_id: 1,
				reason: 'weak-match',
				candidate_ids: [taught.students[1]!.id],
				seen_at: new Date(startsAt),
				state: 'waiting',
				version: 0,
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		doubt = row.id;
		const accounts = { student, stranger, teacher: taught.teacher, admin };
		const client =
			who === 'display' ? await realtime.connect({ displayToken }) : await connect(accounts[who]);
		const answers: [string, Expected][] = [];
		for (const [event, payload] of typedEntries(events)) {
			const answer = await client.ask(event, ...payload());
			answers.push([event, answer.ok ? 'ok' : answer.code]);
		}
		expect(answers).toEqual(typedEntries(table).map(([event, row]) => [event, row[who]]));
	});

	it('nobody connects at all without a session or a display’s token', async () => {
		const refused = async (options: Parameters<TestRealtime['connect']>[0]) => {
			const error: unknown = await realtime.connect(options).catch((cause: unknown) => cause);
			return error instanceof Error && 'data' in error ? error.data : error;
		};
		expect(await refused({})).toMatchObject({ ok: false, code: 'unauthenticated' });
		expect(await refused({ session: 'made-up' })).toMatchObject({ code: 'unauthenticated' });
		expect(await refused({ displayToken: 'x'.repeat(32) })).toMatchObject({ code: 'not-found' });
		expect(await refused({ displayToken: 'short' })).toMatchObject({ code: 'invalid' });
	});

	it('a page of another version is told so', async () => {
		const attempt = realtime.connect({
			session: taught.teacher.token,
			protocol: PROTOCOL_VERSION - 1,
		});
		await expect(attempt).rejects.toMatchObject({ data: { code: 'outdated' } });
	});

	it('another site’s page cannot connect with the cookie', async () => {
		const session = taught.teacher.token;
		for (const transports of [['websocket'], ['polling']] as ('websocket' | 'polling')[][]) {
			for (const origin of ['https://evil.example', 'null', `${realtime.url}.evil.example`]) {
				await expect(realtime.connect({ session, origin, transports })).rejects.toThrow();
			}
			await realtime.connect({ session, origin: realtime.url, transports });
		}
	});
});

describe('the end of a session', () => {
	it('ends its sockets at once: signed out everywhere', async () => {
		const teacher = await makeAccount(application, admin.actor, 'teacher');
		const client = await connect(teacher);
		const other = await connect(taught.teacher);
		const told = new Promise((ended) => client.socket.once('session:ended', () => ended('told')));
		await application.container.accounts.signOutEverywhere(teacher.actor.id);
		expect(await told).toBe('told');
		await client.disconnected();
		await other.get('rollCall:join', { rollCallId: id });
		await expect(connect(teacher)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
	});

	it('ends the sockets of an account that is disabled', async () => {
		const teacher = await makeAccount(application, admin.actor, 'teacher');
		const client = await connect(teacher);
		await application.container.people.setDisabled(admin.actor, teacher.actor.id, true);
		await client.disconnected();
	});
});

it('bounds how often a socket may ask, and goes on', async () => {
	const client = await joined(taught.teacher);
	const answers = await Promise.all(
		Array.from({ length: 400 }, () => client.ask('rollCall:join', { rollCallId: 'no-id' })),
	);
	const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.code));
	expect(codes).toContain('too-many');
	expect(codes.slice(0, 250)).not.toContain('too-many');
	expect(client.socket.connected).toBe(true);
});

it('gives the http server its own listeners back, so that it can be attached again', async () => {
	const httpServer = createServer((_, response) => response.end('a page'));
	await new Promise<void>((listening) => httpServer.listen(0, '127.0.0.1', listening));
	const counts = () =>
		['request', 'upgrade', 'close', 'listening'].map((event) => httpServer.listenerCount(event));
	const before = counts();
	for (let again = 0; again < 3; again++) {
		await attachRealtime(httpServer, application.container).dispose();
	}
	expect(counts()).toEqual(before);
	const address = httpServer.address();
	const port = typeof address === 'object' ? address?.port : null;
	expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('a page');
	httpServer.closeAllConnections();
	await new Promise((closed) => httpServer.close(closed));
});

function typedEntries<K extends string, T>(record: Record<K, T>): [K, T][] {
	return Object.entries(record) as [K, T][];
}
