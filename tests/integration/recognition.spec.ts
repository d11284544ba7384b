// Protects the camera's part: several frames before a mark, the class's own members only, a
// person's hand over the camera's, and nothing counted twice.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrackDecision } from '../../src/lib/contract/events';
import type { DoubtView } from '../../src/lib/contract/roster';
import { encodeVectors, type SightingBatch } from '../../src/lib/contract/sightings';
import { makeFirstAdmin, startApplication, type Account } from '../helpers/application';
import type { TestApplication } from '../helpers/application';
import {
	FRAME_MS,
	batchOf,
	consentAndEnrol,
	framesOf,
	makeTaughtClass,
	markOf,
	openSince,
	type TaughtClass,
} from '../helpers/taught-class';
import { createLookalike, createPerson } from '../helpers/vectors';

let application: TestApplication;
let admin: Account;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());

const NAMES = ['Amina Eze', 'Jo Baker', 'Rui Costa', 'Rui Pires'];

/** A class of its own with an open roll call that began five minutes ago. */
async function openClass(seed: number) {
	const taught = await makeTaughtClass(application, admin, NAMES, { seed });
	return { taught, ...(await openSince(application, taught, 5)) };
}

async function observe(taught: TaughtClass, batches: SightingBatch[]): Promise<TrackDecision[]> {
	let decisions: TrackDecision[] = [];
	for (const batch of batches) {
		decisions = await application.container.recognition.observe(taught.teacher.actor, batch);
	}
	return decisions;
}

const rosterOf = (taught: TaughtClass, id: string) =>
	application.container.rollCalls.roster(taught.teacher.actor, id);

async function entryOf(taught: TaughtClass, id: string, studentId: string) {
	const { entries } = await rosterOf(taught, id);
	return entries.find((entry) => entry.studentId === studentId);
}

