// Protects what a camera saw without a network: it marks as if it had been seen then, once, also after
// the roll call has closed, and only where the device was part of that roll call.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LateSightings } from '../../src/lib/contract/late-sightings';
import { createContainer } from '../../src/lib/server/container';
import { createLog } from '../../src/lib/server/log';
import {
	makeFirstAdmin,
	startApplication,
	TEST_MODELS,
	type Account,
	type TestApplication,
} from '../helpers/application';
import {
	framesOf,
	lateOf,
	makeTaughtClass,
	markOf,
	openSince,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';
import { createLookalike, createPerson } from '../helpers/vectors';
import { DEVICE } from '../helpers/wire';

let application: TestApplication;
let admin: Account;
let taught: TaughtClass;
let id: string;
let startsAt: number;
let amina: Student;
let bo: Student;
let cem: Student;

const MINUTE = 60_000;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());
beforeEach(async () => {
	taught = await makeTaughtClass(application, admin, ['Amina Eze', 'Bo Lind', 'Cem Kaya']);
	[amina, bo, cem] = taught.students as [Student, Student, Student];
	({ id, startsAt } = await openSince(application, taught, 40));
	await application.container.recognition.joined(tess(), id, DEVICE);
});

const tess = () => taught.teacher.actor;
const send = (batch: LateSightings, by = tess()) =>
	application.container.recognition.observeLate(by, batch);
const close = () => application.container.rollCalls.close(tess(), id);
/** A student on a track, so many minutes after the start. */
const seen = (
	{ person }: Pick<Student, 'person'>,
	trackId: number,
	minute: number,
	frames = 4,
) => ({
	trackId,
	vectors: person.captures(frames),
	start: startsAt + minute * MINUTE,
});
const rowsOf = async (table: 'mark_changes' | 'decisions' | 'marks' | 'late_batches') => {
	const rows = await application.database.db
		.selectFrom(table)
		.select('roll_call_id')
		.where('roll_call_id', '=', id)
		.execute();
	return rows.length;
};
const rosterOf = () => application.container.rollCalls.roster(tess(), id);

async function entryOf(student: Student) {
	const { entries } = await rosterOf();
	return entries.find(({ studentId }) => studentId === student.id);
}

/** Present, late, absent, excused or waiting, in the order of the names. */
async function statuses(): Promise<string> {
	const { entries } = await rosterOf();
	return entries.map(({ status }) => status ?? '-').join(' ');
}

