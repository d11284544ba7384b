/**
 * Protects disputes on real PostgreSQL: a student disputes a mark of their own and no other, once at
 * a time and for sixty days; whoever teaches the class answers, the first answer counts, and a
 * changed mark keeps in its history why.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messages } from '../../src/lib/messages';
import type { Actor } from '../../src/lib/server/domain/access';
import {
	makeAccount,
	makeFirstAdmin,
	PASSWORD,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { makeTaughtClass, markOf, openSince, type TaughtClass } from '../helpers/taught-class';

const MINUTE = 60_000;
const DAY = 86_400_000;
const words = messages.disputes;

let app: TestApplication;
let admin: Account;
let taught: TaughtClass;
let amina: Actor;
let jo: Actor;
let rollCall: { id: string; startsAt: number };

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
});
afterAll(() => app.stop());

/** Amina was marked absent, Jo present; the lesson began half an hour ago. */
beforeEach(async () => {
	taught = await makeTaughtClass(app, admin, ['Amina Eze', 'Jo Baker'], { enrolled: 0 });
	rollCall = await openSince(app, taught, 30);
	[amina, jo] = await Promise.all([actorOf(0), actorOf(1)]);
	await mark(amina, 'absent');
	await mark(jo, 'present');
});

/** The student's account, by invitation as the school makes it. */
async function actorOf(place: number): Promise<Actor> {
	const { accounts, people } = app.container;
	const { token } = await people.inviteStudent(admin.actor, taught.students[place]!.id);
	const signInName = `student-${randomUUID().slice(0, 8)}`;
	const name = taught.students[place]!.name;
	return (await accounts.acceptInvitation(token, { name, signInName, password: PASSWORD })).user;
}

const mark = (student: Actor, status: 'absent' | 'present', remark = '') =>
	app.container.rollCalls.mark(taught.teacher.actor, {
		...markOf(rollCall.id, student.id, { status }),
		details: { arrivedAt: null, leftAt: null, remark },
	});

const dispute = (student: Actor, text = 'I was there, in the last row.') =>
	app.container.disputes.raise(student, rollCall.id, { text });

const story = (student: Actor) => app.container.disputes.ownMark(student, rollCall.id);

/** The only one that waits in the class. */
async function waiting() {
	const { waiting: all } = await app.container.disputes.list(taught.teacher.actor);
	expect(all).toHaveLength(1);
	return all[0]!;
}

const answerWith = async (
	actor: Actor,
	answer:
		| { decision: 'kept' }
		| { decision: 'changed'; status: 'present' | 'late' | 'absent'; minutesLate: number | null },
	said: string | null = null,
) => {
	const { id } = await waiting();
	return app.container.disputes.answer(actor, { disputeId: id, answer: said, ...answer });
};
const PRESENT = { decision: 'changed', status: 'present', minutesLate: null } as const;

describe('a student’s own mark', () => {
	it('tells how, when and by whom, and every change', async () => {
		await mark(amina, 'absent', 'dentist');
		const { mark: own, history, disputes, refusal } = await story(amina);
		expect(own).toMatchObject({
			className: 'Biology 9B',
			startsAt: rollCall.startsAt,
			status: 'absent',
			method: 'teacher',
			markedBy: 'Tess Teacher',
			remark: 'dentist',
		});
		expect(history.map(({ by, from, to, remark }) => ({ by, from, to, remark }))).toEqual([
			{ by: 'Tess Teacher', from: null, to: 'absent', remark: null },
			{ by: 'Tess Teacher', from: 'absent', to: 'absent', remark: 'dentist' },
		]);
		expect([disputes, refusal]).toEqual([[], null]);
	});

	it('is nobody else’s to see or to dispute', async () => {
		const outsider = await makeAccount(app, admin.actor, 'student');
		const { disputes } = app.container;
		for (const rollCallId of [rollCall.id, randomUUID(), 'no id']) {
			await expect(disputes.ownMark(outsider.actor, rollCallId)).rejects.toMatchObject({
				code: 'not-found',
			});
			await expect(
				disputes.raise(outsider.actor, rollCallId, { text: 'No' }),
			).rejects.toMatchObject({ code: 'not-found' });
		}
		await dispute(amina);
		expect((await story(jo)).disputes).toEqual([]);
		await expect(disputes.ownMark(taught.teacher.actor, rollCall.id)).rejects.toMatchObject({
			code: 'forbidden',
		});
	});
});

