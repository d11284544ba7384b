/**
 * Protects reports on real PostgreSQL: membership dates and the school's day decide who counts when,
 * a teacher sees no other teacher's class, and the school's rule names whom it should.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MarkStatus } from '../../src/lib/contract/terms';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';

const MARCH = { from: '2026-03-01', to: '2026-03-31' };

let app: TestApplication;
let admin: Account;
let teacher: Account;
let otherTeacher: Account;
let classId: string;

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	teacher = await makeAccount(app, admin.actor, 'teacher');
	otherTeacher = await makeAccount(app, admin.actor, 'teacher');
	await app.container.school.update(admin.actor, { name: 'A school', timeZone: 'Europe/Berlin' });
});
afterAll(() => app.stop());
beforeEach(async () => {
	({ id: classId } = await app.container.classes.create(teacher.actor, 'Biology 9B'));
});

/** A student of the class; the last day no longer holds. */
async function addStudent(name: string, from = '2026-01-01', until: string | null = null) {
	const { db } = app.database;
	const { id } = await db
		.insertInto('users')
		.values({ role: 'student', name })
		.returning('id')
		.executeTakeFirstOrThrow();
	await addMembership(id, from, until);
	return id;
}

const addMembership = (student_id: string, valid_from: string, valid_until: string | null) =>
	app.database.db
		.insertInto('members')
		.values({ class_id: classId, student_id, valid_from, valid_until })
		.execute();

