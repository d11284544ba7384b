/**
 * Protects imports on real PostgreSQL: nothing changes before it is confirmed, nobody imports into
 * what is not theirs, every line that cannot be imported is told and then nothing is, an export reads
 * back as what is there, and what is confirmed is what was looked at.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportPreview, ImportRequest } from '../../src/lib/contract/import';
import type { RosterChange } from '../../src/lib/contract/roster';
import type { Actor } from '../../src/lib/server/domain/access';
import * as importRows from '../../src/lib/server/db/imports.repository';
import { messages } from '../../src/lib/messages';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';

const { problem, reason } = messages.imports;
const HEAD = 'Class,Date,Start,Student,Student number,Status,Minutes late,Marked at,Left at,Remark';
/** Measured: 3 s for the preview and 8 s for the import on two cores with a load of 15. */
const MOST_MS = 30_000;

let app: TestApplication;
let admin: Account;
let teacher: Account;
let stranger: Account;
let student: Account;

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	teacher = await makeAccount(app, admin.actor, 'teacher');
	stranger = await makeAccount(app, admin.actor, 'teacher');
	student = await makeAccount(app, admin.actor, 'student');
	await app.container.school.update(admin.actor, { name: 'A school', timeZone: 'Europe/Berlin' });
});
afterAll(() => app.stop());

let made = 0;

/** A class of the teacher's whose members, numbered, belong to it since 2025. */
async function makeClass(names: readonly string[]) {
	const n = ++made;
	const className = `Class ${n}`;
	const { classes } = app.container;
	const { id: classId } = await classes.create(teacher.actor, className);
	const members = names.map((name, i) => ({ name, studentNumber: `${n}-${i}` }));
	await classes.addMembers(teacher.actor, classId, members);
	await app.database.sql`update members set valid_from = '2025-01-01' where class_id = ${classId}`;
	const { members: all } = await classes.detail(teacher.actor, classId);
	const idOf = (name: string) => all.find((one) => one.name === name)?.studentId ?? '';
	return { classId, className, idOf };
}

const csvOf = (...lines: string[]) => [HEAD, ...lines].join('\n');

const marks = (csv: string): ImportRequest => ({ kind: 'marks', csv });
const excuses = (csv: string): ImportRequest => ({ kind: 'excuses', csv });
const preview = (request: ImportRequest, who: Actor = teacher.actor) =>
	app.container.imports.preview(who, request);

/** What the page does: looks, and confirms what it has seen. */
async function importAll(request: ImportRequest, who: Actor = teacher.actor) {
	const { digest, problems } = await preview(request, who);
	expect(problems).toEqual([]);
	return app.container.imports.confirm(who, { ...request, digest: digest ?? '' });
}

/** All that an import could change. */
async function everything(): Promise<unknown> {
	const { rows } = await sql`
		select (select count(*) from roll_calls) as calls, (select sum(version) from roll_calls) as versions,
			(select count(*) from mark_changes) as changes, (select count(*) from excuses) as excuses,
			(select md5(string_agg(marks::text, '' order by roll_call_id, student_id)) from marks) as marks
	`.execute(app.database.db);
	return rows[0];
}

async function marksOf(classId: string) {
	return app.database.sql`
		select users.name, marks.status, marks.minutes_late, marks.method, marks.remark,
			marks.marked_by = ${teacher.actor.id} as own, marks.version = roll_calls.version as newest,
			roll_calls.state, roll_calls.starts_at, roll_calls.closed_by = ${teacher.actor.id} as closed_by_own
		from marks join roll_calls on roll_calls.id = roll_call_id join users on users.id = student_id
		where class_id = ${classId} order by starts_at, users.name`;
}

const sentences = ({ problems }: ImportPreview) =>
	problems.map(({ lines, column, message }) => ({ lines, column, message }));

