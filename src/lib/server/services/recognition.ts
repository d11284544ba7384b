import type { TrackDecision } from '$lib/contract/events';
import type { LateSightings } from '$lib/contract/late-sightings';
import { decodeVectors, type SightingBatch } from '$lib/contract/sightings';
import type { DoubtReason } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as lateRows from '../db/late-batches.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import type { Actor } from '../domain/access';
import { clampToRollCall } from '../domain/attendance';
import { isExhausted, wipeEvidence } from '../domain/evidence';
import { countSighting, recognisedStudent } from '../domain/tracks';
import { AppError } from '../errors';
import type { Log } from '../log';
import { authorise } from './authorise';
import { record } from './decision-records';
import type { AnsweredDoubt } from './doubt-answers';
import { requireEngine } from './engine';
import type { Galleries } from './gallery';
import { createJudgements, judge, laneOf, type Judged, type Judgements } from './judging';
import { judgeLateSightings, requireTakable, type LateSightingStore } from './late-sightings';
import type { OpenRollCalls } from './open-roll-calls';
import type { Policies } from './policies';
import type { ReferenceLearning } from './reference-learning';
import { closed, requireRollCall } from './roll-call-change';
import type { RosterChanges } from './roster-changes';
import {
	createTrackMemory,
	trackKey,
	visitKey,
	type BatchState,
	type RollCallMemory,
	type TrackMemory,
	type AskedFace,
	type TrackState,
} from './track-memory';
import type { Visitors } from './visitors';

export interface RecognitionDeps extends LateSightingStore {
	lateBatches: typeof lateRows;
	galleries: Pick<Galleries, 'ofClass' | 'onChanged'>;
	policies: Pick<Policies, 'ofClass'>;
	visitors: Pick<Visitors, 'find'>;
	learning: Pick<ReferenceLearning, 'learn'>;
	openRollCalls: OpenRollCalls;
	changes: RosterChanges;
	log: Log;
	clock: () => Date;
}

const SWEEP_MS = 60_000;

export type Recognition = ReturnType<typeof createRecognitionService>;

