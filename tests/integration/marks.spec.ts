// Protects marks by hand where several people work at once: what stands beside a status, a newer mark
// that is never lost to an older tap, "mark the rest" and its undo, and the history that tells of all
// of it.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MarkDetails, MarkRequest, MarkRest } from '../../src/lib/contract/marks';
import type { RosterEntry } from '../../src/lib/contract/roster';
import { schoolDay } from '../../src/lib/server/domain/timetable';
import {
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { startRealtime, type Client, type TestRealtime } from '../helpers/sockets';
import {
	FRAME_MS,
	framesOf,
	makeTaughtClass,
	markOf,
	openSince,
	restOf,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;
let realtime: TestRealtime;
let taught: TaughtClass;
let id: string;
let startsAt: number;
let amina: Student;
let bo: Student;
let cem: Student;
/** Tess, who teaches the class. */
let teacher: Client;
/** Ada, the other one who marks. */
let second: Client;

const MINUTE = 60_000;
/** More than the class's ten minutes ago: whoever comes now is late. */
const OPEN_MINUTES = 40;
const NONE: MarkDetails = { arrivedAt: null, leftAt: null, remark: '' };

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
	const names = ['Amina Eze', 'Bo Lind', 'Cem Kaya', 'Dora Weiss'];
	taught = await makeTaughtClass(application, admin, names, { enrolled: 2 });
	[amina, bo, cem] = taught.students as [Student, Student, Student];
	({ id, startsAt } = await openSince(application, taught, OPEN_MINUTES));
	[teacher, second] = await Promise.all([joined(taught.teacher), joined(admin)]);
});
afterEach(() => {
	teacher.close();
	second.close();
});

async function joined(account: Account): Promise<Client> {
	const client = await realtime.connect({ session: account.token });
	await client.get('rollCall:join', { rollCallId: id });
	return client;
}

const mark = (client: Client, student: Student, changes: Partial<MarkRequest> = {}) =>
	client.get('rollCall:mark', markOf(id, student.id, changes));
/** How a mark stands, with what a roster does not show. */
const standingOf = (student: Student) =>
	application.database.db
		.selectFrom('marks')
		.select(['status', 'method', 'excuse_id as excuseId'])
		.where('roll_call_id', '=', id)
		.where('student_id', '=', student.id)
		.executeTakeFirst();
const markRest = (students: readonly Student[], changes: Partial<MarkRest> = {}) => {
	const ids = students.map((student) => student.id);
	return teacher.get('rollCall:markRest', restOf(id, ids, changes));
};
const undoRest = (restId: string, changes: { id?: string; rollCallId?: string } = {}) =>
	teacher.ask('rollCall:undoRest', { id: randomUUID(), rollCallId: id, restId, ...changes });
const rosterOf = async () => (await second.get('rollCall:join', { rollCallId: id })).roster;
const historyOf = async (student: Student) =>
	(await second.get('rollCall:history', { rollCallId: id, studentId: student.id })).history;

async function entryOf(student: Student): Promise<RosterEntry> {
	const { entries } = await rosterOf();
	const entry = entries.find(({ studentId }) => studentId === student.id);
	if (entry === undefined) throw new Error(`${student.name} is not on the roster`);
	return entry;
}

/** In the order of the names. */
async function statuses(): Promise<string> {
	const { entries } = await rosterOf();
	return entries.map(({ status }) => status ?? '-').join(' ');
}

/** The camera sees a student for as long as it takes to be sure. */
async function showToCamera(student: Student, trackId: number): Promise<void> {
	const seenAt = startsAt + MINUTE + trackId * 10 * FRAME_MS;
	for (const frame of framesOf(id, trackId, student.person.captures(4), seenAt)) {
		await teacher.get('rollCall:sightings', frame);
	}
}

const close = () => teacher.get('rollCall:close', { rollCallId: id });