describe('while the roll call is open', () => {
	it('mark from when they were seen, in one message', async () => {
		const decisions = await send(lateOf(id, [seen(amina, 1, 3), seen(bo, 2, 14.5)]));
		expect(decisions).toMatchObject([
			{ trackId: 1, lane: 'recognised', student: { studentId: amina.id, status: 'present' } },
			{ trackId: 2, lane: 'recognised', student: { studentId: bo.id, status: 'late' } },
		]);
		expect(await entryOf(amina)).toMatchObject({
			method: 'camera',
			markedAt: startsAt + 3 * MINUTE,
		});
		expect(await entryOf(bo)).toMatchObject({ status: 'late', minutesLate: 14 });
		expect(await entryOf(bo)).not.toHaveProperty('cameInLate');
	});

	it('mark nobody whose face looked like a photograph, where the school asks about that', async () => {
		const settings = await application.container.school.recognition();
		const asking = (asksAboutPhotographs: boolean) =>
			application.container.school.updateRecognition(admin.actor, {
				...settings,
				strangersPerWrongName: 1000,
				asksAboutPhotographs,
			});
		const about = (follows: number) => ({ moved: 1, follows: Array<number>(7).fill(follows) });
		const batch = lateOf(id, [seen(amina, 1, 3, 7), seen(bo, 2, 4, 7)]);
		const tracks = batch.tracks.map((track, i) => ({ ...track, surroundings: about(i ? -1 : 1) }));
		await asking(true);
		expect(await send({ ...batch, tracks })).toMatchObject([
			{ trackId: 1, lane: 'doubtful', student: null },
			{ trackId: 2, lane: 'recognised', student: { studentId: bo.id } },
		]);
		await asking(false);
		const { doubts } = await rosterOf();
		expect(doubts).toMatchObject([{ reason: 'photograph', candidates: [{ studentId: amina.id }] }]);
	});

	it('count once when they are sent again, also to a server that knows nothing of them', async () => {
		const batch = lateOf(id, [seen(amina, 1, 3), { trackId: 9, ...strange() }]);
		await send(batch);
		const before = await Promise.all([
			rowsOf('marks'),
			rowsOf('mark_changes'),
			rowsOf('decisions'),
		]);
		await send(batch);
		const { container } = await startAgain();
		await container.recognition.observeLate(tess(), batch);
		await container.dispose();
		expect(
			await Promise.all([rowsOf('marks'), rowsOf('mark_changes'), rowsOf('decisions')]),
		).toEqual(before);
		expect(before).toEqual([1, 1, 2]);
		expect(await rowsOf('late_batches')).toBe(1);
	});

	it('go on where the camera had begun before the network went', async () => {
		const [one, two, three, four] = amina.person.captures(4);
		for (const frame of framesOf(id, 1, [one!, two!], startsAt + MINUTE)) {
			await application.container.recognition.observe(tess(), frame);
		}
		expect(await statuses()).toBe('- - -');
		const rest = { trackId: 1, vectors: [three!, four!], start: startsAt + MINUTE + 600 };
		await send(lateOf(id, [rest]));
		expect(await entryOf(amina)).toMatchObject({ status: 'present', markedAt: startsAt + MINUTE });
	});

	it('do not mix up two who were seen as one track before and after', async () => {
		for (const frame of framesOf(id, 1, amina.person.captures(2), startsAt + MINUTE)) {
			await application.container.recognition.observe(tess(), frame);
		}
		await send(lateOf(id, [seen(bo, 1, 2)]));
		expect(await statuses()).toBe('- present -');
	});

	it('correct what the camera itself saw later only, and never a person’s word', async () => {
		for (const frame of framesOf(id, 1, amina.person.captures(4), startsAt + 15 * MINUTE)) {
			await application.container.recognition.observe(tess(), frame);
		}
		expect(await entryOf(amina)).toMatchObject({ status: 'late' });
		await application.container.rollCalls.mark(tess(), markOf(id, bo.id, { status: 'absent' }));
		await send(lateOf(id, [seen(amina, 5, 4), seen(bo, 6, 4)]));
		expect(await entryOf(amina)).toMatchObject({ status: 'present', minutesLate: null });
		expect(await entryOf(bo)).toMatchObject({ status: 'absent', method: 'teacher' });
		// The other way round it stays as it was.
		await send(lateOf(id, [seen(amina, 7, 20)]));
		expect(await entryOf(amina)).toMatchObject({ status: 'present' });
	});

	it('decide nothing by one glance, and know a stranger as one', async () => {
		const decisions = await send(lateOf(id, [seen(amina, 1, 1, 2), { trackId: 2, ...strange() }]));
		expect(decisions).toMatchObject([{ lane: 'pending' }, { lane: 'unknown' }]);
		expect(await statuses()).toBe('- - -');
	});

	it('find whoever left and came back as another track once', async () => {
		await send(lateOf(id, [seen(amina, 1, 3), seen(amina, 2, 8), seen(amina, 3, 12)]));
		expect(await entryOf(amina)).toMatchObject({ markedAt: startsAt + 3 * MINUTE });
		expect(await rowsOf('mark_changes')).toBe(1);
		expect((await rosterOf()).doubts).toEqual([]);
	});
});

