import type { LateSightings, LateTrack } from '$lib/contract/late-sightings';
import { decodeVectors } from '$lib/contract/sightings';
import { messages } from '$lib/messages';
import type * as lateRows from '../db/late-batches.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import type { Actor } from '../domain/access';
import { evidenceOfLate, mergeEvidence, wipeEvidence } from '../domain/evidence';
import { looksLikePhotograph } from '../domain/photographs';
import { AppError } from '../errors';
import { findingOf, isNews, summary } from './decision-records';
import { requireEngine } from './engine';
import type { Galleries } from './gallery';
import { judgeLate, type Judged, type Judgements } from './judging';
import { requirePlausible, type LateRecordStore } from './late-records';
import { markLate, type CameraMarkStore } from './marks-by-camera';
import type { Policies } from './policies';
import {
	type BatchState,
	trackKey,
	type RollCallMemory,
	type TrackMemory,
	type TrackState,
} from './track-memory';

export interface LateSightingStore extends CameraMarkStore, LateRecordStore {
	galleries: Pick<Galleries, 'ofClass'>;
	policies: Pick<Policies, 'ofClass'>;
	lateBatches: Pick<typeof lateRows, 'insertLateBatch' | 'wasOnDevice'>;
}

/** What a device kept of one track, with its vectors: 512 float32 of unit length each. */
interface SeenTrack {
	track: LateTrack;
	fused: Float32Array;
	best: Float32Array;
}

interface LateObservation {
	rollCall: RollCallRow;
	batch: LateSightings;
	memory: RollCallMemory;
	state: BatchState;
	/** ms since 1970 */
	now: number;
}

/**
 * Whether a late batch may be looked at at all. A roll call that is closed takes those of the devices
 * that had it on screen while it was open.
 *
 * @throws AppError 'other-camera', 'bad-time', 'too-late', 'outdated'
 */
export async function requireTakable(
	store: LateSightingStore,
	{
		actor,
		rollCall,
		batch,
		now,
	}: Pick<LateObservation, 'rollCall' | 'batch' | 'now'> & { actor: Actor },
): Promise<void> {
	const { rollCallId, deviceId } = batch;
	if (rollCall.state === 'closed') {
		const device = { rollCallId, deviceId, userId: actor.id };
		if (!(await store.lateBatches.wasOnDevice(store.db, device))) {
			throw new AppError('other-camera', messages.errors['other-camera']);
		}
	}
	const firstAt = Math.min(...batch.tracks.map((track) => track.firstAt));
	const lastAt = Math.max(...batch.tracks.map((track) => track.lastAt));
	for (const madeAt of [firstAt, lastAt]) {
		await requirePlausible(store, store.db, rollCall, { madeAt, now });
	}
	// Last: what has waited too long is refused for good, whatever made it.
	requireEngine(store.engine, batch);
}

/**
 * Judges what a camera saw without a network by the evidence that its device fused: as if it had been
 * seen now, with the times at which it was. What was seen after the closing is nobody's.
 *
 * @returns what became of each track
 * @throws AppError 'invalid'
 */
export async function judgeLateSightings(
	store: LateSightingStore,
	memories: TrackMemory,
	judgements: Judgements,
	observation: LateObservation,
): Promise<readonly Judged[]> {
	const { rollCall, batch, memory, state, now } = observation;
	const seen = readTracks(batch).filter(
		({ track }) => rollCall.closedAt === null || track.firstAt <= rollCall.closedAt,
	);
	const policy = await store.policies.ofClass(rollCall.classId);
	const known = await store.galleries.ofClass(rollCall.classId, batch);
	// No await from here until all is judged: the gallery must not change under it.
	for (const one of state.counted ? [] : seen)
		count(memories, memory, { cameraId: batch.cameraId, ...one }, now);
	state.counted = true;
	const spans = seen.map(({ track }) => track);
	const judged = judgeLate(memory, batch.cameraId, spans, judgements.of(known, policy));
	const { studentIds, references } = known.gallery;
	const { modelId, pipelineVersion } = batch;
	const engine = { modelId, pipelineVersion };
	const context = { policy, members: studentIds.length, references, engine };
	await memory.turn(async () => {
		const tracks = judged
			.filter(isNews)
			.flatMap((one) => findingOf(one, one.track.evidence.lastAt, context));
		await markLate(
			store,
			{ rollCallId: rollCall.id, cameraId: batch.cameraId, tracks },
			batch.id,
			now,
		);
		for (const one of judged) one.track.recorded = summary(one);
	});
	return judged;
}

/** @throws AppError 'invalid' */
function readTracks({ tracks, fused, best }: LateSightings): SeenTrack[] {
	if (new Set(tracks.map(({ trackId }) => trackId)).size < tracks.length) {
		throw new AppError('invalid', messages.rollCallRefusals.trackTwice);
	}
	try {
		const vectors = { fused: decodeVectors(fused), best: decodeVectors(best) };
		return tracks.map((track, row) => ({
			track,
			fused: vectors.fused[row]!,
			best: vectors.best[row]!,
		}));
	} catch (cause) {
		throw new AppError('invalid', messages.rollCallRefusals.brokenVectors, { cause });
	}
}

/** Adds to what is known of a track, unless it shows somebody else by now. */
function count(
	memories: TrackMemory,
	memory: RollCallMemory,
	{ cameraId, track, fused, best }: SeenTrack & { cameraId: string },
	now: number,
): void {
	const key = trackKey(cameraId, track.trackId);
	const known = memory.tracks.get(key);
	const late = evidenceOfLate(track, { fused, best });
	const looksFlat = looksLikePhotograph(track.surroundings ?? null);
	const merged = known === undefined ? null : mergeEvidence(known.evidence, late);
	if (known !== undefined && merged !== null) {
		const grown = { evidence: merged, looksFlat: known.looksFlat || looksFlat, touchedAt: now };
		memories.keep(memory, key, Object.assign(known, grown));
		return;
	}
	if (known !== undefined) wipeEvidence(known.evidence);
	const fresh: TrackState = {
		evidence: late,
		recognised: null,
		looksFlat,
		visit: known === undefined ? 0 : known.visit + 1,
		recorded: null,
		visitor: null,
		touchedAt: now,
	};
	memories.keep(memory, key, fresh);
}