describe('details', () => {
	it('reach every device, the history and the audit', async () => {
		const details = {
			arrivedAt: startsAt + 12 * MINUTE,
			leftAt: startsAt + 30 * MINUTE,
			remark: '  bus broke down ',
		};
		const { version } = await mark(teacher, amina, { status: 'late', details });
		const told = await second.change((change) => change.version === version);
		const shown = {
			status: 'late',
			markedAt: details.arrivedAt,
			minutesLate: 12,
			leftAt: details.leftAt,
			remark: 'bus broke down',
		};
		expect(told.entries).toMatchObject([shown]);
		expect(await entryOf(amina)).toMatchObject(shown);
		await mark(teacher, amina, {
			status: 'late',
			details: { ...details, leftAt: null, remark: 'bus' },
			reason: 'came back',
		});
		expect(await historyOf(amina)).toMatchObject([
			{
				from: null,
				to: 'late',
				arrivedAt: details.arrivedAt,
				leftAt: details.leftAt,
				remark: 'bus broke down',
			},
			{ to: 'late', arrivedAt: null, leftAt: null, remark: 'bus', reason: 'came back' },
		]);
		const [, change] = await application.database.sql`
			select old_marked_at = new_marked_at as "sameArrival", old_left_at as "oldLeftAt",
				new_left_at as "newLeftAt", old_remark as "oldRemark", new_remark as "newRemark"
			from mark_changes where roll_call_id = ${id} order by id`;
		expect(change).toEqual({
			sameArrival: true,
			oldLeftAt: new Date(details.leftAt),
			newLeftAt: null,
			oldRemark: 'bus broke down',
			newRemark: 'bus',
		});
	});

	it('are refused in words where they cannot be, and change nothing', async () => {
		const leftAt = startsAt + 10 * MINUTE;
		const arrivedAt = startsAt + 20 * MINUTE;
		const ask = (status: MarkRequest['status'], details: MarkDetails) =>
			teacher.ask('rollCall:mark', markOf(id, amina.id, { status, details }));
		expect(await ask('present', { ...NONE, arrivedAt, leftAt })).toMatchObject({
			code: 'invalid',
			message: expect.stringContaining('before they came') as string,
		});
		expect(await ask('absent', { ...NONE, leftAt })).toMatchObject({
			code: 'invalid',
			message: expect.stringContaining('present or late') as string,
		});
		expect(await rosterOf()).toMatchObject({ version: 0 });
		expect(await historyOf(amina)).toEqual([]);
	});

	it('of a mark that is taken back are gone but for the remark, which outlasts the camera’s mark', async () => {
		const arrivedAt = startsAt + MINUTE;
		const left = { arrivedAt, leftAt: arrivedAt + MINUTE, remark: 'inhaler' };
		await mark(teacher, amina, { details: left });
		await mark(teacher, amina, { status: null });
		expect(await entryOf(amina)).toMatchObject({ status: null, leftAt: null, remark: 'inhaler' });
		// Bo is only remarked of: an undone answer leaves him to the camera.
		await mark(teacher, bo, { status: null, details: { ...NONE, remark: 'new here' } });
		await application.database.sql`update marks set method = 'camera' where student_id = ${bo.id}`;
		await showToCamera(bo, 1);
		expect(await entryOf(bo)).toMatchObject({ method: 'camera', remark: 'new here' });
	});

	it('reach no display', async () => {
		const { displayToken } = await application.container.rollCalls.require(admin.actor, id);
		const display = await realtime.connect({ displayToken });
		await display.get('display:join');
		const details = { arrivedAt: startsAt, leftAt: startsAt + MINUTE, remark: 'dentist' };
		const { version } = await mark(teacher, amina, { details });
		const told = await display.change((change) => change.version === version);
		const { roster } = await display.get('display:join');
		const since = await display.get('display:catchUp', { sinceVersion: 0 });
		for (const { entries } of [told, roster, since]) {
			const shown = entries.find(({ studentId }) => studentId === amina.id);
			expect(shown).toMatchObject({ status: 'present', leftAt: null, remark: null });
			expect(JSON.stringify(entries)).not.toContain('dentist');
		}
		display.close();
	});

	it('come back when the answer to a doubt that changed them is undone', async () => {
		const [excuse] = await application.database.sql<[{ id: string }]>`
			insert into excuses (student_id, first_day, last_day, reason, asked_by, recorded_at, state,
				decided_at)
			values (${amina.id}, current_date, current_date, 'dentist', 'staff', now(), 'approved', now())
			returning id`;
		await mark(teacher, amina, { status: 'excused', details: { ...NONE, remark: 'dentist' } });
		const excuseOf = async () => {
			const [row] = await application.database
				.sql`select excuse_id from marks where roll_call_id = ${id} and student_id = ${amina.id}`;
			return row?.excuse_id as string | null;
		};
		await application.database
			.sql`update marks set excuse_id = ${excuse.id} where student_id = ${amina.id}`;
		await mark(teacher, amina, { status: 'excused' });
		expect(await excuseOf()).toBe(excuse.id);

		const about = { rollCallId: id, doubtId: await doubtAbout(amina, bo) };
		const answer = { ...about, studentId: amina.id, candidateIds: [amina.id, bo.id] };
		await teacher.get('rollCall:answerDoubt', { id: randomUUID(), ...answer });
		expect(await entryOf(amina)).toMatchObject({ status: 'present', remark: 'dentist' });
		expect(await excuseOf()).toBe(null);

		await teacher.get('rollCall:reopenDoubt', { id: randomUUID(), ...about });
		expect(await entryOf(amina)).toMatchObject({ status: 'excused', remark: 'dentist' });
		expect(await excuseOf()).toBe(excuse.id);
	});
});