describe('after the closing', () => {
	it('find who was there after all, and say that it came in late', async () => {
		await application.container.rollCalls.mark(tess(), markOf(id, cem.id, { status: 'absent' }));
		await close();
		expect(await statuses()).toBe('absent absent absent');
		const batch = lateOf(id, [seen(amina, 1, 3), seen(bo, 2, 14), seen(cem, 3, 5)]);
		await send(batch);
		await send(batch);
		expect(await statuses()).toBe('present late absent');
		expect(await entryOf(amina)).toMatchObject({
			method: 'camera',
			markedAt: startsAt + 3 * MINUTE,
			cameInLate: true,
		});
		const history = await application.container.rollCalls.history(tess(), {
			rollCallId: id,
			studentId: amina.id,
		});
		expect(history).toMatchObject([
			{ method: 'rule', to: 'absent' },
			{ method: 'camera', from: 'absent', to: 'present', cameInLate: true },
		]);
		expect(await rowsOf('mark_changes')).toBe(5);
	});

	it('ask the teacher where the camera is not sure, and take the answer', async () => {
		await close();
		const between = createLookalike(amina.person, bo.person);
		await send(lateOf(id, [seen({ person: between }, 1, 3, 7)]));
		const [doubt, ...more] = (await rosterOf()).doubts;
		expect(more).toEqual([]);
		// What else changes meanwhile does not settle it.
		await application.container.rollCalls.mark(tess(), markOf(id, cem.id));
		expect((await rosterOf()).doubts).toHaveLength(1);
		await application.container.rollCalls.answerDoubt(tess(), {
			id: randomUUID(),
			rollCallId: id,
			doubtId: doubt!.id,
			studentId: bo.id,
			candidateIds: doubt!.candidates.map(({ studentId }) => studentId),
		});
		expect(await entryOf(bo)).toMatchObject({ status: 'present', markedAt: startsAt + 3 * MINUTE });
	});

	it('are nobody’s where they were seen after it', async () => {
		await close();
		await send(lateOf(id, [{ ...seen(amina, 1, 3), start: Date.now() + 1000 }]));
		expect(await statuses()).toBe('absent absent absent');
	});

	it('are refused of a device that was not part of it, or of somebody else on it', async () => {
		await close();
		const stranger = lateOf(id, [seen(amina, 1, 3)], { deviceId: randomUUID() });
		await expect(send(stranger)).rejects.toMatchObject({
			code: 'other-camera',
			message: expect.stringContaining('not part of it') as string,
		});
		await expect(send(lateOf(id, [seen(amina, 1, 3)]), admin.actor)).rejects.toMatchObject({
			code: 'other-camera',
		});
		// Joining now comes too late.
		await application.container.recognition.joined(admin.actor, id, DEVICE);
		await expect(send(lateOf(id, [seen(amina, 1, 3)]), admin.actor)).rejects.toMatchObject({
			code: 'other-camera',
		});
		expect(await statuses()).toBe('absent absent absent');
	});
});

describe('what cannot be', () => {
	it.each([
		['the future', () => Date.now() + 2 * MINUTE, 'bad-time'],
		['before the opening', () => startsAt - 2 * MINUTE, 'bad-time'],
	])('is refused: %s', async (_, start, code) => {
		const batch = lateOf(id, [{ trackId: 1, vectors: amina.person.captures(4), start: start() }]);
		await expect(send(batch)).rejects.toMatchObject({ code });
		expect(await statuses()).toBe('- - -');
	});

	it('is refused: longer ago than the school takes, before anything else is looked at', async () => {
		const opened = new Date(Date.now() - 30 * 60 * MINUTE);
		await application.database.sql`
			update roll_calls set opened_at = ${opened}, starts_at = ${opened} where id = ${id}`;
		const start = opened.getTime() + MINUTE;
		const batch = lateOf(id, [{ trackId: 1, vectors: amina.person.captures(4), start }]);
		await expect(send({ ...batch, modelId: 'older' })).rejects.toMatchObject({ code: 'too-late' });
	});

	it('is refused: another engine, broken vectors, one track twice', async () => {
		const batch = lateOf(id, [seen(amina, 1, 3), seen(bo, 2, 3)]);
		await expect(send({ ...batch, modelId: 'older' })).rejects.toMatchObject({ code: 'outdated' });
		const fused = batch.fused.slice().fill(0);
		await expect(send({ ...batch, fused })).rejects.toMatchObject({ code: 'invalid' });
		const twice = batch.tracks.map((track) => ({ ...track, trackId: 1 }));
		await expect(send({ ...batch, tracks: twice })).rejects.toMatchObject({ code: 'invalid' });
	});
});

/** Nobody of the class. */
function strange() {
	return { vectors: createPerson(4711).captures(8), start: startsAt + 2 * MINUTE };
}

/** The server after a restart: the same database, and an empty memory. */
async function startAgain() {
	const { container } = application;
	const restarted = await createContainer({
		config: container.config,
		log: createLog('silent'),
		database: application.database,
		models: TEST_MODELS,
	});
	return { container: restarted };
}
