// Protects marks by hand that were made without a network and arrive later: they keep the time at which
// they were made, never win over what was done after them, count once, and are refused where that time
// cannot be.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MarkRequest, MarkRest } from '../../src/lib/contract/marks';
import {
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import {
	makeTaughtClass,
	markOf,
	openSince,
	restOf,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;
let taught: TaughtClass;
let id: string;
let startsAt: number;
let amina: Student;
let bo: Student;
let cem: Student;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());
beforeEach(async () => {
	const names = ['Amina Eze', 'Bo Lind', 'Cem Kaya'];
	taught = await makeTaughtClass(application, admin, names, { enrolled: 0 });
	[amina, bo, cem] = taught.students as [Student, Student, Student];
	({ id, startsAt } = await openSince(application, taught, 40));
});

const service = () => application.container.rollCalls;
const tess = () => taught.teacher.actor;
/** A tap so many minutes after the start. */
const tapOf = (student: Student, minute: number, changes: Partial<MarkRequest> = {}) => {
	const at = startsAt + minute * MINUTE;
	return markOf(id, student.id, { markedAt: at, madeAt: at, sawVersion: 0, ...changes });
};
const lateRestOf = (students: readonly Student[], minute: number): MarkRest => {
	const at = startsAt + minute * MINUTE;
	const ids = students.map((student) => student.id);
	return restOf(id, ids, { markedAt: at, madeAt: at });
};
const historyOf = (student: Student) =>
	service().history(tess(), { rollCallId: id, studentId: student.id });
const close = () => service().close(tess(), id);
const changesOf = (student: Student) =>
	application.database.db
		.selectFrom('mark_changes')
		.select('request_id')
		.where('roll_call_id', '=', id)
		.where('student_id', '=', student.id)
		.execute();

async function entryOf(student: Student) {
	const { entries } = await service().roster(tess(), id);
	return entries.find(({ studentId }) => studentId === student.id);
}

describe('a mark that was made before another device’s', () => {
	it('does not win over the same teacher’s newer one, and is kept in the history', async () => {
		await service().mark(tess(), tapOf(amina, 20, { status: 'absent' }));
		const late = tapOf(amina, 10, { status: 'present' });
		const { conflict } = await service().mark(tess(), late);
		expect(conflict).toMatchObject({ status: 'absent', wanted: 'present', by: 'Tess Teacher' });
		expect(await entryOf(amina)).toMatchObject({ status: 'absent' });
		expect(await historyOf(amina)).toMatchObject([
			{ to: 'absent', conflict: null },
			{ to: 'absent', conflict: { wanted: 'present' }, madeAt: late.madeAt },
		]);
	});

	it('does not bring its details over the newer one’s', async () => {
		const details = { arrivedAt: null, leftAt: null, remark: 'on crutches' };
		await service().mark(tess(), tapOf(amina, 20, { details }));
		const earlier = { ...details, remark: 'not sure' };
		const { conflict } = await service().mark(tess(), tapOf(amina, 10, { details: earlier }));
		expect(conflict).toBe(null);
		expect(await entryOf(amina)).toMatchObject({ status: 'present', remark: 'on crutches' });
		expect(await historyOf(amina)).toHaveLength(2);
	});

	it('is not brought in by “mark the rest” where the newer one was taken back', async () => {
		await service().mark(tess(), tapOf(amina, 20));
		await service().mark(tess(), tapOf(amina, 21, { status: null, sawVersion: 1 }));
		await service().markRest(tess(), lateRestOf([amina, bo], 10));
		expect(await entryOf(amina)).toMatchObject({ status: null });
		expect(await entryOf(bo)).toMatchObject({ status: 'present' });
	});

	it('wins where it is the newer one, or was made in sight of the other', async () => {
		await service().mark(tess(), tapOf(amina, 20, { status: 'absent' }));
		await service().mark(tess(), tapOf(amina, 21, { status: 'late' }));
		expect(await entryOf(amina)).toMatchObject({ status: 'late' });
		await service().mark(tess(), tapOf(amina, 15, { status: 'present', sawVersion: 2 }));
		expect(await entryOf(amina)).toMatchObject({ status: 'present' });
	});
});

describe('after the closing', () => {
	it('a mark counts from when it was made, once, and is shown as having come in late', async () => {
		await close();
		const late = tapOf(amina, 12, { status: 'late' });
		const { version } = await service().mark(tess(), late);
		expect(await entryOf(amina)).toMatchObject({
			status: 'late',
			minutesLate: 12,
			markedAt: late.markedAt,
			cameInLate: true,
		});
		expect(await historyOf(amina)).toMatchObject([
			{ to: 'absent', method: 'rule' },
			{ to: 'late', cameInLate: true, madeAt: late.madeAt },
		]);
		expect(await service().mark(tess(), late)).toMatchObject({ version });
		expect(await changesOf(amina)).toHaveLength(2);
		const [own] = await application.database.sql`
			select came_in_at is not null as late from marks
			where roll_call_id = ${id} and student_id = ${amina.id}`;
		expect(own).toEqual({ late: true });
	});

	it('a correction is none that came in late, and takes that from one', async () => {
		await close();
		await service().mark(tess(), tapOf(amina, 12));
		await service().mark(tess(), markOf(id, amina.id, { status: 'late', madeAt: Date.now() }));
		expect(await entryOf(amina)).not.toHaveProperty('cameInLate');
	});

	it('“mark the rest” marks those who were waiting then, and its undo leaves the rule’s mark', async () => {
		await service().mark(tess(), tapOf(cem, 5, { status: 'absent' }));
		await close();
		const rest = lateRestOf([amina, bo, cem], 30);
		await service().markRest(tess(), rest);
		await service().markRest(tess(), rest);
		expect(await entryOf(amina)).toMatchObject({ status: 'present', cameInLate: true });
		expect(await entryOf(cem)).toMatchObject({ status: 'absent' });
		expect(await changesOf(amina)).toHaveLength(2);
		const undo = { id: randomUUID(), rollCallId: id, restId: rest.id };
		await service().undoRest(tess(), { ...undo, madeAt: startsAt + 31 * MINUTE });
		expect(await entryOf(amina)).toMatchObject({ status: 'absent', method: 'rule' });
		expect(await entryOf(amina)).not.toHaveProperty('cameInLate');
	});

	it('“mark the rest” of now is refused as before', async () => {
		await close();
		const rest = restOf(id, [amina.id], { madeAt: Date.now() + 1000 });
		await expect(service().markRest(tess(), rest)).rejects.toMatchObject({ code: 'closed' });
	});
});

describe('a time that cannot be', () => {
	const refusedAt = (madeAt: number) =>
		expect(service().mark(tess(), tapOf(amina, 0, { madeAt }))).rejects;

	it('is refused in words, and changes nothing', async () => {
		await refusedAt(Date.now() + 2 * MINUTE).toMatchObject({
			code: 'bad-time',
			message: expect.stringContaining('later than now') as string,
		});
		await refusedAt(startsAt - 2 * MINUTE).toMatchObject({
			code: 'bad-time',
			message: expect.stringContaining('before the roll call') as string,
		});
		expect(await historyOf(amina)).toEqual([]);
	});

	it('is refused beyond the school’s limit, and taken within it', async () => {
		const opened = new Date(Date.now() - 50 * HOUR);
		await application.database.sql`
			update roll_calls set opened_at = ${opened}, starts_at = ${opened} where id = ${id}`;
		await application.database.sql`
			update members set valid_from = valid_from - 3 where class_id = ${taught.classId}`;
		const madeAt = Date.now() - 26 * HOUR;
		await refusedAt(madeAt).toMatchObject({
			code: 'too-late',
			message: expect.stringContaining('24 hours') as string,
		});
		await application.container.school.updateLateRecords(admin.actor, { lateRecordsHours: 48 });
		await service().mark(tess(), tapOf(amina, 0, { madeAt }));
		expect(await entryOf(amina)).toMatchObject({ status: 'present' });
		await application.container.school.updateLateRecords(admin.actor, { lateRecordsHours: 24 });
	});
});