describe('who may', () => {
	it('no student, and a teacher for classes of their own', async () => {
		const { className } = await makeClass(['Amina Eze']);
		const request = marks(csvOf(`${className},2026-03-02,08:00,Amina Eze,,present,,,,`));
		await expect(preview(request, student.actor)).rejects.toMatchObject({ code: 'forbidden' });
		const confirmed = app.container.imports.confirm(student.actor, { ...request, digest: 'x' });
		await expect(confirmed).rejects.toMatchObject({ code: 'forbidden' });
		expect(sentences(await preview(request, stranger.actor))).toEqual([
			{ lines: '2', column: 'Class', message: problem['class-unknown']('') },
		]);
		expect((await preview(request, admin.actor)).counts).toMatchObject({ added: 1, rollCalls: 1 });
	});

	it('only the office excuses in every class', async () => {
		await makeClass(['Office Only']);
		const request = excuses('Student,First day,Reason\nOffice Only,2026-03-02,Dentist\n');
		expect(sentences(await preview(request))).toEqual([
			{ lines: '2', column: 'Class', message: problem['class-needed']('') },
		]);
		expect((await preview(request, admin.actor)).counts.added).toBe(1);
	});
});

describe('marks', () => {
	it('change nothing until they are confirmed, and then all of it', async () => {
		const { classId, className } = await makeClass(['Amina Eze', 'Jo Baker', 'Rui Costa']);
		const request = marks(
			csvOf(
				`${className},2026-03-02,08:00,Amina Eze,,late,12,,,bus`,
				`${className},2026-03-02,08:00,Jo Baker,,present,,08:01,,`,
				`${className},2026-03-03,08:00,Jo Baker,,absent,,,,`,
			),
		);
		const before = await everything();
		const looked = await preview(request);
		expect(looked.counts).toEqual({ added: 3, changed: 0, unchanged: 0, rollCalls: 2 });
		expect(looked.marks[0]).toMatchObject({ student: 'Amina Eze', before: null, line: 2 });
		expect(await everything()).toEqual(before);

		expect(await importAll(request)).toMatchObject({ imported: looked.counts, preview: null });
		const written = { method: 'teacher', own: true, newest: true, state: 'closed' };
		expect(await marksOf(classId)).toMatchObject([
			{ ...written, name: 'Amina Eze', status: 'late', minutes_late: 12, remark: 'bus' },
			{ ...written, name: 'Jo Baker', status: 'present', closed_by_own: true },
			{ ...written, name: 'Jo Baker', status: 'absent', minutes_late: null },
		]);
		const [first] = await marksOf(classId);
		expect(first?.starts_at).toEqual(new Date('2026-03-02T08:00+01:00'));
		// Whom no line names has no mark, and counts in no rate.
		const period = { from: '2026-03-02', to: '2026-03-02' };
		const report = await app.container.reports.ofClass(teacher.actor, classId, period);
		expect(report.totals.tally).toMatchObject({ present: 1, late: 1, absent: 0, waiting: 1 });
		expect((await preview(request)).counts).toEqual({
			...looked.counts,
			added: 0,
			unchanged: 3,
			rollCalls: 0,
		});
	});

	it('replace marks that stand, keep what was, and tell whoever looks to look again', async () => {
		const { classId, className, idOf } = await makeClass(['Amina Eze', 'Jo Baker']);
		const line = (status: string) => `${className},2026-03-02,08:00,Amina Eze,,${status},,,,`;
		await importAll(marks(csvOf(line('absent'))));
		const told: RosterChange[] = [];
		const stop = app.container.rosterChanges.subscribe((change) => told.push(change));
		const request = marks(csvOf(line('present')));
		const looked = await preview(request);
		expect(looked.counts).toMatchObject({ added: 0, changed: 1, rollCalls: 0 });
		expect(looked.marks[0]).toMatchObject({
			before: { status: 'absent' },
			after: { status: 'present' },
		});
		await importAll(request);
		stop();
		const changes = await app.database.sql`
			select old_status, new_status, reason, changed_by, roll_call_id from mark_changes
			where student_id = ${idOf('Amina Eze')} order by id`;
		const by = { reason, changed_by: teacher.actor.id };
		expect(changes).toMatchObject([
			{ old_status: null, new_status: 'absent', ...by },
			{ old_status: 'absent', new_status: 'present', ...by },
		]);
		const rollCallId = String(changes[0]?.roll_call_id);
		expect(told).toMatchObject([{ rollCallId, fromVersion: 2, version: 2, state: 'closed' }]);
		const since = { rollCallId, sinceVersion: 1 };
		const { entries } = await app.container.rollCalls.changesSince(teacher.actor, since);
		expect(entries).toMatchObject([{ name: 'Amina Eze', status: 'present', method: 'teacher' }]);
		expect(await marksOf(classId)).toHaveLength(1);
	});

	it('tell every problem by its line, and import none of the others', async () => {
		const { classId, className } = await makeClass(['Amina Eze', 'Jo Baker', 'Jo  Baker']);
		const { id } = await app.container.rollCalls.open(teacher.actor, classId);
		const [open] = await app.database.sql<{ clock: string }[]>`
			select to_char(starts_at at time zone 'Europe/Berlin', 'YYYY-MM-DD,HH24:MI') as clock
			from roll_calls where id = ${id}`;
		const request = marks(
			csvOf(
				`${className},2026-03-02,08:00,Amina Eze,,present,,,,`,
				`${className},02.03.2026,08:00,Amina Eze,,present,,,,`,
				`${className},2026-03-02,08:00,Jo Baker,,present,,,,`,
				`${className},2026-03-02,08:00,Nobody,,present,,,,`,
				`${className},2024-03-02,08:00,Amina Eze,,present,,,,`,
				`${className},2026-03-02,08:00,Amina Eze,,late,,,,`,
				`${className},${open?.clock ?? ''},Amina Eze,,late,,,,`,
				`${className},2026-03-04,08:00,Amina Eze,,ill,,,,`,
			),
		);
		const before = await everything();
		const looked = await preview(request);
		expect(looked.digest).toBeNull();
		expect(sentences(looked)).toEqual([
			{ lines: '3', column: 'Date', message: problem.day('') },
			{ lines: '4', column: 'Student', message: problem['student-ambiguous']('') },
			{ lines: '5', column: 'Student', message: problem['student-unknown']('') },
			{ lines: '6', column: 'Student', message: problem['no-member']('2024-03-02') },
			{ lines: '7', column: null, message: problem.repeated('2') },
			{ lines: '8', column: 'Start', message: problem['roll-call-open']('') },
			{ lines: '9', column: 'Status', message: problem.status('present, late, absent, excused') },
		]);
		const confirmed = await app.container.imports.confirm(teacher.actor, {
			...request,
			digest: '',
		});
		expect(confirmed.imported).toBeNull();
		expect(await everything()).toEqual(before);
	});

	it('put very many problems together, and list them in a file of their own', async () => {
		const { className } = await makeClass(['Amina Eze']);
		const lines = Array.from(
			{ length: 201 },
			(_, i) => `${className},2026-03-02,08:00,=N${i},,late,,,,`,
		);
		const { problems, problemsCsv, problemCount } = await preview(marks(csvOf(...lines)));
		expect(problemCount).toBe(201);
		expect(problems).toMatchObject([
			{ lines: '2–202', count: 201, found: null, column: 'Student' },
		]);
		expect(problemsCsv?.trim().split('\r\n')).toHaveLength(202);
		expect(problemsCsv).toContain(`"'=N200"`);
	});

	it('are not imported where something has changed since they were looked at', async () => {
		const { className, idOf } = await makeClass(['Amina Eze']);
		const line = (status: string) => `${className},2026-03-02,08:00,Amina Eze,,${status},,,,`;
		await importAll(marks(csvOf(line('absent'))));
		const request = marks(csvOf(line('present')));
		const { digest } = await preview(request);
		// A teacher corrects the mark by hand meanwhile.
		await app.database
			.sql`update marks set status = 'excused' where student_id = ${idOf('Amina Eze')}`;
		const before = await everything();
		const confirm = (of: string | null) =>
			app.container.imports.confirm(teacher.actor, { ...request, digest: of ?? '' });
		const again = await confirm(digest);
		expect(again.imported).toBeNull();
		expect(again.preview?.marks[0]).toMatchObject({ before: { status: 'excused' } });
		expect(await everything()).toEqual(before);
		expect((await confirm(again.preview?.digest ?? null)).imported).toMatchObject({ changed: 1 });
	});

	it('wait for nobody else’s import: it is said at once', async () => {
		const { className } = await makeClass(['Amina Eze']);
		const request = marks(csvOf(`${className},2026-03-02,08:00,Amina Eze,,present,,,,`));
		const { digest } = await preview(request);
		await app.database.db.transaction().execute(async (trx) => {
			await sql`select pg_advisory_xact_lock(7160404)`.execute(trx);
			const confirmed = app.container.imports.confirm(teacher.actor, {
				...request,
				digest: digest ?? '',
			});
			await expect(confirmed).rejects.toMatchObject({ code: 'too-many' });
		});
		expect(await importAll(request)).toMatchObject({ imported: { added: 1 } });
	});
});