describe('recognition', () => {
	it('marks after several frames, never after one', async () => {
		const { taught, id, startsAt } = await openClass(1);
		const amina = taught.students[0]!;
		const frames = framesOf(id, 1, amina.person.captures(4), startsAt);
		const [first] = await observe(taught, frames.slice(0, 1));
		expect(first).toEqual({ trackId: 1, lane: 'pending', student: null, visitor: null });
		expect(await entryOf(taught, id, amina.id)).toMatchObject({ status: null });

		const [decided] = await observe(taught, frames.slice(1));
		expect(decided).toEqual({
			trackId: 1,
			lane: 'recognised',
			student: { studentId: amina.id, name: 'Amina Eze', status: 'present' },
			visitor: null,
		});
		expect(await entryOf(taught, id, amina.id)).toMatchObject({
			status: 'present',
			method: 'camera',
			markedAt: startsAt,
			minutesLate: null,
		});
	});

	it('does not take one frame for several when it is sent again', async () => {
		const { taught, id, startsAt } = await openClass(2);
		const amina = taught.students[0]!;
		const [first] = framesOf(id, 1, amina.person.captures(1), startsAt);
		// Far enough apart that the time between them alone would do.
		const [second] = framesOf(id, 1, amina.person.captures(1), startsAt + 2000);
		for (let again = 0; again < 6; again++) {
			const [decided] = await observe(taught, [again % 2 ? second! : first!]);
			expect(decided).toMatchObject({ lane: 'pending' });
		}
		expect((await rosterOf(taught, id)).version).toBe(0);
	});

	it('counts the time of the sighting, not of its arrival: a late student stays late', async () => {
		const taught = await makeTaughtClass(application, admin, NAMES, { seed: 3 });
		const { id, startsAt } = await openSince(application, taught, 40);
		const [amina, jo] = taught.students;
		const minute = 60_000;
		await observe(taught, framesOf(id, 1, amina!.person.captures(3), startsAt + 9 * minute));
		await observe(taught, framesOf(id, 2, jo!.person.captures(3), startsAt + 17.5 * minute));
		expect(await entryOf(taught, id, amina!.id)).toMatchObject({ status: 'present' });
		expect(await entryOf(taught, id, jo!.id)).toMatchObject({
			status: 'late',
			minutesLate: 17,
			markedAt: startsAt + 17.5 * minute,
		});
	});

	it('puts sightings from before the opening and from the future into the roll call', async () => {
		const { taught, id, startsAt } = await openClass(4);
		const [amina, jo] = taught.students;
		const before = framesOf(id, 1, amina!.person.captures(6), startsAt - 2 * FRAME_MS);
		await observe(taught, before);
		expect((await entryOf(taught, id, amina!.id))?.markedAt).toBe(startsAt);
		// A clock that is an hour ahead: the server's own time is the latest that counts.
		const hour = 3_600_000;
		await observe(taught, framesOf(id, 2, jo!.person.captures(1), startsAt + 200));
		await observe(taught, framesOf(id, 2, jo!.person.captures(3), Date.now() + hour));
		expect((await entryOf(taught, id, jo!.id))?.markedAt).toBe(startsAt + 200);
	});

	it('knows members of the class only, and leaves a stranger unknown', async () => {
		const other = await makeTaughtClass(application, admin, ['Olu Other'], { seed: 50 });
		const { taught, id, startsAt } = await openClass(5);
		const strangers = [other.students[0]!.person, createPerson(777)];
		for (const [i, stranger] of strangers.entries()) {
			const frames = framesOf(id, 10 + i, stranger.captures(8), startsAt);
			expect(await observe(taught, frames)).toEqual([
				{ trackId: 10 + i, lane: 'unknown', student: null, visitor: null },
			]);
		}
		expect((await rosterOf(taught, id)).version).toBe(0);
	});

	it('keeps two people apart who swap places within one track', async () => {
		const { taught, id, startsAt } = await openClass(6);
		const [amina, jo] = taught.students;
		await observe(taught, framesOf(id, 1, amina!.person.captures(4), startsAt));
		const after = framesOf(id, 1, jo!.person.captures(3), startsAt + 1000);
		const lanes = [];
		for (const frame of after) lanes.push((await observe(taught, [frame]))[0]);
		expect(lanes[0]).toMatchObject({ lane: 'pending', student: null });
		expect(lanes[2]).toMatchObject({ student: { studentId: jo!.id } });
	});

	it('recognises a student who is enrolled while the roll call is open', async () => {
		const taught = await makeTaughtClass(application, admin, NAMES, { seed: 7, enrolled: 2 });
		const { id, startsAt } = await openSince(application, taught, 5);
		const rui = taught.students[2]!;
		const frames = framesOf(id, 1, rui.person.captures(8), startsAt);
		expect(await observe(taught, frames.slice(0, 4))).toMatchObject([{ lane: 'unknown' }]);
		await consentAndEnrol(application, taught.teacher.actor, rui);
		expect(await observe(taught, frames.slice(4))).toMatchObject([
			{ lane: 'recognised', student: { studentId: rui.id } },
		]);
	});

	it('marks a whole frame of faces at once, as one version', async () => {
		const { taught, id, startsAt } = await openClass(8);
		const frame = (at: number) =>
			batchOf(
				id,
				taught.students.map(({ person }, trackId) => ({ trackId, vector: person.capture() })),
				{ capturedAt: startsAt + at },
			);
		await observe(taught, [frame(0), frame(FRAME_MS), frame(2 * FRAME_MS)]);
		const roster = await rosterOf(taught, id);
		expect(roster.entries.map(({ status }) => status)).toEqual(Array(4).fill('present'));
		expect(roster.version).toBe(1);
	});
});

describe('the teacher’s hand', () => {
	it.each(['excused', 'absent', null] as const)('stands over the camera: %s', async (status) => {
		const { taught, id, startsAt } = await openClass(20 + String(status).length);
		const amina = taught.students[0]!;
		const { rollCalls } = application.container;
		await rollCalls.mark(taught.teacher.actor, markOf(id, amina.id, { status }));
		const [decided] = await observe(
			taught,
			framesOf(id, 1, amina.person.captures(5), startsAt + 1000),
		);
		expect(decided).toMatchObject({ lane: 'recognised', student: { status } });
		expect(await entryOf(taught, id, amina.id)).toMatchObject({ status });
	});
});

