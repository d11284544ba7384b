// Protects the roll call itself: one open roll call a class, every mark once and with its story,
// marks by hand that any teacher may change, and the rule that makes the rest absent.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as classes from '../../src/lib/server/db/classes.repository';
import * as doubts from '../../src/lib/server/db/doubts.repository';
import * as excusedMarks from '../../src/lib/server/db/excused-marks.repository';
import * as history from '../../src/lib/server/db/mark-history.repository';
import * as marks from '../../src/lib/server/db/marks.repository';
import * as planned from '../../src/lib/server/db/planned-roll-calls.repository';
import * as restMarks from '../../src/lib/server/db/rest-marks.repository';
import * as rollCallRows from '../../src/lib/server/db/roll-calls.repository';
import * as school from '../../src/lib/server/db/school.repository';
import { createRollCallService } from '../../src/lib/server/services/roll-calls';
import {
	makeAccount,
	makeFirstAdmin,
	startApplication,
	type Account,
} from '../helpers/application';
import type { TestApplication } from '../helpers/application';
import {
	ENGINE,
	makeTaughtClass,
	markOf,
	openSince,
	restOf,
	type TaughtClass,
} from '../helpers/taught-class';

let application: TestApplication;
let admin: Account;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());

const NAMES = ['Amina Eze', 'Émile Zola', 'Jo Baker', 'jo adams'];
const MINUTE = 60_000;

const makeClass = (enrolled = 0) => makeTaughtClass(application, admin, NAMES, { enrolled });

async function openClass(minutes = 5) {
	const taught = await makeClass();
	return { taught, ...(await openSince(application, taught, minutes)) };
}

const rosterOf = ({ teacher }: TaughtClass, id: string) =>
	application.container.rollCalls.roster(teacher.actor, id);

const statusesOf = async (taught: TaughtClass, id: string) =>
	Object.fromEntries((await rosterOf(taught, id)).entries.map((one) => [one.name, one.status]));

