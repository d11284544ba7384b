/**
 * Protects that numbers agree: whatever happened to marks and memberships, the matrix, the rates, the
 * charts, a student's page, the list of those at risk and the exported file tell the same, and what
 * the plain definitions of docs/attendance.md, written out here once more, say.
 */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shiftDay } from '../../src/lib/contract/reports';
import type { MarkStatus } from '../../src/lib/contract/terms';
import {
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';

const RUNS = 25;
const DAYS = 14;
const FIRST_DAY = '2026-03-23';
/** The clocks of the school go forward on the seventh day. */
const TIME_ZONE = 'Europe/Berlin';
const PERIOD = { from: FIRST_DAY, to: shiftDay(FIRST_DAY, DAYS - 1) };
const RULE = { absencesInRow: 2, rateBelow: 75 };
const STATUSES = ['present', 'late', 'absent', 'excused', null] as const;

interface RollCall {
	day: number;
	/** Of the school's clock; every hour exists on every day. */
	hour: number;
	closed: boolean;
	/** By student: what a mark was, one after another; the last one stands. */
	histories: (MarkStatus | null)[][];
}

interface History {
	/** By student: the days on which memberships begin and end in turn, from 0. */
	memberships: number[][];
	rollCalls: RollCall[];
}

const STUDENTS = 3;
const histories: fc.Arbitrary<History> = fc.record({
	memberships: fc.array(
		fc
			.uniqueArray(fc.integer({ min: 0, max: DAYS }), { minLength: 1, maxLength: 4 })
			.map((days) => days.sort((a, b) => a - b)),
		{ minLength: STUDENTS, maxLength: STUDENTS },
	),
	rollCalls: fc
		.uniqueArray(
			fc.record({
				day: fc.integer({ min: -1, max: DAYS }),
				hour: fc.constantFrom(0, 8, 23),
				closed: fc.boolean(),
				histories: fc.array(fc.array(fc.constantFrom(...STATUSES), { maxLength: 3 }), {
					minLength: STUDENTS,
					maxLength: STUDENTS,
				}),
			}),
			{ maxLength: 12, selector: ({ day, hour }) => `${day} ${hour}` },
		)
		// A class has one open roll call at most.
		.map((all) => all.map((one, index) => ({ ...one, closed: one.closed || index > 0 }))),
});

let app: TestApplication;
let admin: Account;

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	await app.container.school.update(admin.actor, { name: 'A school', timeZone: TIME_ZONE });
	await app.container.reports.updateRiskRule(admin.actor, RULE);
});
afterAll(() => app.stop());

/** Plays a history into a class of its own. */
async function play(history: History): Promise<{ classId: string; students: string[] }> {
	const { sql } = app.database;
	const { id: classId } = await app.container.classes.create(admin.actor, `Class ${randomUUID()}`);
	const students: string[] = [];
	for (const [index, days] of history.memberships.entries()) {
		const [user] = await sql<[{ id: string }]>`
			insert into users (role, name) values ('student', ${`Student ${index}`}) returning id`;
		students.push(user.id);
		for (let i = 0; i < days.length; i += 2) {
			const [from, until] = [days[i] ?? 0, days[i + 1]];
			await sql`insert into members (class_id, student_id, valid_from, valid_until) values (
				${classId}, ${user.id}, ${shiftDay(FIRST_DAY, from)},
				${until === undefined ? null : shiftDay(FIRST_DAY, until)})`;
		}
	}
	for (const rollCall of history.rollCalls) await playRollCall(classId, students, rollCall);
	return { classId, students };
}

async function playRollCall(classId: string, students: string[], rollCall: RollCall) {
	const { sql } = app.database;
	const clock = `${shiftDay(FIRST_DAY, rollCall.day)} ${rollCall.hour}:00`;
	const [{ id }] = await sql<[{ id: string }]>`
		insert into roll_calls (class_id, state, starts_at, late_after_minutes, display_token)
		values (${classId}, ${rollCall.closed ? 'closed' : 'open'},
			${clock}::timestamp at time zone ${TIME_ZONE}, 10, ${randomUUID()}) returning id`;
	for (const [index, changes] of rollCall.histories.entries()) {
		let before: MarkStatus | null = null;
		for (const status of changes) {
			await sql`
				insert into marks (roll_call_id, student_id, status, marked_at, minutes_late, method, version)
				values (${id}, ${students[index] ?? ''}, ${status}, now(),
					${status === 'late' ? 5 : null}, 'teacher', 1)
				on conflict (roll_call_id, student_id) do update
				set status = excluded.status, minutes_late = excluded.minutes_late`;
			await sql`
				insert into mark_changes (roll_call_id, student_id, old_status, new_status, method)
				values (${id}, ${students[index] ?? ''}, ${before}, ${status}, 'teacher')`;
			before = status;
		}
	}
}

