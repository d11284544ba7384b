// Protects how the camera decides: nobody in two places, twins never by the camera alone, a teacher's
// "no" remembered, every answer undone without a trace but in the audit, and every decision explained.
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrackDecision } from '../../src/lib/contract/events';
import type { SightingBatch } from '../../src/lib/contract/sightings';
import { normalise } from '../../src/lib/server/domain/matching';
import {
	makeFirstAdmin,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import {
	batchOf,
	enrolmentOf,
	FRAME_MS,
	framesOf,
	makeTaughtClass,
	markOf,
	openSince,
	type Student,
	type TaughtClass,
} from '../helpers/taught-class';
import { createLookalike, createPerson, type Person } from '../helpers/vectors';

let application: TestApplication;
let admin: Account;

beforeAll(async () => {
	application = await startApplication();
	admin = await makeFirstAdmin(application);
});
afterAll(() => application.stop());

const NAMES = ['Amina Eze', 'Jo Baker', 'Rui Costa', 'Rui Pires'];

interface Scene {
	taught: TaughtClass;
	id: string;
	startsAt: number;
	students: readonly Student[];
}

async function openClass(seed: number): Promise<Scene> {
	const taught = await makeTaughtClass(application, admin, NAMES, { seed });
	return { taught, students: taught.students, ...(await openSince(application, taught, 5)) };
}

async function observe({ taught }: Scene, batches: SightingBatch[]): Promise<TrackDecision[]> {
	let decisions: TrackDecision[] = [];
	for (const batch of batches) {
		decisions = await application.container.recognition.observe(taught.teacher.actor, batch);
	}
	return decisions;
}

const rosterOf = ({ taught, id }: Scene) =>
	application.container.rollCalls.roster(taught.teacher.actor, id);

async function entryOf(scene: Scene, { id }: Student) {
	const { entries } = await rosterOf(scene);
	return entries.find(({ studentId }) => studentId === id)!;
}

const decisionsOf = (scene: Scene) =>
	application.database.db
		.selectFrom('decisions')
		.selectAll()
		.where('roll_call_id', '=', scene.id)
		.orderBy('decided_at')
		.execute();

const answersOf = (doubtId: string) =>
	application.database.db
		.selectFrom('doubt_answers')
		.select(['answer', 'student_id as studentId', 'answered_by as answeredBy'])
		.where('doubt_id', '=', doubtId)
		.orderBy('answered_at')
		.execute();

/** What a teacher answers who sees the doubt as it is. */
async function answer(scene: Scene, doubtId: string, studentId: string | null) {
	const { candidateIds } = await application.database.db
		.selectFrom('doubts')
		.select('candidate_ids as candidateIds')
		.where('id', '=', doubtId)
		.executeTakeFirstOrThrow();
	const request = { id: randomUUID(), rollCallId: scene.id, doubtId, studentId, candidateIds };
	return application.container.rollCalls.answerDoubt(scene.taught.teacher.actor, request);
}

function reopen(scene: Scene, doubtId: string, id: string = randomUUID()) {
	const request = { id, rollCallId: scene.id, doubtId };
	return application.container.rollCalls.reopenDoubt(scene.taught.teacher.actor, request);
}

/** Captures that turn step by step from one person into another, no step far enough to be seen. */
function drift(from: Person, to: Person, steps: number): Float32Array[] {
	return Array.from({ length: steps }, (_, i) => {
		const share = (i + 1) / steps;
		const [a, b] = [from.capture(), to.capture()];
		return normalise(a.map((value, at) => value * (1 - share) + b[at]! * share));
	});
}

/** Somebody whom the camera cannot tell from two members, seen by one track. */
async function doubtful(seed: number, trackId = 5) {
	const scene = await openClass(seed);
	const [, , costa, pires] = scene.students;
	const lookalike = createLookalike(costa!.person, pires!.person);
	const frames = framesOf(scene.id, trackId, lookalike.captures(7), scene.startsAt + 60_000);
	await observe(scene, frames);
	const [doubt] = (await rosterOf(scene)).doubts;
	return { scene, costa: costa!, pires: pires!, lookalike, doubt: doubt! };
}

describe('one person, one place', () => {
	it('gives a name to one of two tracks of a frame', async () => {
		const scene = await openClass(1);
		const amina = scene.students[0]!;
		const double = createPerson(900);
		const frame = (i: number) => {
			const [own, other] = [amina.person.capture(), double.capture()];
			const alike = normalise(own.map((value, at) => value + 0.7 * other[at]!));
			return batchOf(
				scene.id,
				[
					{ trackId: 1, vector: amina.person.capture() },
					{ trackId: 2, vector: alike },
				],
				{ capturedAt: scene.startsAt + i * FRAME_MS },
			);
		};
		const decisions = await observe(
			scene,
			Array.from({ length: 8 }, (_, i) => frame(i)),
		);
		expect(decisions).toMatchObject([
			{ trackId: 1, lane: 'recognised', student: { studentId: amina.id } },
			{ trackId: 2, lane: 'unknown', student: null },
		]);
		expect((await rosterOf(scene)).doubts).toEqual([]);
	});

	it('judges a decided track that is only in view together with a new one', async () => {
		const scene = await openClass(2);
		const amina = scene.students[0]!;
		await observe(scene, framesOf(scene.id, 1, amina.person.captures(4), scene.startsAt));
		const again = framesOf(scene.id, 2, amina.person.captures(8), scene.startsAt + 5000, {
			visible: [1, 2],
		});
		const decisions = await observe(scene, again);
		const holders = decisions.filter(({ student }) => student?.studentId === amina.id);
		expect(decisions.map(({ trackId }) => trackId).sort()).toEqual([1, 2]);
		expect(holders).toHaveLength(1);
	});
});

describe('confusable members', () => {
	it('are never decided between by the camera alone, and teach it nothing', async () => {
		const taught = await makeTaughtClass(application, admin, NAMES, { seed: 10, enrolled: 3 });
		const [, , costa, pires] = taught.students;
		const twin = { ...pires!, person: costa!.person };
		const { consent, enrolment } = application.container;
		await consent.record(taught.teacher.actor, {
			studentId: twin.id,
			decision: 'granted',
			givenBy: 'guardian',
		});
		await enrolment.submit(
			taught.teacher.actor,
			enrolmentOf(twin.id, twin.person.captures(3), { confirmed: ['same-face'] }),
		);
		const opened = await openSince(application, taught, 5);
		const scene = { taught, students: taught.students, ...opened };
		await observe(scene, framesOf(scene.id, 1, costa!.person.captures(9), scene.startsAt));
		const [doubt] = (await rosterOf(scene)).doubts;
		expect(doubt).toMatchObject({ reason: 'confusable' });
		expect(doubt!.candidates).toHaveLength(2);
		await answer(scene, doubt!.id, costa!.id);
		expect(await entryOf(scene, costa!)).toMatchObject({ status: 'present', method: 'teacher' });
		const { members } = await application.container.classes.detail(
			taught.teacher.actor,
			taught.classId,
		);
		expect(members.map(({ references }) => references).sort()).toEqual([3, 3, 3, 3]);
	});
});

describe('a teacher’s answer', () => {
	it('“no” holds for the same face on another track, and not for other faces', async () => {
		const { scene, doubt, lookalike } = await doubtful(20);
		await answer(scene, doubt.id, null);
		const later = scene.startsAt + 90_000;
		await observe(scene, framesOf(scene.id, 6, lookalike.captures(8), later));
		expect((await rosterOf(scene)).doubts).toEqual([]);
		expect((await rosterOf(scene)).entries.every(({ status }) => status === null)).toBe(true);
		const clear = framesOf(scene.id, 7, scene.students[0]!.person.captures(4), later);
		expect(await observe(scene, clear)).toMatchObject([{ lane: 'recognised' }]);
	});

	it('is about the face that was asked about, whatever the track shows since', async () => {
		const { scene, doubt, lookalike } = await doubtful(26);
		const [amina] = scene.students;
		const later = scene.startsAt + 80_000;
		await observe(scene, framesOf(scene.id, 5, amina!.person.captures(4), later));
		await answer(scene, doubt.id, null);
		await observe(scene, framesOf(scene.id, 6, lookalike.captures(8), later + 10_000));
		expect((await rosterOf(scene)).doubts).toEqual([]);
		expect(await entryOf(scene, amina!)).toMatchObject({ status: 'present' });
	});

	it('can be undone: the doubt waits again, and nobody is marked', async () => {
		const { scene, doubt, pires } = await doubtful(21);
		await answer(scene, doubt.id, pires.id);
		expect(await entryOf(scene, pires)).toMatchObject({ status: 'present' });
		const request = randomUUID();
		const first = await reopen(scene, doubt.id, request);
		expect(await reopen(scene, doubt.id, request)).toEqual(first);
		expect((await rosterOf(scene)).doubts).toMatchObject([{ id: doubt.id, state: 'waiting' }]);
		expect(await entryOf(scene, pires)).toMatchObject({ status: null, markedAt: null });
		// The camera may mark again, as it might have before.
		const seen = framesOf(scene.id, 9, pires.person.captures(4), scene.startsAt + 120_000);
		await observe(scene, seen);
		expect(await entryOf(scene, pires)).toMatchObject({ status: 'present', method: 'camera' });
		const by = scene.taught.teacher.actor.id;
		expect(await answersOf(doubt.id)).toEqual([
			{ answer: 'confirmed', studentId: pires.id, answeredBy: by },
			{ answer: 'reopened', studentId: null, answeredBy: by },
		]);
	});

	it('that was undone is asked again, of the same face too', async () => {
		const { scene, doubt, lookalike } = await doubtful(22);
		await answer(scene, doubt.id, null);
		await reopen(scene, doubt.id);
		await observe(scene, framesOf(scene.id, 6, lookalike.captures(8), scene.startsAt + 90_000));
		expect((await rosterOf(scene)).doubts).toHaveLength(2);
	});

	it('does not undo what somebody marked meanwhile', async () => {
		const { scene, doubt, pires } = await doubtful(23);
		await answer(scene, doubt.id, pires.id);
		const { rollCalls } = application.container;
		await rollCalls.mark(
			scene.taught.teacher.actor,
			markOf(scene.id, pires.id, { status: 'excused' }),
		);
		await reopen(scene, doubt.id);
		expect(await entryOf(scene, pires)).toMatchObject({ status: 'excused' });
	});

	it('is refused about people whom the teacher did not see', async () => {
		const { scene, doubt, pires } = await doubtful(27);
		const request = { id: randomUUID(), rollCallId: scene.id, doubtId: doubt.id };
		const about = { ...request, studentId: null, candidateIds: [pires.id] };
		await expect(
			application.container.rollCalls.answerDoubt(scene.taught.teacher.actor, about),
		).rejects.toMatchObject({ code: 'conflict' });
	});

	it('is not learnt from when a person says afterwards that the student was not there', async () => {
		const { scene, doubt, pires } = await doubtful(28);
		const learnt = async () => {
			const rows = await application.database.db
				.selectFrom('face_references')
				.select('id')
				.where('doubt_id', '=', doubt.id)
				.execute();
			return rows.length;
		};
		await answer(scene, doubt.id, pires.id);
		await expect.poll(learnt).toBe(1);
		const absent = markOf(scene.id, pires.id, { status: 'absent' });
		await application.container.rollCalls.mark(scene.taught.teacher.actor, absent);
		expect(await learnt()).toBe(0);
	});

	it('cannot be undone twice, before there is one, or after closing', async () => {
		const { scene, doubt, pires } = await doubtful(24);
		const before = (await rosterOf(scene)).version;
		expect(await reopen(scene, doubt.id)).toEqual({ version: before });
		await answer(scene, doubt.id, pires.id);
		await reopen(scene, doubt.id);
		const once = (await rosterOf(scene)).version;
		expect(await reopen(scene, doubt.id)).toEqual({ version: once });
		await answer(scene, doubt.id, pires.id);
		await application.container.rollCalls.close(scene.taught.teacher.actor, scene.id);
		await expect(reopen(scene, doubt.id)).rejects.toMatchObject({ code: 'closed' });
	});

	it('lets a confirmed face become a reference, which goes when the answer is undone', async () => {
		const { scene, doubt, pires } = await doubtful(25);
		const count = async () => {
			const rows = await application.database.db
				.selectFrom('face_references')
				.select(['id', 'doubt_id as doubtId'])
				.where('student_id', '=', pires.id)
				.execute();
			return rows.filter(({ doubtId }) => doubtId === doubt.id).length;
		};
		await answer(scene, doubt.id, pires.id);
		await expect.poll(count).toBe(1);
		await reopen(scene, doubt.id);
		expect(await count()).toBe(0);
	});
});

describe('a name that later sightings contradict', () => {
	async function contradicted(seed: number) {
		const scene = await openClass(seed);
		const amina = scene.students[0]!;
		const first = framesOf(scene.id, 1, amina.person.captures(3), scene.startsAt);
		expect(await observe(scene, first)).toMatchObject([{ lane: 'recognised' }]);
		const strange = drift(amina.person, createPerson(seed * 31), 10);
		const rest = Array.from({ length: 25 }, () => strange.at(-1)!);
		await observe(scene, framesOf(scene.id, 1, [...strange, ...rest], scene.startsAt + 2000));
		const [doubt] = (await rosterOf(scene)).doubts;
		return { scene, amina, doubt: doubt! };
	}

	it('is asked about; “no” takes the camera’s mark back, and undo brings it again', async () => {
		const { scene, amina, doubt } = await contradicted(30);
		expect(doubt).toMatchObject({
			reason: 'contradicted',
			candidates: [{ studentId: amina.id }],
		});
		expect(await entryOf(scene, amina)).toMatchObject({ status: 'present', method: 'camera' });
		await answer(scene, doubt.id, null);
		expect(await entryOf(scene, amina)).toMatchObject({ status: null });
		await reopen(scene, doubt.id);
		expect(await entryOf(scene, amina)).toMatchObject({ status: 'present', method: 'camera' });
	});

	it('is asked about although the camera knows by now who it is instead', async () => {
		const scene = await openClass(33);
		const [amina, jo] = scene.students;
		await observe(scene, framesOf(scene.id, 1, amina!.person.captures(3), scene.startsAt));
		const turning = [...drift(amina!.person, jo!.person, 40), ...jo!.person.captures(40)];
		await observe(scene, framesOf(scene.id, 1, turning, scene.startsAt + 2000));
		expect(await entryOf(scene, jo!)).toMatchObject({ status: 'present' });
		expect((await rosterOf(scene)).doubts).toMatchObject([
			{ reason: 'contradicted', candidates: [{ studentId: amina!.id }] },
		]);
	});

	it('stands when the teacher says so', async () => {
		const { scene, amina, doubt } = await contradicted(31);
		const before = await entryOf(scene, amina);
		await answer(scene, doubt.id, amina.id);
		expect(await entryOf(scene, amina)).toEqual(before);
		expect((await rosterOf(scene)).doubts).toEqual([]);
	});

	it('is not asked about once a person has marked', async () => {
		const { scene, amina } = await contradicted(32);
		const { rollCalls } = application.container;
		await rollCalls.mark(scene.taught.teacher.actor, markOf(scene.id, amina.id));
		expect((await rosterOf(scene)).doubts).toEqual([]);
	});
});

const settings = {
	strangersPerWrongName: 1000,
	decisionRetentionDays: 90,
	recognisesVisitors: false,
	asksAboutPhotographs: false,
} as const;

describe('what looks like a photograph', () => {
	/** A print that was moved, and a person behind whom the room stays. */
	const PRINT = { moved: 0.5, follows: [1, 2, 1, 2, 1, 2, 1] };
	const PERSON = { moved: 0.5, follows: [0.4, 0.5, -2, -1, 0.4, 0.9, -1] };
	const asking = (asksAboutPhotographs: boolean) =>
		application.container.school.updateRecognition(admin.actor, {
			...settings,
			asksAboutPhotographs,
		});
	const from = { trackId: 1, captures: 8, after: 60_000 };

	/** Frames of a face, with what the camera noticed about it from the fourth on. */
	function shown(scene: Scene, person: Person, about: typeof PRINT | undefined, how = from) {
		const start = scene.startsAt + how.after;
		const frames = framesOf(scene.id, how.trackId, person.captures(how.captures), start);
		return frames.map((frame, i) => ({
			...frame,
			sightings: frame.sightings.map((one) =>
				i >= 3 && about ? { ...one, surroundings: about } : one,
			),
		}));
	}
	const referencesOf = async ({ taught }: Scene) => {
		const { members } = await application.container.classes.detail(
			taught.teacher.actor,
			taught.classId,
		);
		return members.map(({ references }) => references);
	};

	beforeAll(() => asking(true));
	afterAll(() => asking(false));

	it('marks nobody: the teacher is asked, and a yes marks and teaches nothing', async () => {
		const scene = await openClass(80);
		const amina = scene.students[0]!;
		expect(await observe(scene, shown(scene, amina.person, PRINT))).toMatchObject([
			{ lane: 'doubtful', student: null },
		]);
		expect(await entryOf(scene, amina)).toMatchObject({ status: null });
		const [doubt] = (await rosterOf(scene)).doubts;
		expect(doubt).toMatchObject({ reason: 'photograph', candidates: [{ studentId: amina.id }] });
		const { explanations } = application.container;
		expect(
			await explanations.about(scene.taught.teacher.actor, {
				rollCallId: scene.id,
				studentId: amina.id,
			}),
		).toMatchObject([{ lane: 'doubtful', reason: 'photograph' }]);
		await answer(scene, doubt!.id, amina.id);
		expect(await entryOf(scene, amina)).toMatchObject({ status: 'present', method: 'teacher' });
		expect(await referencesOf(scene)).toEqual([3, 3, 3, 3]);
	});

	it('is told from a person, who is named a second later than where nobody asks', async () => {
		const scene = await openClass(81);
		const amina = scene.students[0]!;
		const frames = shown(scene, amina.person, PERSON);
		expect(await observe(scene, frames.slice(0, 5))).toMatchObject([{ lane: 'pending' }]);
		expect(await observe(scene, frames.slice(5))).toMatchObject([
			{ lane: 'recognised', student: { studentId: amina.id } },
		]);
		expect(await entryOf(scene, amina)).toMatchObject({ status: 'present', method: 'camera' });
	});

	it('that a teacher denied is asked about again as it comes back, and the student is not', async () => {
		const scene = await openClass(82);
		const amina = scene.students[0]!;
		// Photographed on another day: as like to her as her photos are to each other.
		const printed = createLookalike(amina.person, createPerson(8200));
		await observe(scene, shown(scene, printed, PRINT));
		const [doubt] = (await rosterOf(scene)).doubts;
		expect(doubt).toMatchObject({ reason: 'photograph' });
		await answer(scene, doubt!.id, null);
		const still = shown(scene, printed, undefined, { trackId: 2, captures: 8, after: 90_000 });
		expect(await observe(scene, still)).toMatchObject([{ lane: 'doubtful' }]);
		expect((await rosterOf(scene)).doubts).toMatchObject([{ reason: 'photograph' }]);
		const herself = shown(scene, amina.person, PERSON, { trackId: 3, captures: 8, after: 120_000 });
		expect(await observe(scene, herself)).toMatchObject([
			{ lane: 'recognised', student: { studentId: amina.id } },
		]);
	});

	it('is asked about as one also where the teacher was asked for another reason before', async () => {
		const scene = await openClass(83);
		const [, , costa, pires] = scene.students;
		const weak = createLookalike(costa!.person, pires!.person);
		const start = { trackId: 1, captures: 7, after: 60_000 };
		await observe(scene, shown(scene, weak, undefined, start));
		const [before] = (await rosterOf(scene)).doubts;
		expect(before).toMatchObject({ reason: 'close-runner-up' });
		await observe(scene, shown(scene, weak, PRINT, { ...start, after: 63_000 }));
		const [after] = (await rosterOf(scene)).doubts;
		expect(after).toMatchObject({ id: before!.id, reason: 'photograph' });
	});

	it('is recognised like everybody where the school does not ask', async () => {
		const scene = await openClass(84);
		const amina = scene.students[0]!;
		await asking(false);
		const frames = shown(scene, amina.person, PRINT, { ...from, captures: 4 });
		expect(await observe(scene, frames)).toMatchObject([
			{ lane: 'recognised', student: { studentId: amina.id } },
		]);
		await asking(true);
	});
});

describe('visitors', () => {
	it('are known by the school only where it wants that', async () => {
		const other = await makeTaughtClass(application, admin, ['Vera Visitor'], { seed: 70 });
		const scene = await openClass(40);
		const vera = other.students[0]!;
		const { school } = application.container;
		const see = (trackId: number) =>
			observe(scene, framesOf(scene.id, trackId, vera.person.captures(8), scene.startsAt));
		expect(await see(1)).toMatchObject([{ lane: 'unknown', visitor: null }]);
		await school.updateRecognition(admin.actor, { ...settings, recognisesVisitors: true });
		expect(await see(2)).toEqual([
			{
				trackId: 2,
				lane: 'visitor',
				student: null,
				visitor: { name: 'Vera Visitor', classNames: ['Biology 9B'] },
			},
		]);
		const strangers = framesOf(scene.id, 3, createPerson(4711).captures(8), scene.startsAt);
		expect(await observe(scene, strangers)).toMatchObject([{ lane: 'unknown', visitor: null }]);
		await school.updateRecognition(admin.actor, { ...settings, recognisesVisitors: false });
		expect((await decisionsOf(scene)).map(({ lane }) => lane).sort()).toEqual([
			'unknown',
			'unknown',
			'unknown',
			'visitor',
		]);
	});
});

describe('explanations', () => {
	it('keep the numbers, and are told in words to those who teach the class', async () => {
		const scene = await openClass(50);
		const amina = scene.students[0]!;
		await observe(scene, framesOf(scene.id, 1, amina.person.captures(5), scene.startsAt));
		const [row, ...more] = await decisionsOf(scene);
		expect(more).toEqual([]);
		expect(row).toMatchObject({ lane: 'recognised', candidate_ids: [amina.id] });
		expect(row!.evidence).toMatchObject({
			frames: 3,
			members: 4,
			references: 12,
			policy: { strangersPerWrongName: 1000, scoreShift: 0 },
		});
		expect(JSON.stringify(row!.evidence).length).toBeLessThan(1000);
		const { explanations } = application.container;
		const about = { rollCallId: scene.id, studentId: amina.id };
		expect(await explanations.about(scene.taught.teacher.actor, about)).toEqual([
			{
				decidedAt: scene.startsAt + 2 * FRAME_MS,
				lane: 'recognised',
				reason: null,
				frames: 3,
				match: 'clear',
				nextCandidate: 'far',
				view: 'good',
				candidates: [{ studentId: amina.id, name: 'Amina Eze' }],
			},
		]);
		const other = await makeTaughtClass(application, admin, [], { seed: 51 });
		await expect(explanations.about(other.teacher.actor, about)).rejects.toMatchObject({
			code: 'not-found',
		});
	});

	it('follow the class’s own rate where it has one', async () => {
		const [loose, strict] = [await openClass(52), await openClass(53)];
		for (const [scene, strangersPerWrongName] of [
			[loose, 100],
			[strict, 10_000],
		] as const) {
			await application.container.classes.updateSettings(
				scene.taught.teacher.actor,
				scene.taught.classId,
				{ name: 'Class', lateAfterMinutes: 10, displayNames: 'full', strangersPerWrongName },
			);
			const amina = scene.students[0]!;
			await observe(scene, framesOf(scene.id, 1, amina.person.captures(4), scene.startsAt));
		}
		const [easy, hard] = [(await decisionsOf(loose))[0]!, (await decisionsOf(strict))[0]!];
		expect(hard.evidence.accept).toBeGreaterThan(easy.evidence.accept);
		expect(hard.evidence.policy.strangersPerWrongName).toBe(10_000);
	});
});

describe('sightings that are sent again', () => {
	it('change nothing, in whatever order and how often they come', async () => {
		const scene = await openClass(60);
		const frames = scene.students.flatMap(({ person }, trackId) =>
			framesOf(scene.id, trackId, person.captures(4), scene.startsAt),
		);
		const order = fc.shuffledSubarray([...frames, ...frames, ...frames], {
			minLength: frames.length * 3,
		});
		await fc.assert(
			fc.asyncProperty(order, async (sent) => {
				const cameraId = randomUUID();
				const again = sent.map((batch) => ({ ...batch, cameraId, id: own(batch.id, cameraId) }));
				await observe(scene, again);
				const seen = (await decisionsOf(scene)).filter((row) => row.camera_id === cameraId);
				expect(seen.map(({ track_id }) => track_id).sort()).toEqual([0, 1, 2, 3]);
				expect(seen.every(({ evidence }) => evidence.frames <= 4)).toBe(true);
			}),
			{ numRuns: 5 },
		);
		expect((await rosterOf(scene)).version).toBeLessThanOrEqual(4);
	});

	/** The same batch of another camera: an id of its own, the same every time. */
	function own(id: string, cameraId: string): string {
		return `${id.slice(0, 18)}${cameraId.slice(18)}`;
	}
});
