import type { TrackDecision } from '$lib/contract/events';
import { decodeVectors, type SightingBatch } from '$lib/contract/sightings';
import { messages } from '$lib/messages';
import type { RollCallRow } from '../db/roll-calls.repository';
import type { Actor } from '../domain/access';
import { clampToRollCall } from '../domain/attendance';
import type { Decision, RecognitionPolicy, SightingOfTrack } from '../domain/evidence';
import type { Gallery } from '../domain/matching';
import { countSighting, judgeTracks, recognisedStudent } from '../domain/tracks';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { requireEngine } from './engine';
import type { Galleries } from './gallery';
import { markByCamera, namedStudents, type CameraFindings } from './marks-by-camera';
import { closed, requireRollCall, type RollCallStore } from './roll-call-change';
import type { RosterChanges } from './roster-changes';
import {
	createTrackMemory,
	trackKey,
	type BatchState,
	type RollCallMemory,
	type TrackMemory,
	type TrackState,
} from './track-memory';

export interface RecognitionDeps extends RollCallStore {
	galleries: Pick<Galleries, 'ofClass' | 'onChanged'>;
	changes: RosterChanges;
	policy: RecognitionPolicy;
	clock: () => Date;
}

const SWEEP_MS = 60_000;

export type Recognition = ReturnType<typeof createRecognitionService>;

/** A track of a batch, and what its evidence says. */
interface Judged {
	trackId: number;
	track: TrackState;
	decision: Decision;
}

/** Turns what a camera sees into marks and doubts: evidence over frames, among the class alone. */
export function createRecognitionService(deps: RecognitionDeps) {
	const { galleries, changes, clock } = deps;
	const memories = createTrackMemory();
	const sweeper = setInterval(() => memories.sweep(clock().getTime()), SWEEP_MS);
	sweeper.unref();
	const stops = [
		changes.subscribe(({ rollCallId, state }) => {
			if (state === 'closed') memories.forget(rollCallId);
		}),
		galleries.onChanged((changed) => {
			if (changed === null) memories.forgetStudent(null);
			else if ('studentId' in changed && changed.withdrawn) {
				memories.forgetStudent(changed.studentId);
			}
		}),
	];

	return {
		/**
		 * Counts a batch of sightings and says what became of each of its tracks. A batch that was
		 * counted before is answered the same and not counted again.
		 *
		 * @throws AppError 'closed'; 'outdated' for another engine; 'invalid' for vectors that are none;
		 *   'not-found', 'forbidden'
		 */
		async observe(actor: Actor, batch: SightingBatch): Promise<TrackDecision[]> {
			authorise(actor, 'sendSightings');
			const rollCall = await requireRollCall(deps, actor, batch.rollCallId);
			if (rollCall.state !== 'open') throw closed();
			requireEngine(deps.engine, batch);
			const vectors = readVectors(batch);
			const memory = memories.of(rollCall.id);
			const state = memories.batch(memory, batch.id);
			state.answer ??= answer(deps, memories, { memory, state, rollCall, batch, vectors });
			try {
				return await state.answer;
			} catch (error) {
				// The device sends it again; then it is judged anew and still counted once.
				state.answer = null;
				throw error;
			}
		},

		dispose(): void {
			clearInterval(sweeper);
			stops.forEach((stop) => stop());
			memories.forgetStudent(null);
		},
	};
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
	memory: RollCallMemory;
	state: BatchState;
	rollCall: RollCallRow;
	batch: SightingBatch;
	vectors: readonly Float32Array[];
}

async function answer(
	deps: RecognitionDeps,
	memories: TrackMemory,
	{ memory, state, rollCall, batch, vectors }: Observation,
): Promise<TrackDecision[]> {
	const gallery = await deps.galleries.ofClass(rollCall.classId, batch);
	const now = deps.clock().getTime();
	const capturedAt = clampToRollCall(batch.capturedAt, rollCall.openedAt ?? now, now);
	// No await from here until all is judged: the gallery must not change under it.
	const tracks = batch.sightings.flatMap(({ trackId, quality }, i) => {
		const key = trackKey(batch.cameraId, trackId);
		const known = memory.tracks.get(key);
		const vector = state.counted ? undefined : vectors[i];
		const track = vector ? count(known, { vector, quality, capturedAt }, now, deps.policy) : known;
		if (track === undefined) return [];
		memories.keep(memory, key, track);
		return [{ trackId, track }];
	});
	state.counted = true;
	const judged = judge(tracks, gallery, deps.policy);
	await record(deps, rollCall, { cameraId: batch.cameraId, capturedAt }, judged);
	return describe(deps, rollCall.id, judged);
}

/** Counts a sighting; a track that starts over has nothing written of it. */
function count(
	known: TrackState | undefined,
	sighting: SightingOfTrack,
	now: number,
	policy: RecognitionPolicy,
): TrackState {
	const counted = countSighting(known ?? null, sighting, policy);
	if (known === undefined || counted.evidence.sightings === 1) {
		return { ...counted, recorded: null, touchedAt: now };
	}
	// The same object: what an earlier batch is still writing is remembered on it.
	return Object.assign(known, { ...counted, touchedAt: now });
}

/** What each track's evidence says, nobody in two places. Remembers who is recognised. */
function judge(
	tracks: readonly { trackId: number; track: TrackState }[],
	gallery: Gallery,
	policy: RecognitionPolicy,
): Judged[] {
	const decisions = judgeTracks(
		tracks.map(({ track }) => track),
		gallery,
		policy,
	);
	return tracks.map(({ trackId, track }, i) => {
		const decision = decisions[i]!;
		track.recognised = recognisedStudent(decision);
		return { trackId, track, decision };
	});
}

/** Writes what is new to the roll call: each name and each doubt of a track once. */
async function record(
	deps: RecognitionDeps,
	rollCall: RollCallRow,
	{ cameraId, capturedAt }: { cameraId: string; capturedAt: number },
	judged: readonly Judged[],
): Promise<void> {
	const news = judged.filter(({ track, decision }) => {
		const worth = decision.lane === 'recognised' || decision.lane === 'doubtful';
		return worth && track.recorded !== summary(decision);
	});
	if (news.length === 0) return;
	const findings: CameraFindings = {
		rollCallId: rollCall.id,
		cameraId,
		capturedAt,
		recognised: news.flatMap(({ trackId, track, decision }) => {
			const studentId = recognisedStudent(decision);
			return studentId === null ? [] : [{ trackId, studentId, seenAt: track.evidence.firstAt }];
		}),
		doubtful: news.flatMap(({ trackId, track, decision: { reason, candidates } }) => {
			const candidateIds = candidates.map(({ studentId }) => studentId);
			const seenAt = track.evidence.firstAt;
			return reason === null ? [] : [{ trackId, reason, candidateIds, seenAt }];
		}),
	};
	await markByCamera(deps, findings);
	for (const { track, decision } of news) track.recorded = summary(decision);
}

async function describe(
	deps: RecognitionDeps,
	rollCallId: string,
	judged: readonly Judged[],
): Promise<TrackDecision[]> {
	const ids = judged.flatMap(({ decision }) => recognisedStudent(decision) ?? []);
	const students = await namedStudents(deps, rollCallId, ids);
	return judged.map(({ trackId, decision }) => ({
		trackId,
		lane: decision.lane,
		student: students.get(recognisedStudent(decision) ?? '') ?? null,
	}));
}

function summary({ lane, candidates }: Decision): string {
	return [lane, ...candidates.map(({ studentId }) => studentId)].join(' ');
}