/** An export of the class, as it is downloaded. */
async function exportOf(classId: string): Promise<string> {
	const period = { from: '2026-01-01', to: '2026-11-30' };
	const { csv } = await app.container.reportExport.start(teacher.actor, { classId, period }, true);
	let text = '';
	for await (const piece of csv) text += String(piece);
	return text;
}

it('an export imports again as what is there', async () => {
	const names = ['=1+1', "'=2", '@Zoë "Zo" Šimić, B.', 'Waits'];
	const { classId, className } = await makeClass(names);
	const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
	await importAll(
		marks(
			csvOf(
				`${className},2026-03-02,08:00,${cell("'=1+1")},,late,,08:12:31,08:40,${cell('-7, "x"')}`,
				`${className},2026-03-02,08:00,${cell("''=2")},,late,,,,`,
				`${className},2026-03-02,08:00,${cell('\'@Zoë "Zo" Šimić, B.')},,excused,,,,`,
				`${className},2026-10-25,02:30,${cell("'=1+1")},,absent,,,,`,
			),
		),
	);
	await app.container.school.updateStatuses(admin.actor, {
		present: { word: 'here', letter: 'H', colour: 'green' },
		late: { word: 'tardy', letter: 'T', colour: 'amber' },
		absent: { word: 'away', letter: 'A', colour: 'red' },
		excused: { word: 'excused', letter: 'E', colour: 'blue' },
	});
	const text = await exportOf(classId);
	expect(text).toContain('waiting');
	const looked = await preview(marks(text));
	expect(sentences(looked)).toEqual([]);
	expect(looked.counts).toEqual({ added: 0, changed: 0, unchanged: 8, rollCalls: 0 });
	expect(looked.ignored).toEqual([messages.reports.export.columns.method]);
	expect(looked.digest).toBeNull();
	const changed = await preview(marks(text.replace('-7, ""x""', 'better')));
	expect(changed.counts).toMatchObject({ changed: 1, unchanged: 7 });
});

