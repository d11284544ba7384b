/**
 * Protects exports, over real HTTP and on real PostgreSQL: they begin at once, hold no more than a
 * piece at a time however long they are, end their query with their reader, and no name in them is
 * computed by a spreadsheet.
 */
import { parse } from 'csv-parse/sync';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { startServer, type RunningServer } from '../helpers/server';

const FORMULA = '=HYPERLINK("http://evil.invalid","click")';
const MARCH = { from: '2026-03-01', to: '2026-03-31' };
const YEAR = { from: '2025-08-01', to: '2026-07-31' };
const LONG_ROWS = 100_000;
/** Each as long as the longest that a school year makes. */
const LONG_CLASSES = 10;
/** The rows alone, kept, would hold several times as much. */
const FLAT_BYTES = 8_000_000;

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** What is really held, after a collection. */
function heldBytes(): number {
	collectGarbage();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

let app: TestApplication;
let server: RunningServer;
let admin: Account;
let teacher: Account;
let classId: string;
let longClassId: string;

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	teacher = await makeAccount(app, admin.actor, 'teacher');
	const { classes, school } = app.container;
	await school.update(admin.actor, { name: 'A school', timeZone: 'Europe/Berlin' });
	({ id: classId } = await classes.create(teacher.actor, '@Biology'));
	await fill(classId, { students: 2, rollCalls: 1 });
	const { sql } = app.database;
	await sql`update users set name = ${FORMULA}, student_number = '-7' where name = 'Student 1'`;
	await sql`update users set name = 'Zoë, "Zo" Šimić' where name = 'Student 2'`;
	await sql`update marks set status = 'late', minutes_late = 12, remark = ${FORMULA},
		left_at = '2026-03-02T08:40+01:00'`;
	await sql`delete from marks where student_id = (select id from users where name like 'Zo%')`;
	for (let n = 0; n < LONG_CLASSES; n++) {
		({ id: longClassId } = await classes.create(admin.actor, `Long year ${n}`));
		await fill(longClassId, { students: 100, rollCalls: LONG_ROWS / LONG_CLASSES / 100 });
	}
	server = await startServer({ env: { DATABASE_URL: app.database.url } });
}, 180_000);
afterAll(async () => {
	await server.stop();
	await app.stop();
});

/** Students who were all present in closed roll calls, hour by hour from 2 March 2026 at 8:00. */
async function fill(id: string, size: { students: number; rollCalls: number }): Promise<void> {
	const { sql } = app.database;
	await sql`
		with students as (
			insert into users (role, name)
			select 'student', 'Student ' || n from generate_series(1, ${size.students}::int) n
			returning id
		), roster as (
			insert into members (class_id, student_id, valid_from)
			select ${id}::uuid, id, '2025-01-01' from students returning student_id
		), calls as (
			insert into roll_calls (class_id, state, starts_at, late_after_minutes, display_token)
			select ${id}::uuid, 'closed', '2026-03-02T08:00+01:00'::timestamptz + n * interval '1 hour',
				10, gen_random_uuid()
			from generate_series(0, ${size.rollCalls - 1}::int) n returning id, starts_at
		)
		insert into marks (roll_call_id, student_id, status, marked_at, method, version)
		select calls.id, student_id, 'present', starts_at + interval '12 minutes', 'camera', 1
		from calls cross join roster`;
}

async function get(query: string, who: Account, signal?: AbortSignal): Promise<Response> {
	const { token } = await app.container.sessions.create(who.actor.id);
	return fetch(`${server.url}/reports/export?${query}`, {
		headers: { cookie: `facetrack_session=${token}` },
		...(signal ? { signal } : {}),
	});
}

const march = `from=${MARCH.from}&to=${MARCH.to}`;

/** Queries of exports that PostgreSQL works on or holds a cursor of. */
async function openExports(): Promise<number> {
	const [row] = await app.database.sql<{ count: number }[]>`
		select count(*)::int from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid()
			and query like '%to_char%' and state <> 'idle'`;
	return row?.count ?? 0;
}

