// Protects excuses: what was approved holds in the roll calls of its days, whenever they are opened
// and whenever it is approved; what a person or the camera marked stands; nothing that marks many at
// once overwrites it; what is withdrawn is gone; and each decides only what is theirs to decide.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExcuseDecision, RecordedExcuse } from '../../src/lib/contract/excuses';
import { shiftDay } from '../../src/lib/contract/reports';
import type { Actor } from '../../src/lib/server/domain/access';
import { schoolDay } from '../../src/lib/server/domain/timetable';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { startRealtime, type TestRealtime } from '../helpers/sockets';
import {
	framesOf,
	makeTaughtClass,
	markOf,
	openSince,
	type TaughtClass,
} from '../helpers/taught-class';

const NAMES = ['Amina Eze', 'Jo Baker', 'Linh Dang', 'Rui Costa'];
const MINUTE = 60_000;

let application: TestApplication;
let realtime: TestRealtime;
let admin: Account;
let taught: TaughtClass;

beforeAll(async () => {
	application = await startApplication();
	realtime = await startRealtime(application);
	admin = await makeFirstAdmin(application);
});
afterAll(async () => {
	await realtime.stop();
	await application.stop();
});
beforeEach(async () => {
	taught = await makeTaughtClass(application, admin, NAMES, { enrolled: 1 });
	await joinedIn2020(taught.classId);
});

const db = () => application.database.db;
const excuses = () => application.container.excuses;
const rollCalls = () => application.container.rollCalls;
const teacher = () => taught.teacher.actor;
const today = () => schoolDay(Date.now(), 'UTC');

/** A student's place in the class; 0 is Amina. */
const idOf = (student: number) => taught.students[student]?.id ?? '';
const studentActor = (student: number): Actor => ({
	id: idOf(student),
	name: NAMES[student] ?? '',
	role: 'student',
});

async function joinedIn2020(classId: string): Promise<void> {
	await db()
		.updateTable('members')
		.set({ valid_from: '2020-01-01' })
		.where('class_id', '=', classId)
		.execute();
}

/** For the class, from yesterday to tomorrow: whatever midnight does meanwhile, now lies in it. */
const excuseOf = (student: number, changes: Partial<RecordedExcuse> = {}): RecordedExcuse => ({
	studentId: idOf(student),
	classId: taught.classId,
	firstDay: shiftDay(today(), -1),
	lastDay: shiftDay(today(), 1),
	reason: 'At the dentist',
	askedBy: 'guardian',
	...changes,
});

/** Asked by the student; its id. */
async function ask(student: number, changes: Partial<RecordedExcuse> = {}): Promise<string> {
	await excuses().ask(studentActor(student), excuseOf(student, changes));
	return newestOf(student);
}

async function record(student: number, changes: Partial<RecordedExcuse> = {}): Promise<string> {
	await excuses().record(admin.actor, excuseOf(student, changes));
	return newestOf(student);
}

async function newestOf(student: number): Promise<string> {
	const { id } = await db()
		.selectFrom('excuses')
		.select('id')
		.where('student_id', '=', idOf(student))
		.orderBy('recorded_at', 'desc')
		.limit(1)
		.executeTakeFirstOrThrow();
	return id;
}

const decide = (
	excuseId: string,
	decision: ExcuseDecision['decision'] = 'approved',
	actor = teacher(),
) => excuses().decide(actor, { excuseId, decision, answer: null });

const open = async () => (await rollCalls().open(teacher(), taught.classId)).id;

const mark = (id: string, student: number, changes: Parameters<typeof markOf>[2] = {}) =>
	rollCalls().mark(teacher(), markOf(id, idOf(student), changes));

/** Status and how, in the order of {@link NAMES}: "excused rule", "- -". */
async function marksOf(id: string): Promise<string[]> {
	const { entries } = await rollCalls().roster(teacher(), id);
	return NAMES.map((name) => {
		const entry = entries.find((one) => one.name === name);
		return `${entry?.status ?? '-'} ${entry?.method ?? '-'}`;
	});
}