describe('excuses', () => {
	it('are approved and applied, once', async () => {
		const { className, idOf } = await makeClass(['Ill Once', 'Ill Twice']);
		await importAll(marks(csvOf(`${className},2026-03-02,08:00,Ill Once,,present,,,,`)));
		const request = excuses(
			[
				'Student;Class;First day;Last day;Reason;Asked by',
				`Ill Once;${className};2026-11-02;2026-11-03;Flu;guardian`,
				`Ill Twice;${className};2026-11-02;;Dentist;`,
			].join('\r\n'),
		);
		const before = await everything();
		expect((await preview(request)).excuses).toMatchObject([
			{ line: 2, student: 'Ill Once', className, lastDay: '2026-11-03', askedBy: 'guardian' },
			{ line: 3, student: 'Ill Twice', lastDay: '2026-11-02', askedBy: 'staff' },
		]);
		expect(await everything()).toEqual(before);
		expect(await importAll(request)).toMatchObject({ imported: { added: 2 } });
		const rows = await app.database.sql`
			select state, reason, decided_by from excuses where student_id = ${idOf('Ill Once')}`;
		expect(rows).toEqual([{ state: 'approved', reason: 'Flu', decided_by: teacher.actor.id }]);
		expect((await preview(request)).counts).toMatchObject({ added: 0, unchanged: 2 });
		// And no file of marks overrules them.
		const absent = marks(csvOf(`${className},2026-11-02,08:00,Ill Once,,absent,,,,`));
		expect(sentences(await preview(absent))).toEqual([
			{ lines: '2', column: 'Status', message: problem.excused('2026-11-02') },
		]);
	});
});