/** Turns what a camera sees into marks and doubts: evidence over frames, among the class alone. */
export function createRecognitionService(deps: RecognitionDeps) {
	const { galleries, changes, clock } = deps;
	const memories = createTrackMemory();
	const judgements = createJudgements();
	const sweeper = setInterval(() => {
		const now = clock().getTime();
		memories.sweep(now);
		deps.openRollCalls.sweep(now);
	}, SWEEP_MS);
	sweeper.unref();
	const stops = [
		changes.subscribe(({ rollCallId, state }) => {
			if (state === 'closed') memories.forget(rollCallId);
		}),
		galleries.onChanged((changed) => {
			if (changed === null) memories.forgetAll();
			else if ('studentId' in changed && changed.withdrawn) {
				memories.forgetStudent(changed.studentId);
			}
		}),
	];

	return {
		/**
		 * Counts a batch of sightings and says what became of each track in view. A batch that was
		 * counted before is answered the same and not counted again.
		 *
		 * @throws AppError 'closed'; 'outdated' for another engine; 'invalid' for vectors that are none;
		 *   'not-found', 'forbidden'
		 */
		async observe(actor: Actor, batch: SightingBatch): Promise<TrackDecision[]> {
			authorise(actor, 'sendSightings');
			const rollCall = await deps.openRollCalls.require(actor, batch.rollCallId);
			if (rollCall.state !== 'open') throw closed();
			requireEngine(deps.engine, batch);
			const vectors = readVectors(batch);
			const memory = memories.of(rollCall.id);
			const state = memories.batch(memory, batch.id);
			state.answer ??= answer(deps, memories, judgements, { state, rollCall, batch, vectors });
			return answerOf(state);
		},

		/**
		 * Counts what a camera saw without a network. A batch that was taken before is not counted again.
		 *
		 * @throws AppError 'other-camera' for a device that was not part of a roll call that is closed;
		 *   'bad-time', 'too-late', 'outdated', 'invalid', 'not-found', 'forbidden'
		 */
		async observeLate(actor: Actor, batch: LateSightings): Promise<TrackDecision[]> {
			authorise(actor, 'sendSightings');
			const rollCall = await requireRollCall(deps, actor, batch.rollCallId);
			const now = clock().getTime();
			await requireTakable(deps, { actor, rollCall, batch, now });
			const take = async (
				memory: RollCallMemory,
				state: BatchState = { counted: false, answer: null },
			): Promise<TrackDecision[]> => {
				const observation = { rollCall, batch, memory, state, now };
				const judged = await judgeLateSightings(deps, memories, judgements, observation);
				return describe(deps, rollCall.id, judged);
			};
			if (rollCall.state !== 'open') return memories.apart((memory) => take(memory));
			const memory = memories.of(rollCall.id);
			const state = memories.batch(memory, batch.id);
			state.answer ??= take(memory, state);
			return answerOf(state);
		},

		/** Notes that a device has a roll call on screen; see {@link observeLate}. */
		async joined(actor: Actor, rollCallId: string, deviceId: string): Promise<void> {
			const device = { rollCallId, deviceId, userId: actor.id };
			await deps.lateBatches.insertRollCallDevice(deps.db, device);
		},

		/**
		 * Takes a teacher's word on a doubt: a face that is not a student's is not offered as theirs
		 * again in this roll call, whatever track it comes back as; one that is may become a reference.
		 */
		hear(answered: AnsweredDoubt): void {
			const face = memories.asked(answered.rollCallId, visitKey(answered));
			if (face === undefined) return;
			// "No" to a photograph says nothing against the student whom it shows, who may come yet.
			const isRejected = answered.answer === 'rejected';
			face.isPhotograph = isRejected && answered.reason === 'photograph';
			face.ruledOut = isRejected && !face.isPhotograph ? answered.candidateIds : [];
			if (answered.answer !== 'confirmed') return;
			learn(deps, answered, face).catch((error: unknown) => {
				deps.log.error({ err: error, doubtId: answered.doubtId }, 'nothing was learned');
			});
		},

		dispose(): void {
			clearInterval(sweeper);
			stops.forEach((stop) => stop());
			memories.forgetAll();
		},
	};
}

async function answerOf(state: BatchState): Promise<TrackDecision[]> {
	try {
		return (await state.answer) ?? [];
	} catch (error) {
		// The device sends it again; then it is judged anew and still counted once.
		state.answer = null;
		throw error;
	}
}

/** One vector for each sighting. @throws AppError 'invalid' */
function readVectors({ sightings, vectors }: SightingBatch): Float32Array[] {
	if (new Set(sightings.map(({ trackId }) => trackId)).size < sightings.length) {
		throw new AppError('invalid', messages.rollCallRefusals.trackTwice);
	}
	try {
		return decodeVectors(vectors);
	} catch (cause) {
		throw new AppError('invalid', messages.rollCallRefusals.brokenVectors, { cause });
	}
}

interface Observation {
	state: BatchState;
	rollCall: RollCallRow;
	batch: SightingBatch;
	vectors: readonly Float32Array[];
}

async function answer(
	deps: RecognitionDeps,
	memories: TrackMemory,
	judgements: Judgements,
	{ state, rollCall, batch, vectors }: Observation,
): Promise<TrackDecision[]> {
	const policy = await deps.policies.ofClass(rollCall.classId);
	const known = await deps.galleries.ofClass(rollCall.classId, batch);
	// No await from here until all is judged: the gallery must not change under it.
	const now = deps.clock().getTime();
	const capturedAt = clampToRollCall(batch.capturedAt, rollCall.openedAt ?? now, now);
	const memory = memories.of(rollCall.id);
	if (!state.counted) count(memories, memory, { batch, vectors, capturedAt, now });
	state.counted = true;
	const judged = judge(memory, batch, judgements.of(known, policy));
	const { studentIds, references } = known.gallery;
	const context = { policy, members: studentIds.length, references, engine: engineOf(batch) };
	const write = () =>
		memory.turn(async () => {
			const { cameraId } = batch;
			const news = await record(deps, rollCall, { cameraId, capturedAt, context }, judged);
			for (const { trackId, track, decision } of news) {
				if (decision.lane !== 'doubtful') continue;
				const candidateIds = decision.candidates.map(({ studentId }) => studentId);
				const key = visitKey({ cameraId, trackId, visit: track.visit });
				memories.ask(memory, key, { ...track, candidateIds }, now);
			}
		});
	await write();
	// Afterwards: members need not wait until somebody else was looked for in the whole school.
	if (await lookForVisitors(deps, judged)) await write();
	return describe(deps, rollCall.id, judged);
}

