// Protects the promise that a reconnect loses nothing and counts nothing twice: what changed while a
// device was away is exactly what it gets, and what it sends again is taken once.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyChange } from '../../src/lib/client/realtime/roster';
import { makeFirstAdmin, startApplication, type Account } from '../helpers/application';
import type { TestApplication } from '../helpers/application';
import { startRealtime, type Client, type TestRealtime } from '../helpers/sockets';
import {
	enrolmentOf,
	framesOf,
	makeTaughtClass,
	markOf,
	openSince,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;
let taught: TaughtClass;
let realtime: TestRealtime;
let id: string;
let startsAt: number;

const NAMES = ['Amina Eze', 'Jo Baker', 'Rui Costa', 'Yusuf Farah'];

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
	taught = await makeTaughtClass(application, admin, NAMES);
	({ id, startsAt } = await openSince(application, taught, 20));
	realtime = await startRealtime(application);
});
afterAll(async () => {
	await realtime.stop();
	await application.stop();
});

const device = (account: Account): Promise<Client> => realtime.connect({ session: account.token });

it('gives a device that was away exactly what it missed', async () => {
	const [tablet, office] = await Promise.all([device(taught.teacher), device(admin)]);
	const before = (await tablet.get('rollCall:join', { rollCallId: id })).roster;
	const [amina, jo, rui] = taught.students;
	await office.get('rollCall:mark', markOf(id, amina!.id));
	const seen = (await tablet.get('rollCall:catchUp', { rollCallId: id, sinceVersion: 0 })).version;

	tablet.close();
	await office.get('rollCall:mark', markOf(id, jo!.id));
	await office.get('rollCall:mark', markOf(id, rui!.id, { status: 'late' }));
	await office.get('rollCall:mark', markOf(id, jo!.id, { status: null }));

	const back = await device(taught.teacher);
	const missed = await back.get('rollCall:catchUp', { rollCallId: id, sinceVersion: seen });
	expect(missed).toMatchObject({ fromVersion: seen, version: seen + 3 });
	expect(missed.entries.map(({ name, status }) => [name, status])).toEqual([
		['Jo Baker', null],
		['Rui Costa', 'late'],
	]);
	const whole = await back.get('rollCall:catchUp', { rollCallId: id, sinceVersion: 0 });
	const { roster } = await back.get('rollCall:join', { rollCallId: id });
	expect(applyChange(before, whole)).toEqual(roster);
	const nothing = await back.get('rollCall:catchUp', { rollCallId: id, sinceVersion: seen + 3 });
	expect(nothing).toMatchObject({ version: seen + 3, entries: [], doubts: [] });
});

it('gives all of it to a device that is ahead of the server, as after a restored backup', async () => {
	const tablet = await device(taught.teacher);
	const all = await tablet.get('rollCall:catchUp', { rollCallId: id, sinceVersion: 1_000_000 });
	expect(all.fromVersion).toBe(0);
	expect(all.entries.length).toBeGreaterThan(0);
});

it('takes once what an outbox sends twice: marks, sightings and enrolments', async () => {
	const yusuf = taught.students[3]!;
	const tablet = await device(taught.teacher);
	const [first, second, third] = framesOf(id, 9, yusuf.person.captures(3), startsAt + 15 * 60_000);
	// The answer to the first never arrived, so it is sent again on the next connection.
	await tablet.get('rollCall:sightings', first!);
	tablet.close();
	const back = await device(taught.teacher);
	expect((await back.get('rollCall:sightings', first!)).decisions).toMatchObject([
		{ lane: 'pending' },
	]);
	expect((await back.get('rollCall:sightings', second!)).decisions).toMatchObject([
		{ lane: 'pending' },
	]);
	const decided = await back.get('rollCall:sightings', third!);
	// Captured a quarter of an hour after the start, whenever it arrives.
	expect(decided.decisions).toMatchObject([{ student: { studentId: yusuf.id, status: 'late' } }]);
	const { version } = (await back.get('rollCall:join', { rollCallId: id })).roster;
	expect(await back.get('rollCall:sightings', third!)).toEqual(decided);

	const tap = markOf(id, yusuf.id, { status: 'excused' });
	const marked = await back.get('rollCall:mark', tap);
	expect(marked.version).toBe(version + 1);
	expect(await back.get('rollCall:mark', tap)).toEqual(marked);

	const enrolment = enrolmentOf(yusuf.id, yusuf.person.captures(3));
	const enrolled = await back.get('enrolment:submit', enrolment);
	expect(await back.get('enrolment:submit', enrolment)).toEqual(enrolled);
	const rows = await application.database.db
		.selectFrom('enrolments')
		.select('id')
		.where('student_id', '=', yusuf.id)
		.execute();
	expect(rows).toHaveLength(2);
});

it('tells a camera that comes back after the closing, and the closing itself is not missed', async () => {
	const [tablet, office] = await Promise.all([device(taught.teacher), device(admin)]);
	const { version } = (await tablet.get('rollCall:join', { rollCallId: id })).roster;
	tablet.close();
	await office.get('rollCall:close', { rollCallId: id });
	const back = await device(taught.teacher);
	const missed = await back.get('rollCall:catchUp', { rollCallId: id, sinceVersion: version });
	expect(missed.state).toBe('closed');
	expect(
		missed.entries.every(({ status, method }) => status === 'absent' && method === 'rule'),
	).toBe(true);
	const late = framesOf(id, 10, taught.students[1]!.person.captures(1), startsAt);
	expect(await back.ask('rollCall:sightings', late[0])).toMatchObject({
		ok: false,
		code: 'closed',
	});
});