describe('disputing', () => {
	it('is possible once at a time, also for two devices at once, and again after the answer', async () => {
		const results = await Promise.allSettled([dispute(amina), dispute(amina), dispute(amina)]);
		expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		await expect(dispute(amina)).rejects.toMatchObject({
			code: 'conflict',
			message: words.cannot.waiting(),
		});
		await dispute(jo, 'I came late, really.');
		const { waiting: both } = await app.container.disputes.list(taught.teacher.actor);
		expect(both.map(({ studentName }) => studentName)).toEqual(['Amina Eze', 'Jo Baker']);

		for (const { id: disputeId } of both) {
			await app.container.disputes.answer(taught.teacher.actor, {
				disputeId,
				decision: 'kept',
				answer: null,
			});
		}
		await dispute(amina, 'Please look at the test that I wrote.');
		expect((await story(amina)).disputes.map(({ state }) => state)).toEqual(['waiting', 'kept']);
	});

	it('is over after sixty days, and needs a mark', async () => {
		await app.container.rollCalls.mark(
			taught.teacher.actor,
			markOf(rollCall.id, jo.id, { status: null }),
		);
		await expect(dispute(jo)).rejects.toMatchObject({ message: words.cannot['no-mark']() });
		expect((await story(jo)).refusal).toBe('no-mark');

		await app.database.db
			.updateTable('roll_calls')
			.set({ starts_at: new Date(Date.now() - 60 * DAY - MINUTE) })
			.where('id', '=', rollCall.id)
			.execute();
		await expect(dispute(amina)).rejects.toMatchObject({ message: words.cannot['too-late'](60) });
		expect((await story(amina)).refusal).toBe('too-late');
	});
});

describe('the list', () => {
	it('shows a teacher their own classes, an admin all, and nobody else anything', async () => {
		const { disputes } = app.container;
		const other = await makeAccount(app, admin.actor, 'teacher');
		const before = await disputes.countWaiting(admin.actor);
		await dispute(amina);
		expect(await disputes.countWaiting(taught.teacher.actor)).toBe(1);
		expect(await disputes.countWaiting(admin.actor)).toBe(before + 1);
		expect(await disputes.list(other.actor)).toEqual({
			waiting: [],
			waitingCount: 0,
			answered: [],
		});
		await expect(answerWith(other.actor, PRESENT)).rejects.toMatchObject({ code: 'not-found' });
		await expect(answerWith(amina, PRESENT)).rejects.toMatchObject({ code: 'forbidden' });
		await expect(disputes.list(amina)).rejects.toMatchObject({ code: 'forbidden' });
	});

	it('comes with the mark as it stands and what became of each', async () => {
		await dispute(amina);
		await dispute(jo);
		await mark(amina, 'present');
		const [first, second] = (await app.container.disputes.list(taught.teacher.actor)).waiting;
		expect(first).toMatchObject({ disputedStatus: 'absent', status: 'present' });
		expect(first?.history.map(({ to }) => to)).toEqual(['absent', 'present']);
		expect(second?.history.map(({ to }) => to)).toEqual(['present']);
	});
});

