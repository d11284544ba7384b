import type { DoubtAnswer, ReopenDoubt } from '$lib/contract/events';
import type { MarkRequest, MarkRest, UndoRest } from '$lib/contract/marks';
import { encodeVectors, type Sighting, type SightingBatch } from '$lib/contract/sightings';

/** One frame's sightings before they are packed for the wire. */
export interface CapturedBatch extends Omit<SightingBatch, 'sightings' | 'vectors'> {
	sightings: (Sighting & { vector: Float32Array })[];
}

/** What changes marks by hand. */
export type MarkItem =
	| { kind: 'mark'; request: MarkRequest }
	| { kind: 'rest'; request: MarkRest }
	/** `rest` is what it takes back, to show it at once. */
	| { kind: 'undoRest'; request: UndoRest; rest: MarkRest };

/** Something that happened on this device and that the server has not acknowledged yet. */
export type OutboxItem =
	| MarkItem
	| { kind: 'answer'; request: DoubtAnswer }
	| { kind: 'reopen'; request: ReopenDoubt }
	| { kind: 'sightings'; batch: CapturedBatch };

/**
 * Sightings of one track that wait at the most: as many as the server wants to see before it asks
 * the teacher about a weak match. Fewer would lose the doubt; more bring little, as fusing three
 * already gives most of what fusing can.
 */
export const KEPT_PER_TRACK = 6;

/** Tracks that wait at the most: several classes walking past while the network is away; 5 MB. */
export const KEPT_TRACKS = 500;

/** The id that makes a second sending harmless. */
export function itemId(item: OutboxItem): string {
	return item.kind === 'sightings' ? item.batch.id : item.request.id;
}

/** Adds an item at the end. What a person did is never dropped; sightings are thinned out. */
export function enqueue(items: readonly OutboxItem[], item: OutboxItem): OutboxItem[] {
	const added = [...items, item];
	return item.kind === 'sightings' ? thinSightings(added) : added;
}

/** Takes out what was acknowledged. */
export function settle(items: readonly OutboxItem[], id: string): OutboxItem[] {
	return items.filter((item) => itemId(item) !== id);
}

/**
 * Takes out what was refused for good. With a refused answer or rest goes its undo, if one waits: it
 * would take back what somebody else answered, or nothing at all.
 */
export function settleRefused(items: readonly OutboxItem[], refused: OutboxItem): OutboxItem[] {
	const left = settle(items, itemId(refused));
	const undo = undoOf(left, refused);
	return undo === undefined ? left : settle(left, itemId(undo));
}

function undoOf(items: readonly OutboxItem[], undone: OutboxItem): OutboxItem | undefined {
	if (undone.kind === 'rest') {
		return items.find((item) => item.kind === 'undoRest' && item.rest.id === undone.request.id);
	}
	if (undone.kind !== 'answer') return undefined;
	const { doubtId } = undone.request;
	const next = items.find(
		(item) =>
			(item.kind === 'answer' || item.kind === 'reopen') && item.request.doubtId === doubtId,
	);
	return next?.kind === 'reopen' ? next : undefined;
}

/** How much waits: marks and answers by hand, and distinct faces seen by the camera. */
export function countWaiting(items: readonly OutboxItem[]): { byHand: number; faces: number } {
	const faces = new Set<string>();
	let byHand = 0;
	for (const item of items) {
		if (item.kind === 'rest') byHand += item.request.studentIds.length;
		else if (item.kind !== 'sightings') byHand++;
		else for (const { trackId } of item.batch.sightings) faces.add(trackKey(item.batch, trackId));
	}
	return { byHand, faces: faces.size };
}

/** Packs a captured batch for the wire. */
export function packBatch(batch: CapturedBatch): SightingBatch {
	return {
		...batch,
		sightings: batch.sightings.map(({ vector: _, ...sighting }) => sighting),
		vectors: encodeVectors(batch.sightings.map((sighting) => sighting.vector)),
	};
}

/**
 * Keeps the best {@link KEPT_PER_TRACK} sightings of the newest {@link KEPT_TRACKS} tracks.
 * A batch keeps its id and time with fewer sightings; an empty one leaves.
 */
function thinSightings(items: readonly OutboxItem[]): OutboxItem[] {
	const keep = bestSightings(items);
	return items.flatMap((item): OutboxItem[] => {
		if (item.kind !== 'sightings') return [item];
		const sightings = item.batch.sightings.filter((sighting) => keep.has(sighting));
		if (sightings.length === 0) return [];
		if (sightings.length === item.batch.sightings.length) return [item];
		return [{ kind: 'sightings', batch: { ...item.batch, sightings } }];
	});
}

function bestSightings(items: readonly OutboxItem[]): Set<CapturedBatch['sightings'][number]> {
	const tracks = new Map<string, CapturedBatch['sightings']>();
	for (const item of items) {
		if (item.kind !== 'sightings') continue;
		for (const sighting of item.batch.sightings) {
			const key = trackKey(item.batch, sighting.trackId);
			const known = tracks.get(key) ?? [];
			// Deleting first moves the track to the end: the map runs from least to most recently seen.
			tracks.delete(key);
			tracks.set(key, [...known, sighting]);
		}
	}
	const newest = [...tracks.values()].slice(-KEPT_TRACKS);
	return new Set(
		newest.flatMap((sightings) =>
			sightings.toSorted((a, b) => b.quality - a.quality).slice(0, KEPT_PER_TRACK),
		),
	);
}

function trackKey(batch: CapturedBatch, trackId: number): string {
	return `${batch.cameraId}:${trackId}`;
}