describe('opening', () => {
	it('gives two teachers who tap at once the same roll call', async () => {
		const taught = await makeClass();
		const { rollCalls } = application.container;
		const opened = await Promise.all(
			Array.from({ length: 6 }, (_, i) =>
				rollCalls.open(i % 2 ? taught.teacher.actor : admin.actor, taught.classId),
			),
		);
		expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
		await rollCalls.close(taught.teacher.actor, opened[0]!.id);
		const next = await rollCalls.open(taught.teacher.actor, taught.classId);
		expect(next.id).not.toBe(opened[0]!.id);
	});

	it('shows the members of the day by name, whoever they are', async () => {
		const taught = await makeClass(1);
		const { id } = await openSince(application, taught, 1);
		const roster = await rosterOf(taught, id);
		expect(roster.entries.map(({ name, enrolled }) => [name, enrolled])).toEqual([
			['Amina Eze', true],
			['Émile Zola', false],
			['jo adams', false],
			['Jo Baker', false],
		]);
		expect(roster).toMatchObject({ state: 'open', version: 0, lateAfterMinutes: 10, doubts: [] });
	});

	it('reads a roster of 204, and marks the rest of it, in as many queries as one of 4', async () => {
		const { taught, id } = await openClass();
		let queries = 0;
		const db = application.database.db.withPlugin({
			transformQuery({ node }) {
				queries++;
				return node;
			},
			transformResult: ({ result }) => Promise.resolve(result),
		});
		const rollCalls = createRollCallService({
			db,
			rollCalls: rollCallRows,
			marks,
			doubts,
			excusedMarks,
			classes,
			planned,
			school,
			history,
			restMarks,
			changes: application.container.rosterChanges,
			engine: ENGINE,
			learning: {
				confirm: () => Promise.resolve(),
				unlearn: () => Promise.resolve(),
				unlearnAbsent: () => Promise.resolve(),
			},
			onDoubtAnswered: () => undefined,
			clock: () => new Date(),
		});
		const count = async () => {
			queries = 0;
			const { entries } = await rollCalls.roster(taught.teacher.actor, id);
			const reads = queries;
			const rest = entries.map(({ studentId }) => studentId);
			const { version } = await rollCalls.markRest(taught.teacher.actor, restOf(id, rest));
			return { members: entries.length, version, reads, writes: queries - reads };
		};
		const few = await count();
		await application.container.classes.addMembers(
			taught.teacher.actor,
			taught.classId,
			Array.from({ length: 200 }, (_, i) => ({ name: `Student ${i}`, studentNumber: null })),
		);
		expect(few.reads).toBeGreaterThan(0);
		expect(await count()).toEqual({ ...few, members: 204, version: 2 });
	});

	it('is for those who teach the class', async () => {
		const { taught, id } = await openClass();
		const stranger = await makeAccount(application, admin.actor, 'teacher');
		const student = await makeAccount(application, admin.actor, 'student');
		const { rollCalls } = application.container;
		for (const [actor, code] of [
			[stranger.actor, 'not-found'],
			[student.actor, 'forbidden'],
		] as const) {
			for (const attempt of [
				() => rollCalls.open(actor, taught.classId),
				() => rollCalls.roster(actor, id),
				() => rollCalls.changesSince(actor, { rollCallId: id, sinceVersion: 0 }),
				() => rollCalls.mark(actor, markOf(id, taught.students[0]!.id)),
				() => rollCalls.close(actor, id),
			]) {
				await expect(attempt()).rejects.toMatchObject({ code });
			}
		}
		await expect(rollCalls.open(admin.actor, 'no-id')).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('marking by hand', () => {
	it('keeps old, new, who, when and why of every change', async () => {
		const { taught, id, startsAt } = await openClass();
		const { rollCalls } = application.container;
		const amina = taught.students[0]!;
		const at = startsAt + MINUTE;
		const mark = (changes: Parameters<typeof markOf>[2]) =>
			rollCalls.mark(taught.teacher.actor, markOf(id, amina.id, { markedAt: at, ...changes }));
		await mark({ status: 'present' });
		await mark({ status: 'excused', reason: 'dentist' });
		await mark({ status: null });
		const changes = await application.database.db
			.selectFrom('mark_changes')
			.select(['old_status', 'new_status', 'method', 'changed_by', 'reason'])
			.where('roll_call_id', '=', id)
			.orderBy('id')
			.execute();
		const by = { method: 'teacher', changed_by: taught.teacher.actor.id };
		expect(changes).toEqual([
			{ ...by, old_status: null, new_status: 'present', reason: null },
			{ ...by, old_status: 'present', new_status: 'excused', reason: 'dentist' },
			{ ...by, old_status: 'excused', new_status: null, reason: null },
		]);
		expect((await rosterOf(taught, id)).entries[0]).toMatchObject({
			status: null,
			markedAt: null,
			method: null,
		});
	});

	it('counts a tap once that is sent again, also at the same time', async () => {
		const { taught, id } = await openClass();
		const { rollCalls } = application.container;
		const request = markOf(id, taught.students[0]!.id);
		const send = () => rollCalls.mark(taught.teacher.actor, request);
		const answers = await Promise.all([send(), send(), send()]);
		expect(answers.map(({ version }) => version)).toEqual([1, 1, 1]);
		await rollCalls.mark(
			taught.teacher.actor,
			markOf(id, taught.students[0]!.id, { status: 'late' }),
		);
		// The resent tap of before does not undo what came after it.
		await send();
		expect(await statusesOf(taught, id)).toMatchObject({ 'Amina Eze': 'late' });
		await expect(
			rollCalls.mark(taught.teacher.actor, { ...request, studentId: taught.students[1]!.id }),
		).rejects.toMatchObject({ code: 'conflict' });
	});

	it('gives two marks that race two versions, and tells both', async () => {
		const { taught, id } = await openClass();
		const { rollCalls, rosterChanges } = application.container;
		const told: number[] = [];
		const stop = rosterChanges.subscribe(({ rollCallId, version }) => {
			if (rollCallId === id) told.push(version);
		});
		const versions = await Promise.all(
			taught.students.map(({ id: studentId }) =>
				rollCalls.mark(taught.teacher.actor, markOf(id, studentId)),
			),
		);
		stop();
		expect(versions.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
		expect(told.sort()).toEqual([1, 2, 3, 4]);
	});

	it('keeps the time of a tap that was made offline, within the roll call', async () => {
		const { taught, id, startsAt } = await openClass(30);
		const { rollCalls } = application.container;
		const tap = async (index: number, markedAt: number) => {
			const student = taught.students[index]!;
			await rollCalls.mark(
				taught.teacher.actor,
				markOf(id, student.id, { status: 'late', markedAt }),
			);
			return (await rosterOf(taught, id)).entries.find((one) => one.studentId === student.id);
		};
		expect(await tap(0, startsAt + 12 * MINUTE)).toMatchObject({
			markedAt: startsAt + 12 * MINUTE,
			minutesLate: 12,
		});
		expect(await tap(1, startsAt - MINUTE)).toMatchObject({ markedAt: startsAt, minutesLate: 0 });
		const future = await tap(2, Date.now() + 60 * MINUTE);
		expect(future?.markedAt).toBeLessThanOrEqual(Date.now());
	});

	it('refuses somebody who is not on the roster', async () => {
		const { taught, id } = await openClass();
		const other = await makeClass();
		const { rollCalls } = application.container;
		for (const studentId of [other.students[0]!.id, randomUUID()]) {
			await expect(
				rollCalls.mark(taught.teacher.actor, markOf(id, studentId)),
			).rejects.toMatchObject({ code: 'invalid' });
		}
	});

	it('keeps the line of a marked student whose membership ends', async () => {
		const { taught, id } = await openClass();
		const { container } = application;
		const [amina, emile] = taught.students;
		await container.rollCalls.mark(taught.teacher.actor, markOf(id, amina!.id));
		for (const { id: studentId } of [amina!, emile!]) {
			await container.classes.removeMember(taught.teacher.actor, taught.classId, studentId);
		}
		expect(await statusesOf(taught, id)).toEqual({
			'Amina Eze': 'present',
			'Jo Baker': null,
			'jo adams': null,
		});
	});
});

describe('closing', () => {
	it('makes the rest absent by the rule, once, and leaves the others as they are', async () => {
		const { taught, id } = await openClass();
		const { rollCalls } = application.container;
		const [amina, emile, jo] = taught.students;
		const { actor } = taught.teacher;
		await rollCalls.mark(actor, markOf(id, amina!.id, { status: 'late' }));
		await rollCalls.mark(actor, markOf(id, emile!.id, { status: 'excused' }));
		await rollCalls.mark(actor, markOf(id, jo!.id, { status: 'present' }));
		await rollCalls.mark(actor, markOf(id, jo!.id, { status: null }));
		const closing = await Promise.all([rollCalls.close(actor, id), rollCalls.close(actor, id)]);
		expect(closing).toEqual([{ version: 5 }, { version: 5 }]);
		expect(await statusesOf(taught, id)).toEqual({
			'Amina Eze': 'late',
			'Émile Zola': 'excused',
			'Jo Baker': 'absent',
			'jo adams': 'absent',
		});
		const changes = await application.database.db
			.selectFrom('mark_changes')
			.select(['student_id', 'changed_by'])
			.where('roll_call_id', '=', id)
			.where('method', '=', 'rule')
			.execute();
		expect(changes).toHaveLength(2);
		const roster = await rosterOf(taught, id);
		expect(roster.state).toBe('closed');
		expect(roster.entries.filter(({ method }) => method === 'rule')).toHaveLength(2);
	});

	it('lets a teacher correct a mark afterwards, but nobody waits any more', async () => {
		const { taught, id, startsAt } = await openClass();
		const { rollCalls } = application.container;
		const [amina, emile] = taught.students;
		const { actor } = taught.teacher;
		await rollCalls.close(actor, id);
		await rollCalls.mark(actor, markOf(id, amina!.id, { markedAt: startsAt + MINUTE }));
		await rollCalls.mark(actor, markOf(id, emile!.id, { status: null }));
		expect(await statusesOf(taught, id)).toMatchObject({
			'Amina Eze': 'present',
			'Émile Zola': 'absent',
		});
	});
});

describe('a student’s own record', () => {
	it('has their marks only, newest first', async () => {
		const { container } = application;
		const taught = await makeClass();
		const amina = taught.students[0]!;
		const { token } = await container.people.inviteStudent(admin.actor, amina.id);
		const account = await container.accounts.acceptInvitation(token, {
			name: 'ignored',
			signInName: `amina-${randomUUID().slice(0, 8)}`,
			password: 'correct horse battery',
		});
		const { id, startsAt } = await openSince(application, taught, 20);
		for (const student of taught.students.slice(0, 2)) {
			await container.rollCalls.mark(
				taught.teacher.actor,
				markOf(id, student.id, { status: 'late', markedAt: startsAt + 15 * MINUTE }),
			);
		}
		await container.rollCalls.close(taught.teacher.actor, id);
		const second = await openSince(application, taught, 1);
		await container.rollCalls.mark(taught.teacher.actor, markOf(second.id, amina.id));
		const record = await container.rollCalls.ownRecord(account.user);
		expect(record.map(({ rollCallId }) => rollCallId)).toEqual([second.id, id]);
		expect(record[1]).toEqual({
			rollCallId: id,
			className: 'Biology 9B',
			startsAt,
			status: 'late',
			method: 'teacher',
			markedAt: startsAt + 15 * MINUTE,
			minutesLate: 15,
			leftAt: null,
			remark: null,
			markedBy: 'Tess Teacher',
		});
		await expect(container.rollCalls.ownRecord(taught.teacher.actor)).rejects.toMatchObject({
			code: 'forbidden',
		});
	});
});

describe('the display', () => {
	async function displayOf(names: 'full' | 'initial' | 'none') {
		const { container, database } = application;
		const taught = await makeClass(1);
		const { id, startsAt } = await openSince(application, taught, 20);
		await container.classes.updateSettings(taught.teacher.actor, taught.classId, {
			name: 'Biology 9B',
			lateAfterMinutes: 10,
			displayNames: names,
			strangersPerWrongName: null,
		});
		const row = await database.db
			.selectFrom('roll_calls')
			.select('display_token')
			.where('id', '=', id)
			.executeTakeFirstOrThrow();
		await container.rollCalls.mark(
			taught.teacher.actor,
			markOf(id, taught.students[0]!.id, { status: 'late', markedAt: startsAt + 12 * MINUTE }),
		);
		return { taught, id, startsAt, token: row.display_token };
	}

	it.each([
		['full', ['Amina Eze', 'Émile Zola', 'jo adams', 'Jo Baker']],
		['initial', ['Amina E.', 'Émile Z.', 'jo a.', 'Jo B.']],
		['none', ['Student 1', 'Student 2', 'Student 3', 'Student 4']],
	] as const)('shows names %s, and of a mark the status alone', async (style, names) => {
		const { taught, token } = await displayOf(style);
		const roster = await application.container.displays.roster(token);
		expect(roster.entries.map(({ name }) => name)).toEqual(names);
		const amina = roster.entries.find((one) => one.studentId === taught.students[0]!.id);
		expect(amina).toMatchObject({
			status: 'late',
			markedAt: null,
			minutesLate: null,
			method: null,
			enrolled: false,
		});
		const change = await application.container.displays.changesSince(token, 0);
		expect(change.entries).toEqual([amina]);
	});

	it('never shows a doubt', async () => {
		const { taught, id, startsAt, token } = await displayOf('full');
		const jo = taught.students[2]!;
		await application.database.db
			.insertInto('doubts')
			.values({
				roll_call_id: id,
				camera_id: randomUUID(),
				track_id: 1,
				reason: 'weak-match',
				candidate_ids: [jo.id],
				seen_at: new Date(startsAt),
				state: 'waiting',
				version: 1,
			})
			.execute();
		const { displays } = application.container;
		expect((await rosterOf(taught, id)).doubts).toHaveLength(1);
		expect((await displays.roster(token)).doubts).toEqual([]);
		expect((await displays.changesSince(token, 0)).doubts).toEqual([]);
	});

	it('has a code of its own while the roll call is open', async () => {
		const { container } = application;
		const [one, other] = [await displayOf('full'), await displayOf('full')];
		const code = await container.displays.code(one.token);
		expect(code.digits).toMatch(/^\d{8}$/);
		expect(code.renewsAt - code.serverTime).toBeGreaterThan(0);
		expect(code.renewsAt - code.serverTime).toBeLessThanOrEqual(15_000);
		expect((await container.displays.code(other.token)).digits).not.toBe(code.digits);
		await container.rollCalls.close(one.taught.teacher.actor, one.id);
		await expect(container.displays.code(one.token)).rejects.toMatchObject({ code: 'closed' });
	});

	it('opens by its token alone, and for some hours after the closing', async () => {
		const { taught, id, token } = await displayOf('full');
		const { container, database } = application;
		await expect(container.displays.roster(token.slice(1) + 'x')).rejects.toMatchObject({
			code: 'not-found',
		});
		await container.rollCalls.close(taught.teacher.actor, id);
		expect((await container.displays.roster(token)).state).toBe('closed');
		await database.db
			.updateTable('roll_calls')
			.set({ closed_at: new Date(Date.now() - 13 * 60 * MINUTE) })
			.where('id', '=', id)
			.execute();
		await expect(container.displays.roster(token)).rejects.toMatchObject({ code: 'not-found' });
	});
});