/** By student: what stands in every roll call that counts, oldest first, by the plain definitions. */
function expectedOf({ memberships, rollCalls }: History): (MarkStatus | null)[][] {
	const counted = rollCalls
		.filter(({ closed, day }) => closed && day >= 0 && day < DAYS)
		.sort((a, b) => a.day - b.day || a.hour - b.hour);
	return memberships.map((days, student) =>
		counted
			.filter(({ day }) => days.filter((turn) => turn <= day).length % 2 === 1)
			.map(({ histories }) => histories[student]?.at(-1) ?? null),
	);
}

const count = (all: readonly (MarkStatus | null)[], ...wanted: (MarkStatus | null)[]) =>
	all.filter((status) => wanted.includes(status)).length;

function isAtRisk(statuses: readonly (MarkStatus | null)[]): boolean {
	const relevant = statuses.filter((status) => status !== null && status !== 'excused');
	const afterLastArrival = relevant.length - 1 - relevant.findLastIndex((one) => one !== 'absent');
	const came = count(relevant, 'present', 'late');
	return afterLastArrival >= RULE.absencesInRow || came * 100 < RULE.rateBelow * relevant.length;
}

async function exported(classId: string): Promise<string[][]> {
	const request = { classId, period: PERIOD };
	const { csv } = await app.container.reportExport.start(admin.actor, request, false);
	const pieces: Buffer[] = [];
	for await (const piece of csv as AsyncIterable<Buffer>) pieces.push(piece);
	return parse(Buffer.concat(pieces), { from_line: 2 });
}

const sum = (points: { counted: number }[]) => points.reduce((all, one) => all + one.counted, 0);

it('tells the same in matrix, rates, charts, student page, risks and file', async () => {
	const { reports } = app.container;
	await fc.assert(
		fc.asyncProperty(histories, async (history) => {
			const { classId, students } = await play(history);
			const expected = expectedOf(history);
			const all = expected.flat();
			const counted = count(all, 'present', 'late', 'absent');
			const report = await reports.ofClass(admin.actor, classId, PERIOD);

			const cells = report.students.map(({ id, cells }) => [
				id,
				cells.filter((cell) => cell !== null).map(({ status }) => status),
			]);
			const present = students.map((id, index) => [id, expected[index]]);
			expect(cells).toEqual(present.filter(([, statuses]) => statuses?.length !== 0));
			expect(report.totals.tally).toEqual({
				present: count(all, 'present'),
				late: count(all, 'late'),
				absent: count(all, 'absent'),
				excused: count(all, 'excused'),
				waiting: count(all, null),
				minutesLate: 5 * count(all, 'late'),
			});
			expect(report.totals.rate).toBe(
				counted === 0 ? null : count(all, 'present', 'late') / counted,
			);
			expect(sum(report.charts.weeks)).toBe(counted);
			expect(sum(report.charts.weekdays)).toBe(counted);
			const arrivals = report.charts.arrivals.reduce((sum, bin) => sum + bin.count, 0);
			expect(arrivals).toBe(count(all, 'present', 'late'));

			for (const [index, id] of students.entries()) {
				const own = await reports.ofStudent(admin.actor, id, PERIOD);
				expect(own.marks.map(({ status }) => status).reverse()).toEqual(expected[index]);
				expect(sum(own.days)).toBe(count(expected[index] ?? [], 'present', 'late', 'absent'));
			}

			const risky = students.filter((_, index) => isAtRisk(expected[index] ?? []));
			const listed = (await reports.atRisk(admin.actor, PERIOD)).filter(
				(one) => one.classId === classId,
			);
			expect(listed.map(({ studentId }) => studentId).sort()).toEqual(risky.toSorted());
			expect(report.totals.atRisk).toBe(risky.length);

			const lines = await exported(classId);
			const words = students.map((_, index) =>
				lines.filter(([, , , name]) => name === `Student ${index}`).map((line) => line[5]),
			);
			expect(words).toEqual(
				expected.map((statuses) => statuses.map((status) => status ?? 'waiting')),
			);
		}),
		{ numRuns: RUNS },
	);
}, 120_000);