const engineOf = ({ modelId, pipelineVersion }: SightingBatch) => ({ modelId, pipelineVersion });

/** Adds the batch's sightings to their tracks. */
function count(
	memories: TrackMemory,
	memory: RollCallMemory,
	{
		batch,
		vectors,
		capturedAt,
		now,
	}: Pick<Observation, 'batch' | 'vectors'> & { capturedAt: number; now: number },
): void {
	batch.sightings.forEach(({ trackId, quality, surroundings }, i) => {
		const vector = vectors[i];
		if (vector === undefined) return;
		const key = trackKey(batch.cameraId, trackId);
		const known = memory.tracks.get(key);
		const counted = countSighting(known ?? null, { vector, quality, capturedAt, surroundings });
		const startsOver = known === undefined || counted.evidence.sightings === 1;
		const visit = known === undefined ? 0 : known.visit + 1;
		if (startsOver && known !== undefined) wipeEvidence(known.evidence);
		// The same object: what an earlier batch is still writing is remembered on it.
		const track: TrackState = startsOver
			? { ...counted, visit, recorded: null, visitor: undefined, touchedAt: now }
			: Object.assign(known, { ...counted, touchedAt: now });
		memories.keep(memory, key, track);
	});
}

/** @returns whether somebody was found */
async function lookForVisitors(
	{ visitors, log }: RecognitionDeps,
	judged: readonly Judged[],
): Promise<boolean> {
	let isFound = false;
	for (const { track, decision } of judged) {
		if (decision.lane !== 'unknown' || track.visitor !== undefined) continue;
		if (!isExhausted(track.evidence)) continue;
		// Taken for nobody meanwhile, so that the next batch does not look as well.
		track.visitor = null;
		try {
			track.visitor = await visitors.find(track.evidence);
			isFound ||= track.visitor !== null;
		} catch (error) {
			// Whoever stays in view is looked for again with the next batch.
			track.visitor = undefined;
			log.error({ err: error }, 'a visitor could not be looked for');
		}
	}
	return isFound;
}

async function describe(
	{ openRollCalls }: RecognitionDeps,
	rollCallId: string,
	judged: readonly Judged[],
): Promise<TrackDecision[]> {
	const ids = judged.flatMap(({ decision }) => recognisedStudent(decision) ?? []);
	const students = await openRollCalls.named(rollCallId, ids);
	return judged.map((one) => ({
		trackId: one.trackId,
		lane: laneOf(one),
		student: students.get(recognisedStudent(one.decision) ?? '') ?? null,
		visitor: visitorOf(one),
	}));
}

function visitorOf({ decision, track }: Judged): TrackDecision['visitor'] {
	if (decision.lane !== 'unknown' || !track.visitor) return null;
	const { name, classNames } = track.visitor;
	return { name, classNames };
}

/**
 * Twins' faces teach nothing: what a person confirmed is no evidence of which of the two it was. Nor
 * does a track that contradicted its name: it may hold two people. Nor what may be a photograph, also
 * where a person said that it is none: it would let the next photograph in.
 */
const TEACHES_NOTHING: readonly DoubtReason[] = ['confusable', 'contradicted', 'photograph'];

async function learn(
	{ learning, engine }: RecognitionDeps,
	{ studentId, doubtId, reason }: AnsweredDoubt,
	face: AskedFace,
): Promise<void> {
	if (studentId === null || engine === null) return;
	if (TEACHES_NOTHING.includes(reason)) return;
	// A copy: the face may be forgotten, and overwritten, meanwhile.
	const { vector, quality, capturedAt } = face.best;
	await learning.learn({ studentId, doubtId, vector: vector.slice(), quality, capturedAt, engine });
}