describe('doubts', () => {
	/** Somebody whom the camera cannot tell from two members. */
	async function doubtful(seed: number) {
		const { taught, id, startsAt } = await openClass(seed);
		const [, , costa, pires] = taught.students;
		const lookalike = createLookalike(costa!.person, pires!.person);
		await observe(taught, framesOf(id, 5, lookalike.captures(7), startsAt + 60_000));
		const [doubt, ...more] = (await rosterOf(taught, id)).doubts;
		expect(more).toEqual([]);
		return { taught, id, startsAt, costa: costa!, pires: pires!, doubt: doubt!, lookalike };
	}
	const answer = (rollCallId: string, doubt: DoubtView, studentId: string | null) => ({
		id: randomUUID(),
		rollCallId,
		doubtId: doubt.id,
		studentId,
		candidateIds: doubt.candidates.map((candidate) => candidate.studentId),
	});

	it('asks between the two likeliest, and marks the chosen one from when they were seen', async () => {
		const { taught, id, startsAt, costa, pires, doubt } = await doubtful(30);
		expect(doubt).toMatchObject({ reason: 'close-runner-up', state: 'waiting' });
		expect(doubt.candidates.map(({ studentId }) => studentId).sort()).toEqual(
			[costa.id, pires.id].sort(),
		);
		const { rollCalls } = application.container;
		const request = answer(id, doubt, pires.id);
		const first = await rollCalls.answerDoubt(taught.teacher.actor, request);
		expect(await rollCalls.answerDoubt(taught.teacher.actor, request)).toEqual(first);
		expect(await entryOf(taught, id, pires.id)).toMatchObject({
			status: 'present',
			method: 'teacher',
			markedAt: startsAt + 60_000,
		});
		expect((await rosterOf(taught, id)).doubts).toEqual([]);
		await expect(
			rollCalls.answerDoubt(taught.teacher.actor, answer(id, doubt, costa.id)),
		).rejects.toMatchObject({ code: 'conflict' });
	});

	it('takes no for an answer: the same track is neither asked about nor marked again', async () => {
		const { taught, id, startsAt, costa, doubt, lookalike } = await doubtful(31);
		const { rollCalls } = application.container;
		await rollCalls.answerDoubt(taught.teacher.actor, answer(id, doubt, null));
		await observe(taught, framesOf(id, 5, lookalike.captures(3), startsAt + 70_000));
		await observe(taught, framesOf(id, 5, costa.person.captures(9), startsAt + 80_000));
		const roster = await rosterOf(taught, id);
		expect(roster.doubts).toEqual([]);
		expect(roster.entries.every(({ status }) => status === null)).toBe(true);
	});

	it('settles a doubt when every candidate was marked otherwise, and asks no more', async () => {
		const { taught, id, startsAt, costa, pires, lookalike } = await doubtful(32);
		const { rollCalls } = application.container;
		await rollCalls.mark(taught.teacher.actor, markOf(id, costa.id));
		expect((await rosterOf(taught, id)).doubts).toHaveLength(1);
		await rollCalls.mark(taught.teacher.actor, markOf(id, pires.id, { status: 'late' }));
		expect((await rosterOf(taught, id)).doubts).toEqual([]);
		await observe(taught, framesOf(id, 6, lookalike.captures(8), startsAt + 90_000));
		expect((await rosterOf(taught, id)).doubts).toEqual([]);
	});

	it('refuses an answer that was not asked for', async () => {
		const { taught, id, doubt } = await doubtful(33);
		const { rollCalls } = application.container;
		await expect(
			rollCalls.answerDoubt(taught.teacher.actor, answer(id, doubt, taught.students[0]!.id)),
		).rejects.toMatchObject({ code: 'invalid' });
		await expect(
			rollCalls.answerDoubt(taught.teacher.actor, answer(id, { ...doubt, id: randomUUID() }, null)),
		).rejects.toMatchObject({ code: 'not-found' });
	});
});

describe('what is refused', () => {
	it('takes no sightings after closing', async () => {
		const { taught, id, startsAt } = await openClass(40);
		const frames = framesOf(id, 1, taught.students[0]!.person.captures(3), startsAt);
		await application.container.rollCalls.close(taught.teacher.actor, id);
		await expect(observe(taught, frames)).rejects.toMatchObject({ code: 'closed' });
	});

	it('takes no vectors of another engine, none that are no vectors, no track twice', async () => {
		const { taught, id, startsAt } = await openClass(41);
		const face = { trackId: 1, vector: taught.students[0]!.person.capture() };
		const at = { capturedAt: startsAt };
		const bad: [string, SightingBatch][] = [
			['outdated', batchOf(id, [face], { ...at, modelId: 'another-model' })],
			['outdated', batchOf(id, [face], { ...at, pipelineVersion: '0' })],
			['invalid', batchOf(id, [face], { ...at, vectors: new Uint8Array(2048).fill(0xff) })],
			['invalid', batchOf(id, [face], { ...at, vectors: encodeVectors([new Float32Array(512)]) })],
			['invalid', batchOf(id, [face, face], at)],
		];
		for (const [code, batch] of bad) {
			await expect(observe(taught, [batch])).rejects.toMatchObject({ code });
		}
		expect((await rosterOf(taught, id)).version).toBe(0);
	});
});