/** Waits for an answer. */
async function doubtAbout(...students: readonly Student[]): Promise<string> {
	const { version } = await rosterOf();
	const row = await application.database.db
		.insertInto('doubts')
		.values({
			roll_call_id: id,
			camera_id: randomUUID(),
			track_id: 1,
			reason: 'weak-match',
			candidate_ids: students.map((student) => student.id),
			seen_at: new Date(startsAt),
			state: 'waiting',
			version,
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	return row.id;
}

describe('two teachers', () => {
	it('who mark differently hear of it: the first mark stands until the second has seen it', async () => {
		const first = await mark(teacher, amina, { status: 'absent', sawVersion: 0 });
		expect(first).toEqual({ version: 1, conflict: null });
		const marked = await entryOf(amina);

		const tap = markOf(id, amina.id, { status: 'present', sawVersion: 0, reason: 'I see her' });
		const answer = await second.get('rollCall:mark', tap);
		expect(answer).toEqual({
			version: 1,
			conflict: {
				studentId: amina.id,
				status: 'absent',
				wanted: 'present',
				by: 'Tess Teacher',
				markedAt: marked.markedAt,
			},
		});
		expect(await second.get('rollCall:mark', tap)).toEqual(answer);
		expect(await entryOf(amina)).toEqual(marked);
		expect(await historyOf(amina)).toMatchObject([
			{ from: null, to: 'absent', by: 'Tess Teacher', conflict: null },
			{
				from: 'absent',
				to: 'absent',
				by: 'Ada Admin',
				arrivedAt: null,
				reason: 'I see her',
				conflict: { wanted: 'present' },
			},
		]);

		const again = await mark(second, amina, { status: 'present', sawVersion: answer.version });
		expect(again).toEqual({ version: 2, conflict: null });
		expect(await entryOf(amina)).toMatchObject({ status: 'present' });
		await teacher.change(({ version }) => version === 2);
		expect(teacher.changes.map(({ version }) => version)).toEqual([1, 2]);
		// By now it stands as the refused tap wanted it.
		expect(await second.get('rollCall:mark', tap)).toEqual({ version: 2, conflict: null });
	});

	it('may both take a mark back, or want it back where the other took it', async () => {
		await mark(teacher, amina);
		await mark(teacher, amina, { status: null });
		const { conflict } = await mark(second, amina, { status: 'late', sawVersion: 1 });
		expect(conflict).toMatchObject({ status: null, wanted: 'late', by: 'Tess Teacher' });
		expect(await mark(second, amina, { status: null, sawVersion: 1 })).toMatchObject({
			conflict: null,
		});
	});

	it('do not stand in each other’s way with what the camera or the closing did', async () => {
		await showToCamera(amina, 1);
		await close();
		const { conflict } = await mark(second, amina, { status: 'excused', sawVersion: 0 });
		expect(conflict).toBe(null);
		expect(await mark(teacher, bo, { status: 'late', sawVersion: 0 })).toMatchObject({
			conflict: null,
		});
		expect(await statuses()).toBe('excused late absent absent');
	});
});

describe('an undo', () => {
	it('leaves whom it concerns to the camera again', async () => {
		const tap = markOf(id, bo.id);
		await teacher.get('rollCall:mark', tap);
		await mark(teacher, bo, { status: null, undoes: tap.id, details: NONE });
		expect(await standingOf(bo)).toMatchObject({ status: null, method: 'camera' });
	});

	it('gives an excuse back as the excuse that it was', async () => {
		const { excuses } = application.container;
		const day = schoolDay(startsAt, 'UTC');
		await excuses.record(admin.actor, {
			...{ studentId: cem.id, classId: taught.classId, askedBy: 'guardian' },
			...{ firstDay: day, lastDay: day, reason: 'At the dentist' },
		});
		const excused = await standingOf(cem);
		expect(excused).toMatchObject({ status: 'excused', method: 'rule' });
		const tap = markOf(id, cem.id, { status: 'present' });
		await teacher.get('rollCall:mark', tap);
		await mark(teacher, cem, { status: 'excused', undoes: tap.id });
		expect(await standingOf(cem)).toEqual(excused);
	});

	it('gives nothing back that does not hold any more', async () => {
		const { excuses } = application.container;
		const day = schoolDay(startsAt, 'UTC');
		await excuses.record(admin.actor, {
			...{ studentId: cem.id, classId: taught.classId, askedBy: 'guardian' },
			...{ firstDay: day, lastDay: day, reason: 'At the dentist' },
		});
		const tap = markOf(id, cem.id, { status: 'present' });
		await teacher.get('rollCall:mark', tap);
		const excuse = await application.database.db
			.selectFrom('excuses')
			.select('id')
			.where('student_id', '=', cem.id)
			.executeTakeFirstOrThrow();
		await excuses.withdraw(admin.actor, { excuseId: excuse.id });
		await mark(teacher, cem, { status: 'excused', undoes: tap.id });
		expect(await standingOf(cem)).toMatchObject({ status: null, excuseId: null });
	});

	it('after opening again leaves nobody absent by the rule', async () => {
		const { rollCalls } = application.container;
		await rollCalls.close(admin.actor, id);
		const tap = markOf(id, bo.id, { status: 'present' });
		await teacher.get('rollCall:mark', tap);
		await rollCalls.reopen(admin.actor, id, { reason: 'Closed too early' });
		await mark(teacher, bo, { status: 'absent', undoes: tap.id });
		expect(await standingOf(bo)).toMatchObject({ status: null, method: 'camera' });
	});

	it('is of one’s own doing alone', async () => {
		const tap = markOf(id, bo.id);
		await teacher.get('rollCall:mark', tap);
		await mark(second, bo, { status: null, undoes: tap.id });
		expect(await standingOf(bo)).toMatchObject({ status: null, method: 'teacher' });
	});

	it('of what somebody else has changed since is a mark like any other', async () => {
		const tap = markOf(id, bo.id);
		await teacher.get('rollCall:mark', tap);
		await mark(second, bo, { status: 'late' });
		await mark(teacher, bo, { status: null, undoes: tap.id });
		expect(await standingOf(bo)).toMatchObject({ status: null, method: 'teacher' });
	});
});

describe('mark the rest', () => {
	it('touches only those who wait, once, with the status as it is', async () => {
		// Meanwhile the second teacher excuses one of those whom the first one saw waiting.
		await mark(second, bo, { status: 'excused' });
		const other = await makeTaughtClass(application, admin, ['Olu Other'], { enrolled: 0 });
		const rest = restOf(
			id,
			[amina, bo, cem, other.students[0]!].map((student) => student.id),
		);
		expect(await teacher.get('rollCall:markRest', rest)).toEqual({ version: 2 });
		expect(await statuses()).toBe('present excused present -');
		expect(await entryOf(amina)).toMatchObject({ method: 'teacher', minutesLate: null });
		const told = await second.change(({ version }) => version === 2);
		expect(told.entries.map(({ name }) => name)).toEqual(['Amina Eze', 'Cem Kaya']);

		await mark(second, amina, { status: null });
		expect(await teacher.get('rollCall:markRest', rest)).toEqual({ version: 3 });
		expect(await statuses()).toBe('- excused present -');
		const elsewhere = await openSince(application, other, 1);
		const reused = { ...rest, rollCallId: elsewhere.id };
		expect(await second.ask('rollCall:markRest', reused)).toMatchObject({ code: 'conflict' });
	});

	it('changes nothing where nobody waits, and is refused once the roll call is closed', async () => {
		const rest = restOf(id, [amina.id]);
		await teacher.get('rollCall:markRest', rest);
		expect(await markRest([amina])).toEqual({ version: 1 });
		await close();
		// A retry of what was taken before is no error.
		expect(await teacher.get('rollCall:markRest', rest)).toEqual({ version: 2 });
		expect(await teacher.ask('rollCall:markRest', restOf(id, [bo.id]))).toMatchObject({
			code: 'closed',
		});
	});

	it('settles doubts, and forgets faces that were learnt of whom it makes absent', async () => {
		await doubtAbout(bo);
		const learntFrom = await doubtAbout(amina);
		await application.database.sql`
			update face_references set doubt_id = ${learntFrom}
			where id = (select id from face_references where student_id = ${amina.id} limit 1)`;
		await markRest([amina, bo], { status: 'absent' });
		expect((await rosterOf()).doubts).toEqual([]);
		const learnt = await application.database
			.sql`select id from face_references where doubt_id = ${learntFrom}`;
		expect(learnt).toHaveLength(0);
	});
});

describe('undoing the rest', () => {
	it('leaves those waiting whom nobody changed since, and tells why', async () => {
		const rest = restOf(id, [amina.id, bo.id, cem.id], { status: 'absent' });
		const { version: sawVersion } = await teacher.get('rollCall:markRest', rest);
		await mark(second, bo, { status: 'late' });
		await mark(second, cem, { status: 'absent', details: { ...NONE, remark: 'called in' } });
		// A tap that was not done changes nothing, and so is no change since.
		const overtaken = { status: 'present' as const, sawVersion: sawVersion - 1 };
		expect((await mark(second, amina, overtaken)).conflict).not.toBe(null);

		const undo = { id: randomUUID() };
		expect(await undoRest(rest.id, undo)).toEqual({ ok: true, data: { version: 4 } });
		expect(await statuses()).toBe('- late absent -');
		expect((await historyOf(amina)).at(-1)).toMatchObject({
			from: 'absent',
			to: null,
			by: 'Tess Teacher',
			reason: expect.stringContaining('taken back') as string,
		});
		// Again, or the tap that it undid once more: both were taken before.
		expect(await undoRest(rest.id)).toEqual({ ok: true, data: { version: 4 } });
		expect(await teacher.get('rollCall:markRest', rest)).toEqual({ version: 4 });
		await close();
		expect(await undoRest(rest.id, undo)).toEqual({ ok: true, data: { version: 5 } });
		expect(await undoRest(rest.id)).toMatchObject({ code: 'closed' });
	});

	it('is of its own roll call alone', async () => {
		const rest = restOf(id, [amina.id]);
		await teacher.get('rollCall:markRest', rest);
		// Amina is in another class too, and marked there.
		const other = await makeTaughtClass(application, admin, ['Olu Other'], { enrolled: 0 });
		await application.database.sql`insert into members (class_id, student_id, valid_from)
				values (${other.classId}, ${amina.id}, current_date - 2)`;
		const elsewhere = await openSince(application, other, 1);
		await mark(second, amina, { rollCallId: elsewhere.id });
		const undo = { id: randomUUID(), rollCallId: elsewhere.id, restId: rest.id };
		expect(await second.get('rollCall:undoRest', undo)).toEqual({ version: 1 });
		expect(await statuses()).toBe('present - - -');
		const here = { id: undo.id, rollCallId: id };
		await undoRest(rest.id, here);
		expect(await statuses()).toBe('- - - -');
		expect(await second.ask('rollCall:undoRest', undo)).toMatchObject({ code: 'conflict' });
	});

	it('leaves students to the camera again, but not those whom a teacher had taken back', async () => {
		await mark(second, bo);
		await mark(second, bo, { status: null });
		for (const status of ['present', 'absent'] as const) {
			const rest = restOf(id, [amina.id, bo.id], { status });
			await teacher.get('rollCall:markRest', rest);
			await undoRest(rest.id);
		}
		await showToCamera(bo, 1);
		expect(await statuses()).toBe('- - - -');
		// A reopening takes the closing's absences back in the same way.
		await close();
		await application.container.rollCalls.reopen(admin.actor, id, { reason: 'too early' });
		await showToCamera(amina, 2);
		await showToCamera(bo, 3);
		expect(await statuses()).toBe('present - - -');
		expect(await entryOf(amina)).toMatchObject({ method: 'camera' });
	});

	it('leaves a doubt about them waiting', async () => {
		const rest = restOf(id, [amina.id]);
		await teacher.get('rollCall:markRest', rest);
		await undoRest(rest.id);
		await doubtAbout(amina);
		await mark(teacher, cem);
		expect((await rosterOf()).doubts).toHaveLength(1);
	});
});

describe('the history of a mark', () => {
	it('has every change of it alone, oldest first, with who and how', async () => {
		await showToCamera(amina, 1);
		const seen = await entryOf(amina);
		await mark(second, amina, { status: 'late', reason: 'saw her come in' });
		const { markedAt } = await entryOf(amina);
		await mark(teacher, bo);
		await close();
		const unchanged = { leftAt: null, remark: null, conflict: null };
		expect(await historyOf(amina)).toEqual([
			{
				...unchanged,
				changedAt: expect.any(Number) as number,
				method: 'camera',
				by: null,
				from: null,
				to: 'present',
				arrivedAt: seen.markedAt,
				reason: null,
			},
			{
				...unchanged,
				changedAt: expect.any(Number) as number,
				method: 'teacher',
				by: 'Ada Admin',
				from: 'present',
				to: 'late',
				arrivedAt: markedAt,
				reason: 'saw her come in',
			},
		]);
		expect(await historyOf(cem)).toMatchObject([
			{ method: 'rule', by: 'Tess Teacher', to: 'absent' },
		]);
	});

	it('is bounded, and keeps the newest', async () => {
		await application.database.sql`
			insert into mark_changes (roll_call_id, student_id, new_status, method, reason)
			select ${id}, ${amina.id}, 'present', 'teacher', n from generate_series(1, 250) n`;
		const reasons = (await historyOf(amina)).map(({ reason }) => Number(reason));
		expect(reasons).toEqual(Array.from({ length: 200 }, (_, n) => n + 51));
	});
});
