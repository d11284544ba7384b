import type { TrackDecision } from '$lib/contract/events';
import type { WatchedTrack } from '../domain/tracks';

/** A camera that shows a track again after this long shows another visit. */
const TRACK_LIFETIME_MS = 5 * 60_000;
/** Tracks kept for one roll call (2 kB each): a corridor's worth, whatever a device sends. */
const MAX_TRACKS = 1_000;
/** Batches known of one roll call: a device resends what it sent in its last minutes. */
const MAX_BATCHES = 500;

/** What one camera's track has shown, and what became of it. */
export interface TrackState extends WatchedTrack {
	/** What of it was written to the roll call: nothing is written twice. */
	recorded: string | null;
	/** Server time of its last sighting, ms. */
	touchedAt: number;
}

/** What became of a batch, so that the same batch sent again counts once. */
export interface BatchState {
	/** Whether its sightings are part of the evidence. */
	counted: boolean;
	/** Null before the first try and after a failed one. */
	answer: Promise<TrackDecision[]> | null;
}

/** The memory of one roll call, on the node that holds its camera's socket. */
export interface RollCallMemory {
	/** By camera and track; from the least to the most recently seen. */
	readonly tracks: Map<string, TrackState>;
	/** By batch; from the oldest to the newest. */
	readonly batches: Map<string, BatchState>;
}

export const trackKey = (cameraId: string, trackId: number): string => `${cameraId}:${trackId}`;

export type TrackMemory = ReturnType<typeof createTrackMemory>;

/**
 * The evidence of open roll calls: in memory only, bounded, and gone minutes after a track was last
 * seen. Fused vectors are biometrics too, so whatever leaves is overwritten with zeros.
 */
export function createTrackMemory() {
	const rollCalls = new Map<string, RollCallMemory>();

	function drop(memory: RollCallMemory, key: string, track: TrackState): void {
		track.evidence.sum.fill(0);
		memory.tracks.delete(key);
	}

	function forget(rollCallId: string): void {
		const memory = rollCalls.get(rollCallId);
		if (memory === undefined) return;
		for (const [key, track] of memory.tracks) drop(memory, key, track);
		rollCalls.delete(rollCallId);
	}

	return {
		of(rollCallId: string): RollCallMemory {
			const memory = rollCalls.get(rollCallId) ?? { tracks: new Map(), batches: new Map() };
			rollCalls.set(rollCallId, memory);
			return memory;
		},

		/** Keeps a track as the most recently seen one. */
		keep(memory: RollCallMemory, key: string, track: TrackState): void {
			memory.tracks.delete(key);
			memory.tracks.set(key, track);
			for (const [oldest, old] of memory.tracks) {
				if (memory.tracks.size <= MAX_TRACKS) break;
				drop(memory, oldest, old);
			}
		},

		/** The batch's state; a new one the first time. */
		batch(memory: RollCallMemory, batchId: string): BatchState {
			const known = memory.batches.get(batchId);
			if (known !== undefined) return known;
			const fresh: BatchState = { counted: false, answer: null };
			memory.batches.set(batchId, fresh);
			for (const oldest of memory.batches.keys()) {
				if (memory.batches.size <= MAX_BATCHES) break;
				memory.batches.delete(oldest);
			}
			return fresh;
		},

		forget,

		/** Forgets every track that shows a student; null: every track. */
		forgetStudent(studentId: string | null): void {
			for (const memory of rollCalls.values()) {
				for (const [key, track] of memory.tracks) {
					if (studentId === null || track.recognised === studentId) drop(memory, key, track);
				}
			}
		},

		/** Forgets what was not seen for minutes. @param now server time, ms */
		sweep(now: number): void {
			for (const [rollCallId, memory] of rollCalls) {
				for (const [key, track] of memory.tracks) {
					if (now - track.touchedAt > TRACK_LIFETIME_MS) drop(memory, key, track);
				}
				if (memory.tracks.size === 0) rollCalls.delete(rollCallId);
			}
		},
	};
}