describe('an answer', () => {
	it('changes the mark, keeps why in its history, and tells the student', async () => {
		await mark(amina, 'absent', 'dentist');
		await dispute(amina);
		await answerWith(taught.teacher.actor, PRESENT, 'Sorry, I overlooked you.');
		const { mark: own, history, disputes } = await story(amina);
		expect(own).toMatchObject({
			status: 'present',
			markedAt: rollCall.startsAt,
			remark: 'dentist',
		});
		expect(history.at(-1)).toMatchObject({
			from: 'absent',
			to: 'present',
			by: 'Tess Teacher',
			reason: words.changeReason('I was there, in the last row.'),
		});
		expect(disputes).toMatchObject([
			{ state: 'changed', answeredBy: 'Tess Teacher', answer: 'Sorry, I overlooked you.' },
		]);
		expect(await app.container.disputes.answeredLately(amina)).toEqual(disputes);
		expect(await app.container.disputes.answeredLately(jo)).toEqual([]);
	});

	it('makes somebody late by the minutes that the teacher says, also who was late otherwise', async () => {
		for (const minutesLate of [12, 5]) {
			await dispute(amina);
			await answerWith(taught.teacher.actor, { decision: 'changed', status: 'late', minutesLate });
			expect((await story(amina)).mark).toMatchObject({ status: 'late', minutesLate });
		}
	});

	it('keeps the mark, and says so', async () => {
		await dispute(amina);
		await answerWith(taught.teacher.actor, { decision: 'kept' }, 'You wrote no test.');
		const { mark: own, history, disputes } = await story(amina);
		expect(own.status).toBe('absent');
		expect(history).toHaveLength(1);
		expect(disputes).toMatchObject([{ state: 'kept', answer: 'You wrote no test.' }]);
		const { waiting: left, answered } = await app.container.disputes.list(taught.teacher.actor);
		expect(left).toEqual([]);
		expect(answered).toMatchObject([{ studentName: 'Amina Eze', state: 'kept' }]);
	});

	it('that changes nothing is none: the dispute waits on', async () => {
		await dispute(amina);
		await expect(
			answerWith(taught.teacher.actor, {
				decision: 'changed',
				status: 'absent',
				minutesLate: null,
			}),
		).rejects.toMatchObject({ code: 'invalid', message: words.refusals.sameMark });
		expect((await waiting()).status).toBe('absent');
	});

	it('to a mark that has changed since is none: the teacher hears what stands now', async () => {
		await dispute(amina);
		const { id: disputeId } = await waiting();
		await mark(amina, 'present');
		const { disputes } = app.container;
		const kept = { disputeId, decision: 'kept', answer: null } as const;
		const late = { ...kept, decision: 'changed', status: 'late', minutesLate: 5 } as const;
		for (const answer of [kept, late]) {
			await expect(
				disputes.answer(taught.teacher.actor, { ...answer, sawStatus: 'absent' }),
			).rejects.toMatchObject({
				code: 'conflict',
				message: words.refusals.changedMeanwhile('present'),
			});
		}
		expect((await waiting()).status).toBe('present');
		await disputes.answer(taught.teacher.actor, { ...kept, sawStatus: 'present' });
		expect((await story(amina)).disputes).toMatchObject([{ state: 'kept' }]);
	});

	it('of more minutes than the roll call lasted is refused, and not cut', async () => {
		await app.container.rollCalls.close(taught.teacher.actor, rollCall.id);
		await dispute(amina);
		const late = { decision: 'changed', status: 'late', minutesLate: 45 } as const;
		await expect(answerWith(taught.teacher.actor, late)).rejects.toMatchObject({
			code: 'invalid',
			message: words.refusals.arrivalAfterClosing,
		});
		expect((await waiting()).status).toBe('absent');
	});

	it('of two teachers at once counts for the first, and the second is told of it', async () => {
		await dispute(amina);
		const { id: disputeId } = await waiting();
		const kept = { disputeId, decision: 'kept', answer: 'No.' } as const;
		const changed = { disputeId, answer: 'Yes.', ...PRESENT };
		const { disputes } = app.container;
		const results = await Promise.allSettled([
			disputes.answer(taught.teacher.actor, changed),
			disputes.answer(admin.actor, kept),
		]);
		const refused = results.filter((result) => result.status === 'rejected');
		expect(refused).toHaveLength(1);

		const told = await story(amina);
		const [settled] = told.disputes;
		const hasChanged = settled?.state === 'changed';
		expect(refused[0]?.reason).toMatchObject({
			code: 'conflict',
			message: hasChanged
				? words.refusals.answered('Tess Teacher', 'changed', 'Yes.')
				: words.refusals.answered('Ada Admin', 'kept', 'No.'),
		});
		// Answer, mark and history tell the same, whoever was first.
		expect(told.mark.status).toBe(hasChanged ? 'present' : 'absent');
		expect(told.history).toHaveLength(hasChanged ? 2 : 1);
	});

	it('that is sent twice changes the mark once', async () => {
		await dispute(amina);
		const { id: disputeId } = await waiting();
		const answer = { disputeId, answer: null, ...PRESENT };
		const { disputes } = app.container;
		await disputes.answer(taught.teacher.actor, answer);
		await mark(amina, 'absent');
		await expect(disputes.answer(taught.teacher.actor, answer)).rejects.toMatchObject({
			code: 'conflict',
		});
		expect((await story(amina)).mark.status).toBe('absent');
	});
});