const changesOf = (id: string, student: number) =>
	db()
		.selectFrom('mark_changes')
		.select(['old_status', 'new_status', 'method', 'changed_by', 'reason'])
		.where('roll_call_id', '=', id)
		.where('student_id', '=', idOf(student))
		.orderBy('id')
		.execute();

/** A roll call of the class as it was closed once: Amina absent by the rule. */
async function closedAt(startsAt: Date): Promise<string> {
	const { id } = await db()
		.insertInto('roll_calls')
		.values({
			class_id: taught.classId,
			state: 'closed',
			starts_at: startsAt,
			late_after_minutes: 10,
			opened_at: startsAt,
			closed_at: new Date(startsAt.getTime() + 45 * MINUTE),
			display_token: randomUUID(),
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	await db()
		.insertInto('marks')
		.values({
			roll_call_id: id,
			student_id: idOf(0),
			status: 'absent',
			marked_at: startsAt,
			method: 'rule',
			version: 0,
		})
		.execute();
	return id;
}

describe('a roll call that is opened', () => {
	it('has those excused whose excuse was approved, with its reason and history', async () => {
		await record(0);
		await record(1, { classId: null, reason: 'Swimming gala' });
		const id = await open();
		expect(await marksOf(id)).toEqual(['excused rule', 'excused rule', '- -', '- -']);
		const { entries, version } = await rollCalls().roster(teacher(), id);
		expect(version).toBe(1);
		expect(entries.map(({ remark }) => remark)).toEqual([
			'At the dentist',
			'Swimming gala',
			null,
			null,
		]);
		expect(await changesOf(id, 0)).toEqual([
			{
				old_status: null,
				new_status: 'excused',
				method: 'rule',
				changed_by: admin.actor.id,
				reason: 'At the dentist',
			},
		]);
		// A device that saw nothing yet is told of them.
		const change = await rollCalls().changesSince(teacher(), { rollCallId: id, sinceVersion: 0 });
		expect(change.entries.map(({ name }) => name)).toEqual(['Amina Eze', 'Jo Baker']);
	});

	it('has them excused too where it was planned', async () => {
		await record(0);
		const now = Date.now();
		const { id } = await db()
			.insertInto('roll_calls')
			.values({
				class_id: taught.classId,
				state: 'planned',
				starts_at: new Date(now),
				ends_at: new Date(now + 45 * MINUTE),
				late_after_minutes: 10,
				display_token: randomUUID(),
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		await rollCalls().openPlanned(teacher(), id);
		expect(await marksOf(id)).toEqual(['excused rule', '- -', '- -', '- -']);
	});

	it('leaves alone who is excused on other days or elsewhere, or is not excused', async () => {
		const other = await makeTaughtClass(application, admin, ['Amina Eze'], { enrolled: 0 });
		await db()
			.insertInto('members')
			.values({ class_id: other.classId, student_id: idOf(0), valid_from: '2020-01-01' })
			.execute();
		await record(0, { classId: other.classId });
		await record(1, { firstDay: shiftDay(today(), -9), lastDay: shiftDay(today(), -2) });
		await ask(2);
		await decide(await ask(3), 'declined');
		expect(await marksOf(await open())).toEqual(['- -', '- -', '- -', '- -']);
	});
});

describe('an approval', () => {
	it('moves the rosters that people look at, and touches nobody’s mark', async () => {
		const id = await open();
		const client = await realtime.connect({ session: taught.teacher.token });
		await client.get('rollCall:join', { rollCallId: id });
		await mark(id, 1, { status: 'present' });
		await db()
			.insertInto('marks')
			.values({
				roll_call_id: id,
				student_id: idOf(2),
				status: 'late',
				marked_at: new Date(),
				method: 'camera',
				version: 1,
			})
			.execute();
		for (const student of [0, 1, 2]) await decide(await ask(student));

		const told = await client.change(({ entries }) =>
			entries.some(({ studentId, status }) => studentId === idOf(0) && status === 'excused'),
		);
		expect(told.entries).toMatchObject([{ method: 'rule', remark: 'At the dentist' }]);
		expect(await marksOf(id)).toEqual(['excused rule', 'present teacher', 'late camera', '- -']);
		client.close();
	});

	it('comes after the closing too: the rule gives way, a teacher’s “absent” does not', async () => {
		const id = await open();
		await mark(id, 1, { status: 'absent' });
		await rollCalls().close(teacher(), id);
		for (const student of [0, 1]) await decide(await ask(student));
		expect(await marksOf(id)).toEqual([
			'excused rule',
			'absent teacher',
			'absent rule',
			'absent rule',
		]);
		expect((await changesOf(id, 0)).at(-1)).toEqual({
			old_status: 'absent',
			new_status: 'excused',
			method: 'rule',
			changed_by: teacher().id,
			reason: 'At the dentist',
		});
	});

	it('is made once, and with a sentence to the student', async () => {
		const excuseId = await ask(0);
		const decisions = await Promise.allSettled([
			excuses().decide(teacher(), { excuseId, decision: 'declined', answer: 'Exam day' }),
			excuses().decide(admin.actor, { excuseId, decision: 'declined', answer: 'Exam day' }),
		]);
		expect(decisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		expect(decisions.find(({ status }) => status === 'rejected')).toMatchObject({
			reason: { code: 'conflict' },
		});
		expect((await excuses().own(studentActor(0))).excuses).toMatchObject([
			{
				state: 'declined',
				answer: 'Exam day',
				firstDay: shiftDay(today(), -1),
				lastDay: shiftDay(today(), 1),
			},
		]);
	});

	it('excuses whom a teacher had taken back before it, not whom they take back after it', async () => {
		const id = await open();
		await mark(id, 0, { status: 'present' });
		await mark(id, 0, { status: null });
		await record(0);
		expect((await marksOf(id))[0]).toBe('excused rule');
		await mark(id, 0, { status: null });
		await rollCalls().close(teacher(), id);
		await rollCalls().reopen(teacher(), id, { reason: 'Too early' });
		expect((await marksOf(id))[0]).toBe('- -');
	});
});

describe('an approval after marks were made', () => {
	const markRest = (id: string, students: number[]) =>
		rollCalls().markRest(teacher(), {
			id: randomUUID(),
			rollCallId: id,
			studentIds: students.map(idOf),
			status: 'absent',
			markedAt: Date.now() - 1_000,
		});

	it('replaces an absence of “mark the rest”, and says how many other marks stay', async () => {
		const id = await open();
		await markRest(id, [0, 1, 2]);
		// Somebody decides about Jo; Linh is still one of many.
		await mark(id, 1, { status: 'present' });
		await mark(id, 1, { status: 'absent' });
		await mark(id, 3, { status: 'late' });
		expect(await excuses().record(teacher(), excuseOf(0))).toEqual({ standing: 0 });
		expect(await excuses().record(teacher(), excuseOf(1))).toEqual({ standing: 1 });
		expect(await decide(await ask(3))).toEqual({ studentName: 'Rui Costa', standing: 1 });
		await rollCalls().close(teacher(), id);
		expect(await decide(await ask(2))).toMatchObject({ standing: 0 });
		expect(await marksOf(id)).toEqual([
			'excused rule',
			'absent teacher',
			'excused rule',
			'late teacher',
		]);
		expect((await changesOf(id, 2)).at(-1)).toMatchObject({
			old_status: 'absent',
			new_status: 'excused',
			reason: 'At the dentist',
		});
	});

	it('leaves an absence of “mark the rest” that came after it', async () => {
		await record(0);
		const id = await open();
		await mark(id, 0, { status: null });
		await rollCalls().markRest(teacher(), {
			id: randomUUID(),
			rollCallId: id,
			studentIds: [idOf(0)],
			status: 'absent',
			markedAt: Date.now(),
		});
		await rollCalls().close(teacher(), id);
		expect((await marksOf(id))[0]).toBe('absent teacher');
	});
});

describe('what marks many at once', () => {
	it('leaves the excused as they are, whoever closes and opens again', async () => {
		await record(0);
		const id = await open();
		await rollCalls().markRest(teacher(), {
			id: randomUUID(),
			rollCallId: id,
			studentIds: [0, 1].map(idOf),
			status: 'present',
			markedAt: Date.now(),
		});
		expect(await marksOf(id)).toEqual(['excused rule', 'present teacher', '- -', '- -']);
		await rollCalls().close(teacher(), id);
		expect(await marksOf(id)).toEqual([
			'excused rule',
			'present teacher',
			'absent rule',
			'absent rule',
		]);
		await rollCalls().reopen(teacher(), id, { reason: 'Too early' });
		expect(await marksOf(id)).toEqual(['excused rule', 'present teacher', '- -', '- -']);
	});

	it('excuses who joined the class since it was opened', async () => {
		const id = await open();
		await application.container.classes.addMembers(teacher(), taught.classId, [
			{ name: 'Yusuf Farah', studentNumber: null },
		]);
		await joinedIn2020(taught.classId);
		const { members } = await application.container.classes.detail(teacher(), taught.classId);
		const yusuf = members.find(({ name }) => name === 'Yusuf Farah');
		// As an approval leaves it that comes in the moment of an opening: none of its marks is made.
		await db()
			.insertInto('excuses')
			.values({
				...{ student_id: yusuf?.studentId ?? '', class_id: null, asked_by: 'staff' },
				...{ first_day: shiftDay(today(), -1), last_day: shiftDay(today(), 1), reason: 'Moving' },
				...{ state: 'approved', recorded_at: new Date(), decided_at: new Date() },
			})
			.execute();
		await rollCalls().close(teacher(), id);
		const { entries } = await rollCalls().roster(teacher(), id);
		expect(entries.map(({ name, status }) => [name, status])).toContainEqual([
			'Yusuf Farah',
			'excused',
		]);
		expect((await marksOf(id))[0]).toBe('absent rule');
	});

	it('and the camera leave an excused student alone, until a person says otherwise', async () => {
		await record(0);
		const { id, startsAt } = await openSince(application, taught, 5);
		const amina = taught.students[0]?.person;
		const frames = framesOf(id, 1, amina?.captures(4) ?? [], startsAt);
		for (const frame of frames) await application.container.recognition.observe(teacher(), frame);
		expect((await marksOf(id))[0]).toBe('excused rule');
		await mark(id, 0, { status: 'present' });
		expect((await marksOf(id))[0]).toBe('present teacher');
	});
});

describe('withdrawing', () => {
	it('takes back in an open roll call, makes absent in a closed one, keeps what is by hand', async () => {
		const excuseId = await record(0);
		const closed = await open();
		await rollCalls().close(teacher(), closed);
		const overruled = await open();
		await mark(overruled, 0, { status: 'present' });
		await rollCalls().close(teacher(), overruled);
		const id = await open();
		await excuses().withdraw(teacher(), { excuseId });

		expect((await marksOf(id))[0]).toBe('- -');
		expect((await marksOf(closed))[0]).toBe('absent rule');
		expect((await marksOf(overruled))[0]).toBe('present teacher');
		expect((await changesOf(closed, 0)).at(-1)).toEqual({
			old_status: 'excused',
			new_status: 'absent',
			method: 'rule',
			changed_by: teacher().id,
			reason: 'The excuse was withdrawn.',
		});
		expect((await rollCalls().roster(teacher(), id)).entries[0]).toMatchObject({ remark: null });
		await expect(excuses().withdraw(teacher(), { excuseId })).rejects.toMatchObject({
			code: 'conflict',
		});
	});

	it('leaves the student excused where another excuse holds as well', async () => {
		const excuseId = await record(0);
		await record(0, { classId: null, reason: 'Moving house' });
		const id = await open();
		await excuses().withdraw(teacher(), { excuseId });
		const { entries } = await rollCalls().roster(teacher(), id);
		expect(entries[0]).toMatchObject({ status: 'excused', remark: 'Moving house' });
	});

	it('is the student’s own as long as nobody has decided', async () => {
		const excuseId = await ask(0);
		await expect(excuses().withdraw(studentActor(1), { excuseId })).rejects.toMatchObject({
			code: 'not-found',
		});
		await excuses().withdraw(studentActor(0), { excuseId });
		await expect(decide(excuseId)).rejects.toMatchObject({ code: 'conflict' });
		const again = await ask(0);
		await decide(again);
		await expect(excuses().withdraw(studentActor(0), { excuseId: again })).rejects.toMatchObject({
			code: 'conflict',
		});
	});
});

describe('whose excuses they are', () => {
	it('lets a teacher decide and write down for their own classes alone', async () => {
		const stranger = (await makeAccount(application, admin.actor, 'teacher')).actor;
		const excuseId = await ask(0);
		for (const attempt of [
			() => decide(excuseId, 'approved', stranger),
			() => excuses().record(stranger, excuseOf(1)),
			() => excuses().student(stranger, idOf(0)),
		]) {
			await expect(attempt()).rejects.toMatchObject({ code: 'not-found' });
		}
		await decide(excuseId);
		await expect(excuses().withdraw(stranger, { excuseId })).rejects.toMatchObject({
			code: 'not-found',
		});
		await excuses().record(teacher(), excuseOf(1));
	});

	it('leaves every class to the office', async () => {
		const waiting = await excuses().countWaiting(admin.actor);
		const excuseId = await ask(0, { classId: null });
		expect(await excuses().countWaiting(admin.actor)).toBe(waiting + 1);
		expect(await excuses().countWaiting(teacher())).toBe(0);
		await expect(decide(excuseId)).rejects.toMatchObject({ code: 'not-found' });
		await expect(excuses().record(teacher(), excuseOf(0, { classId: null }))).rejects.toMatchObject(
			{ code: 'forbidden' },
		);
		await decide(excuseId, 'approved', admin.actor);
		expect((await excuses().list(teacher(), 'current')).excuses).toMatchObject([
			{ id: excuseId, mayDecide: false },
		]);
	});

	it('shows staff what concerns them, and a student their own', async () => {
		const stranger = (await makeAccount(application, admin.actor, 'teacher')).actor;
		const asked = await ask(0);
		const current = await record(1);
		const past = await record(2, {
			firstDay: shiftDay(today(), -9),
			lastDay: shiftDay(today(), -2),
		});
		for (const [list, id] of [
			['waiting', asked],
			['current', current],
			['past', past],
		] as const) {
			const page = await excuses().list(teacher(), list);
			expect(page.excuses).toMatchObject([{ id, className: 'Biology 9B', mayDecide: true }]);
			expect(await excuses().list(stranger, list)).toEqual({
				excuses: [],
				page: 1,
				hasMore: false,
			});
		}
		expect((await excuses().own(studentActor(1))).excuses.map(({ id }) => id)).toEqual([current]);
		await expect(excuses().list(studentActor(0), 'waiting')).rejects.toMatchObject({
			code: 'forbidden',
		});
		await expect(excuses().own(teacher())).rejects.toMatchObject({ code: 'forbidden' });
		expect((await excuses().students(teacher())).map(({ name }) => name)).toEqual(NAMES);
		expect(await excuses().student(teacher(), idOf(0))).toMatchObject({
			classes: [{ id: taught.classId }],
		});
	});

	it('of an archived class are in no list and no count, and still the student’s to withdraw', async () => {
		const other = await makeTaughtClass(application, admin, ['Omar Haddad'], { enrolled: 0 });
		const omar = other.students[0]?.id ?? '';
		const before = await excuses().countWaiting(teacher());
		const excuseId = await ask(0);
		const everywhere = { studentId: omar, classId: null };
		await excuses().record(admin.actor, excuseOf(0, everywhere));
		const otherTeacher = other.teacher.actor;
		expect((await excuses().list(otherTeacher, 'current')).excuses).toHaveLength(1);
		await application.container.classes.archive(otherTeacher, other.classId);
		expect((await excuses().list(otherTeacher, 'current')).excuses).toEqual([]);

		expect(await excuses().countWaiting(teacher())).toBe(before + 1);
		await application.container.classes.archive(teacher(), taught.classId);
		expect(await excuses().countWaiting(teacher())).toBe(before);
		await expect(decide(excuseId)).rejects.toMatchObject({ code: 'not-found' });
		await excuses().withdraw(studentActor(0), { excuseId });
		expect((await excuses().own(studentActor(0))).excuses).toMatchObject([{ state: 'withdrawn' }]);
	});

	it('refuses a class that the student is not in on those days', async () => {
		const other = await makeTaughtClass(application, admin, ['Omar Haddad'], { enrolled: 0 });
		await expect(ask(0, { classId: other.classId })).rejects.toMatchObject({ code: 'invalid' });
		await expect(
			record(0, { firstDay: '2019-01-01', lastDay: '2019-01-02' }),
		).rejects.toMatchObject({ code: 'invalid' });
		await application.container.classes.archive(teacher(), taught.classId);
		await expect(ask(0)).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('the same excuse', () => {
	it('waits or holds once, however many send it at the same time', async () => {
		const results = await Promise.allSettled([ask(0), ask(0), record(0), record(0)]);
		expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		await expect(record(1, { classId: null })).resolves.toBeTypeOf('string');
		await expect(record(1, { classId: null })).rejects.toMatchObject({ code: 'conflict' });
		await expect(record(1, { reason: 'Another' })).resolves.toBeTypeOf('string');
	});

	it('can be asked again once it was declined', async () => {
		await decide(await ask(0), 'declined');
		await expect(ask(0)).resolves.toBeTypeOf('string');
	});

	it('among many writes none of them down', async () => {
		await record(1);
		const id = await open();
		await expect(
			excuses().recordMany(admin.actor, [excuseOf(0), excuseOf(1), excuseOf(2)]),
		).rejects.toMatchObject({ code: 'conflict' });
		expect(await marksOf(id)).toEqual(['- -', 'excused rule', '- -', '- -']);
		await excuses().recordMany(admin.actor, [excuseOf(0), excuseOf(2)]);
		expect(await marksOf(id)).toEqual(['excused rule', 'excused rule', 'excused rule', '- -']);
	});
});

describe('a day', () => {
	it.each([
		['Europe/Berlin', '2026-03-29', ['2026-03-28T23:00Z', '2026-03-29T21:59Z']],
		['Europe/Berlin', '2026-10-25', ['2026-10-24T22:00Z', '2026-10-25T22:59Z']],
		['Pacific/Auckland', '2026-07-01', ['2026-06-30T12:00Z', '2026-07-01T11:59Z']],
		['America/Los_Angeles', '2026-07-01', ['2026-07-01T07:00Z', '2026-07-02T06:59Z']],
	] as const)('is the school’s: %s, %s', async (zone, day, [first, last]) => {
		await db().updateTable('school').set({ time_zone: zone }).execute();
		try {
			const before = await closedAt(new Date(Date.parse(first) - MINUTE));
			const on = [await closedAt(new Date(first)), await closedAt(new Date(last))];
			const after = await closedAt(new Date(Date.parse(last) + MINUTE));
			await record(0, { firstDay: day, lastDay: day });
			for (const id of on) expect((await marksOf(id))[0]).toBe('excused rule');
			for (const id of [before, after]) expect((await marksOf(id))[0]).toBe('absent rule');
		} finally {
			await db().updateTable('school').set({ time_zone: 'UTC' }).execute();
		}
	});
});
