import type { TrackDecision } from '$lib/contract/events';
import type { VisitId } from '../db/doubts.repository';
import {
	fusedVector,
	wipeEvidence,
	type SightingOfTrack,
	type TrackEvidence,
} from '../domain/evidence';
import type { NamedTrack } from '../domain/tracks';

/** A camera that shows a track again after this long shows another visit. */
const TRACK_LIFETIME_MS = 5 * 60_000;
/** A teacher's answer about a face is remembered for a lesson; an answer after it teaches nothing. */
const ASKED_LIFETIME_MS = 2 * 60 * 60_000;
/** Tracks kept for one roll call (8 kB each): a corridor's worth, whatever a device sends. */
const MAX_TRACKS = 1_000;
/** Batches known of one roll call: a device resends what it sent in its last minutes. */
const MAX_BATCHES = 500;

/** Somebody whom the school knows and the class does not. */
export interface Visitor extends NonNullable<TrackDecision['visitor']> {
	studentId: string;
}

/** What one camera's track has shown, and what became of it. */
export interface TrackState extends NamedTrack {
	/** How many other people were followed as this track before. */
	visit: number;
	/** What of it was written to the roll call: nothing is written twice. */
	recorded: string | null;
	/** Who of the school it is, where it is nobody of the class; undefined: not looked for yet. */
	visitor: Visitor | null | undefined;
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

/** A face that a teacher was asked about, as it was then: its track may go, or show another since. */
export interface AskedFace {
	/** The track's fused vector: the same person may come back as another track. */
	vector: Float32Array;
	/** What of it may become a reference. */
	best: SightingOfTrack;
	candidateIds: readonly string[];
	/** Of whom the teacher said that it is not theirs. */
	ruledOut: readonly string[];
	/** Whether the teacher said that it is a photograph. */
	isPhotograph: boolean;
	/** Server time of the question, ms. */
	askedAt: number;
}

/** The memory of one roll call, on the node that holds its camera's socket. */
export interface RollCallMemory {
	/** By camera and track; from the least to the most recently seen. */
	readonly tracks: Map<string, TrackState>;
	/** By batch; from the oldest to the newest. */
	readonly batches: Map<string, BatchState>;
	/** By camera, track and visit, from the oldest to the newest; until the roll call is closed. */
	readonly asked: Map<string, AskedFace>;
	/** One after another, in the order asked: what one writes the next one need not write again. */
	turn(work: () => Promise<void>): Promise<void>;
}

export const trackKey = (cameraId: string, trackId: number): string => `${cameraId}:${trackId}`;

export const visitKey = ({ cameraId, trackId, visit }: VisitId): string =>
	`${trackKey(cameraId, trackId)}:${visit}`;

function inTurn(): RollCallMemory['turn'] {
	let last: Promise<unknown> = Promise.resolve();
	return (work) => {
		const mine = last.then(work);
		last = mine.catch(() => undefined);
		return mine;
	};
}

const emptyMemory = (): RollCallMemory => ({
	tracks: new Map(),
	batches: new Map(),
	asked: new Map(),
	turn: inTurn(),
});

export type TrackMemory = ReturnType<typeof createTrackMemory>;

/**
 * The evidence of open roll calls: in memory only, bounded, and gone minutes after a track was last
 * seen; a face that a teacher was asked about, two hours after. Fused vectors are biometrics too, so
 * what a track holds is overwritten with zeros when it leaves.
 */
export function createTrackMemory() {
	const rollCalls = new Map<string, RollCallMemory>();

	function drop(memory: RollCallMemory, key: string, track: TrackState): void {
		wipeEvidence(track.evidence);
		memory.tracks.delete(key);
	}

	function dropAsked(memory: RollCallMemory, key: string): void {
		const face = memory.asked.get(key);
		face?.vector.fill(0);
		face?.best.vector.fill(0);
		memory.asked.delete(key);
	}

	function forget(rollCallId: string): void {
		const memory = rollCalls.get(rollCallId);
		if (memory === undefined) return;
		for (const [key, track] of memory.tracks) drop(memory, key, track);
		for (const key of memory.asked.keys()) dropAsked(memory, key);
		rollCalls.delete(rollCallId);
	}

	return {
		of(rollCallId: string): RollCallMemory {
			const memory = rollCalls.get(rollCallId) ?? emptyMemory();
			rollCalls.set(rollCallId, memory);
			return memory;
		},

		/** Runs with a memory that is nobody's afterwards: a roll call that is closed has none. */
		async apart<T>(work: (memory: RollCallMemory) => Promise<T>): Promise<T> {
			const memory = emptyMemory();
			try {
				return await work(memory);
			} finally {
				for (const [key, track] of memory.tracks) drop(memory, key, track);
			}
		},

		/** Remembers a track's face while a question about it can be answered. */
		ask(
			memory: RollCallMemory,
			key: string,
			{ evidence, candidateIds }: { evidence: TrackEvidence; candidateIds: readonly string[] },
			askedAt: number,
		): void {
			// What the teacher said of this face before still holds.
			const { ruledOut = [], isPhotograph = false } = memory.asked.get(key) ?? {};
			dropAsked(memory, key);
			const { best } = evidence;
			memory.asked.set(key, {
				vector: fusedVector(evidence),
				best: { ...best, vector: best.vector.slice() },
				candidateIds,
				ruledOut,
				isPhotograph,
				askedAt,
			});
			for (const oldest of memory.asked.keys()) {
				if (memory.asked.size <= MAX_TRACKS) break;
				dropAsked(memory, oldest);
			}
		},

		/** A face that was asked about; undefined where it is not remembered. */
		asked(rollCallId: string, key: string): AskedFace | undefined {
			return rollCalls.get(rollCallId)?.asked.get(key);
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

		forgetAll(): void {
			for (const rollCallId of rollCalls.keys()) forget(rollCallId);
		},

		/** Forgets every track that shows a student, and what was said about their face. */
		forgetStudent(studentId: string): void {
			for (const memory of rollCalls.values()) {
				for (const [key, track] of memory.tracks) {
					const isTheirs = [track.recognised, track.visitor?.studentId].includes(studentId);
					if (isTheirs) drop(memory, key, track);
				}
				for (const [key, { candidateIds }] of memory.asked) {
					if (candidateIds.includes(studentId)) dropAsked(memory, key);
				}
			}
		},

		/** Forgets what was not seen for minutes. @param now server time, ms */
		sweep(now: number): void {
			for (const [rollCallId, memory] of rollCalls) {
				for (const [key, track] of memory.tracks) {
					if (now - track.touchedAt > TRACK_LIFETIME_MS) drop(memory, key, track);
				}
				for (const [key, face] of memory.asked) {
					if (now - face.askedAt > ASKED_LIFETIME_MS) dropAsked(memory, key);
				}
				if (memory.tracks.size === 0 && memory.asked.size === 0) rollCalls.delete(rollCallId);
			}
		},
	};
}