describe('the file', () => {
	it('says its type, its columns in words, its days in ISO, and computes nothing', async () => {
		const response = await get(`class=${classId}&${march}`, teacher);
		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
		expect(response.headers.get('content-disposition')).toBe(
			'attachment; filename="attendance-2026-03-01-2026-03-31.csv"',
		);
		const text = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(
			await response.arrayBuffer(),
		);
		const [head, ...lines] = parse(text, { record_delimiter: '\r\n' });
		expect(head).toEqual([
			'Class',
			'Date',
			'Start',
			'Student',
			'Student number',
			'Status',
			'Minutes late',
			'Marked at',
			'How',
			'Left at',
			'Remark',
		]);
		const start = ["'@Biology", '2026-03-02', '08:00'];
		expect(lines.sort()).toEqual([
			[
				...[...start, `'${FORMULA}`, "'-7", 'late', '12', '2026-03-02T08:12:00', 'by camera'],
				...['2026-03-02T08:40:00', `'${FORMULA}`],
			],
			[...start, 'Zoë, "Zo" Šimić', '', 'waiting', '', '', '', '', ''],
		]);
	});

	it('calls statuses as the school does', async () => {
		const { school, reportExport } = app.container;
		const names = await school.statuses();
		await school.updateStatuses(admin.actor, { ...names, late: { ...names.late, word: 'tardy' } });
		const request = { classId, period: MARCH };
		const { csv } = await reportExport.start(teacher.actor, request, false);
		const pieces: Buffer[] = [];
		for await (const piece of csv as AsyncIterable<Buffer>) pieces.push(piece);
		await school.updateStatuses(admin.actor, names);
		const lines = parse(Buffer.concat(pieces), { from_line: 2 });
		expect(lines.map((line) => line[5]).sort()).toEqual(['tardy', 'waiting']);
	});

	it('begins with a byte order mark where it is asked for', async () => {
		const bytes = async (query: string) =>
			new Uint8Array(await (await get(query, teacher)).arrayBuffer()).slice(0, 4);
		const plain = await bytes(`class=${classId}&${march}`);
		const marked = await bytes(`class=${classId}&${march}&bom=1`);
		expect([...plain.slice(0, 1)]).toEqual([0x22]);
		expect([...marked]).toEqual([0xef, 0xbb, 0xbf, 0x22]);
	});

	it('holds the classes that the reader may see, and says no in a sentence', async () => {
		const classesIn = async (who: Account) => {
			const lines = parse(await (await get(march, who)).text(), { from_line: 2 });
			return [...new Set(lines.map(([name]) => name))];
		};
		expect(await classesIn(teacher)).toEqual(["'@Biology"]);
		expect(await classesIn(admin)).toHaveLength(LONG_CLASSES + 1);
		expect((await get(`class=${longClassId}&${march}`, teacher)).status).toBe(404);
		expect((await get('class=none', teacher)).status).toBe(404);
		const refused = await get('from=2026-03-31&to=2026-03-01', teacher);
		expect(refused.status).toBe(400);
		expect(await refused.text()).toContain('last day');
	});
});

describe('a long export', () => {
	const start = () =>
		app.container.reportExport.start(admin.actor, { classId: null, period: YEAR }, false);

	it('begins within a second and stays flat over 100,000 rows', async () => {
		const began = performance.now();
		const { csv } = await start();
		let firstMs = Infinity;
		let lines = 0;
		let pieces = 0;
		let most = 0;
		const before = heldBytes();
		for await (const piece of csv as AsyncIterable<Buffer>) {
			firstMs = Math.min(firstMs, performance.now() - began);
			lines += piece.toString().split('\r\n').length - 1;
			if (++pieces % 40 === 0) most = Math.max(most, heldBytes() - before);
		}
		// The two of the short class are there too.
		expect(lines).toBe(LONG_ROWS + 2);
		expect(firstMs).toBeLessThan(1000);
		expect(pieces).toBeGreaterThan(200);
		expect(most).toBeLessThan(FLAT_BYTES);
	});

	it('waits for its reader, and ends its query when the reader goes away', async () => {
		const leaving = new AbortController();
		const year = `from=${YEAR.from}&to=${YEAR.to}`;
		const response = await get(year, admin, leaving.signal);
		const reader = response.body!.getReader();
		await reader.read();
		await expect.poll(openExports, { timeout: 10_000 }).toBe(1);
		leaving.abort();
		await expect.poll(openExports, { timeout: 10_000 }).toBe(0);
	});

	it('lets three be made at a time, and the next when one is done', async () => {
		const three = await Promise.all([start(), start(), start()]);
		await expect(start()).rejects.toMatchObject({ code: 'too-many' });
		three[0].csv.destroy();
		const isFree = async () => {
			try {
				(await start()).csv.destroy();
				return true;
			} catch {
				return false;
			}
		};
		await expect.poll(isFree, { timeout: 10_000 }).toBe(true);
		for (const { csv } of three) csv.destroy();
		await expect.poll(openExports, { timeout: 10_000 }).toBe(0);
	});
});