async function addRollCall(
	startsAt: string,
	marks: Record<string, MarkStatus | null> = {},
	state: 'closed' | 'open' | 'planned' = 'closed',
): Promise<string> {
	const { db } = app.database;
	const starts_at = new Date(startsAt);
	const { id } = await db
		.insertInto('roll_calls')
		.values({
			class_id: classId,
			state,
			starts_at,
			ends_at: new Date(starts_at.getTime() + 3_600_000),
			late_after_minutes: 10,
			display_token: randomUUID(),
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	for (const [student_id, status] of Object.entries(marks)) {
		const marked_at = new Date(starts_at.getTime() + 12 * 60_000);
		const minutes_late = status === 'late' ? 12 : null;
		const mark = { roll_call_id: id, student_id, status, marked_at, minutes_late };
		await db
			.insertInto('marks')
			.values({ ...mark, method: 'teacher', marked_by: null, version: 1 })
			.execute();
	}
	return id;
}

const report = (period = MARCH) => app.container.reports.ofClass(teacher.actor, classId, period);

describe('a class', () => {
	it('has its roll calls in order and its students by name, with what everybody was marked', async () => {
		const [rui, amina] = [await addStudent('Rui Costa'), await addStudent('Amina Eze')];
		await addRollCall('2026-03-03T08:00+01:00', { [rui]: 'absent', [amina]: 'late' });
		await addRollCall('2026-03-02T08:00+01:00', { [rui]: 'present', [amina]: null });
		const { rollCalls, students, totals } = await report();
		expect(rollCalls.map(({ day }) => day)).toEqual(['2026-03-02', '2026-03-03']);
		expect(students.map(({ name, cells }) => [name, cells])).toEqual([
			[
				'Amina Eze',
				[
					{ status: null, minutesLate: null },
					{ status: 'late', minutesLate: 12 },
				],
			],
			[
				'Rui Costa',
				[
					{ status: 'present', minutesLate: null },
					{ status: 'absent', minutesLate: null },
				],
			],
		]);
		expect(totals).toMatchObject({ rate: 2 / 3, atRisk: 1 });
	});

	it('counts nobody outside their membership, marked or not', async () => {
		const early = await addStudent('Left Early', '2026-01-01', '2026-03-03');
		const late = await addStudent('Came Late', '2026-03-03');
		for (const day of ['02', '03']) {
			await addRollCall(`2026-03-${day}T08:00+01:00`, { [early]: 'present', [late]: 'absent' });
		}
		const { students, totals } = await report();
		const present = { status: 'present', minutesLate: null };
		const absent = { status: 'absent', minutesLate: null };
		expect(students.map(({ name, cells }) => [name, cells])).toEqual([
			['Came Late', [null, absent]],
			['Left Early', [present, null]],
		]);
		expect(totals.tally).toMatchObject({ present: 1, absent: 1, waiting: 0 });
	});

	it('goes by the school’s day, before midnight and after', async () => {
		const amina = await addStudent('Amina Eze', '2026-03-29', '2026-03-30');
		// The night in which the clocks of the school go forward.
		await addRollCall('2026-03-28T23:30+01:00', { [amina]: 'absent' });
		await addRollCall('2026-03-29T00:30+01:00', { [amina]: 'present' });
		await addRollCall('2026-03-29T23:30+02:00', { [amina]: 'present' });
		await addRollCall('2026-03-30T00:30+02:00', { [amina]: 'absent' });
		const { rollCalls, totals } = await report({ from: '2026-03-29', to: '2026-03-29' });
		expect(rollCalls).toHaveLength(2);
		expect(totals.tally).toMatchObject({ present: 2, absent: 0 });
	});

	it('counts closed roll calls only, and those of the days asked for', async () => {
		const amina = await addStudent('Amina Eze');
		await addRollCall('2026-02-28T08:00+01:00', { [amina]: 'absent' });
		await addRollCall('2026-03-02T08:00+01:00', { [amina]: 'present' });
		await addRollCall('2026-03-03T08:00+01:00', { [amina]: 'absent' }, 'open');
		await addRollCall('2026-03-04T08:00+01:00', {}, 'planned');
		const { rollCalls, totals, before } = await report();
		expect(rollCalls).toHaveLength(1);
		expect(totals.rate).toBe(1);
		expect(before.rate).toBe(0);
	});

	it('is nobody’s who does not teach it', async () => {
		const { reports } = app.container;
		await expect(reports.ofClass(otherTeacher.actor, classId, MARCH)).rejects.toMatchObject({
			code: 'not-found',
		});
		await expect(reports.ofClass(teacher.actor, 'none', MARCH)).rejects.toMatchObject({
			code: 'not-found',
		});
		expect(await reports.ofClass(admin.actor, classId, MARCH)).toMatchObject({ id: classId });
		expect(await reports.classes(otherTeacher.actor)).toEqual([]);
		const student = await makeAccount(app, admin.actor, 'student');
		await expect(reports.classes(student.actor)).rejects.toMatchObject({ code: 'forbidden' });
	});
});

describe('a student', () => {
	it('is shown over the classes that the reader teaches, and to nobody else', async () => {
		const { reports, classes } = app.container;
		const amina = await addStudent('Amina Eze');
		await addRollCall('2026-03-02T08:00+01:00', { [amina]: 'present' });
		({ id: classId } = await classes.create(otherTeacher.actor, 'Chemistry 9B'));
		await addMembership(amina, '2026-01-01', null);
		await addRollCall('2026-03-02T10:00+01:00', { [amina]: 'absent' });
		const names = async (actor: Account) =>
			(await reports.ofStudent(actor.actor, amina, MARCH)).classes.map(({ name }) => name);
		expect(await names(admin)).toEqual(['Biology 9B', 'Chemistry 9B']);
		expect(await names(teacher)).toEqual(['Biology 9B']);
		const all = await reports.ofStudent(admin.actor, amina, MARCH);
		expect(all.totals).toMatchObject({ rate: 0.5, runs: { longest: 1, current: 1 } });
		expect(all.days).toEqual([{ day: '2026-03-02', rate: 0.5, counted: 2 }]);
		expect(all.marks.map(({ className }) => className)).toEqual(['Chemistry 9B', 'Biology 9B']);

		const stranger = await makeAccount(app, admin.actor, 'teacher');
		await expect(reports.ofStudent(stranger.actor, amina, MARCH)).rejects.toMatchObject({
			code: 'not-found',
		});
		await expect(reports.ofStudent(admin.actor, 'nobody', MARCH)).rejects.toMatchObject({
			code: 'not-found',
		});
	});
});

describe('students at risk', () => {
	it('are those whom the school’s rule names, in the classes of the reader', async () => {
		const { reports } = app.container;
		const [jo, rui] = [await addStudent('Jo Baker'), await addStudent('Rui Costa')];
		for (const day of ['02', '03', '04']) {
			await addRollCall(`2026-03-${day}T08:00+01:00`, { [jo]: 'absent', [rui]: 'late' });
		}
		const own = async (actor: Account) =>
			(await reports.atRisk(actor.actor, MARCH)).filter((one) => one.classId === classId);
		const found = await own(teacher);
		expect(found).toMatchObject([
			{ name: 'Jo Baker', className: 'Biology 9B', rate: 0, risks: ['run', 'rate'] },
		]);
		expect(found).toEqual(await own(admin));
		expect(await own(otherTeacher)).toEqual([]);

		await reports.updateRiskRule(admin.actor, { absencesInRow: 4, rateBelow: 0 });
		expect(await own(teacher)).toEqual([]);
		await reports.updateRiskRule(admin.actor, { absencesInRow: 3, rateBelow: 90 });
		await expect(
			reports.updateRiskRule(teacher.actor, { absencesInRow: 1, rateBelow: 1 }),
		).rejects.toMatchObject({ code: 'forbidden' });
	});
});

describe('a school’s day', () => {
	it('says what every class took, and what it did not', async () => {
		const { reports } = app.container;
		const gone = await addStudent('Left Early', '2026-01-01', '2026-03-02');
		const amina = await addStudent('Amina Eze');
		await addRollCall('2026-03-02T10:00+01:00', {}, 'planned');
		await addRollCall('2026-03-02T08:00+01:00', { [amina]: 'late', [gone]: 'absent' });
		const [day] = (await reports.ofDay(teacher.actor, '2026-03-02')).filter(
			({ id }) => id === classId,
		);
		expect(day?.rollCalls).toMatchObject([
			{ state: 'closed', rate: 1, tally: { late: 1, absent: 0, waiting: 0, minutesLate: 12 } },
			{ state: 'planned', rate: null, tally: { waiting: 1 } },
		]);
		const [next] = (await reports.ofDay(teacher.actor, '2026-03-03')).filter(
			({ id }) => id === classId,
		);
		expect(next).toEqual({ id: classId, name: 'Biology 9B', rollCalls: [] });
		const others = await reports.ofDay(otherTeacher.actor, '2026-03-02');
		expect(others.map(({ id }) => id)).not.toContain(classId);
	});
});