it('locks roll calls by their start, as everybody does, so that nobody waits in a ring', async () => {
	const { classId, className } = await makeClass(['Amina Eze']);
	const days = Array.from({ length: 20 }, (_, i) => `2026-03-${String(i + 1).padStart(2, '0')}`);
	const lines = days.map((day) => `${className},${day},08:00,Amina Eze,,absent,,,,`);
	await importAll(marks(csvOf(...lines)));
	const { db } = app.database;
	const calls = sql<{ id: string }>`
		select id from roll_calls where class_id = ${classId} order by starts_at, id`;
	const ids = (await calls.execute(db)).rows.map(({ id }) => id);
	let waiting: Promise<void> | undefined;
	await db.transaction().execute(async (holder) => {
		await sql`select from roll_calls where id = ${ids[0]} for update`.execute(holder);
		waiting = db.transaction().execute((trx) => importRows.lockRollCalls(trx, ids));
		await untilOneWaits();
		// It waits for the first, and has locked none of the others.
		const free = await sql<{ id: string }>`${calls} for update skip locked`.execute(holder);
		expect(free.rows.map(({ id }) => id)).toEqual(ids);
	});
	await waiting;
});

/** Until some transaction of this database waits for a lock. */
async function untilOneWaits(): Promise<void> {
	await expect
		.poll(async () => {
			const { rows } = await sql<{ count: number }>`
				select count(*)::int as count from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'
			`.execute(app.database.db);
			return rows[0]?.count;
		})
		.toBeGreaterThan(0);
}

it('20,000 lines are looked at and imported in some seconds', async () => {
	const names = Array.from({ length: 100 }, (_, i) => `Student ${i}`);
	const { classId, className } = await makeClass(names);
	const lines = Array.from({ length: 20_000 }, (_, i) => {
		const day = new Date(Date.UTC(2025, 8, 1 + Math.floor(i / 100)));
		const minutes = i % 7 === 0 ? ',late,12' : ',present,';
		return `${className},${day.toISOString().slice(0, 10)},08:00,Student ${i % 100},${minutes},,,`;
	});
	const request = marks(csvOf(...lines));
	const began = performance.now();
	const { digest, counts } = await preview(request);
	const looked = performance.now();
	expect(counts).toEqual({ added: 20_000, changed: 0, unchanged: 0, rollCalls: 200 });
	const confirmed = await app.container.imports.confirm(teacher.actor, {
		...request,
		digest: digest ?? '',
	});
	const took = { preview: looked - began, confirm: performance.now() - looked };
	expect(confirmed.imported).toEqual(counts);
	expect(took.preview).toBeLessThan(MOST_MS);
	expect(took.confirm).toBeLessThan(MOST_MS);
	const [row] = await app.database.sql`
		select count(*)::int as marks, count(distinct roll_call_id)::int as calls from marks
		join roll_calls on roll_calls.id = roll_call_id where class_id = ${classId}`;
	expect(row).toEqual({ marks: 20_000, calls: 200 });
}, 90_000);
