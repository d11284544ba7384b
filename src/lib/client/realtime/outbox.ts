import type { DoubtAnswer, ReopenDoubt } from '$lib/contract/events';
import type { MarkRequest, MarkRest, UndoRest } from '$lib/contract/marks';
import { encodeVectors, type Sighting, type SightingBatch } from '$lib/contract/sightings';
import { trackKey, type CapturedLate } from './late-tracks';

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
	/** On their way when the network went: nobody knows whether they arrived. */
	| { kind: 'sightings'; batch: CapturedBatch }
	/** What the camera saw meanwhile. */
	| { kind: 'late'; batch: CapturedLate };

/** The id that makes a second sending harmless. */
export function itemId(item: OutboxItem): string {
	return isSeen(item) ? item.batch.id : item.request.id;
}

/** Whether a camera saw it; all else was done by a person. */
export function isSeen(
	item: OutboxItem,
): item is Extract<OutboxItem, { kind: 'sightings' | 'late' }> {
	return item.kind === 'sightings' || item.kind === 'late';
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
export interface Waiting {
	byHand: number;
	faces: number;
}

/** @param seen keys of the tracks that wait beside the items */
export function countWaiting(items: readonly OutboxItem[], seen: Iterable<string> = []): Waiting {
	const faces = new Set(seen);
	let byHand = 0;
	for (const item of items) {
		if (item.kind === 'rest') byHand += item.request.studentIds.length;
		else if (!isSeen(item)) byHand++;
		else {
			const { cameraId } = item.batch;
			const shown = item.kind === 'late' ? item.batch.tracks : item.batch.sightings;
			for (const { trackId } of shown) faces.add(trackKey({ cameraId, trackId }));
		}
	}
	return { byHand, faces: faces.size };
}

/** An item's times as the server's clock has them. @param offset ms to add to the device's */
export function correctTimes(item: OutboxItem, offset: number): OutboxItem {
	switch (item.kind) {
		case 'mark':
			return { ...item, request: atServerTime(item.request, offset) };
		case 'rest':
			return { ...item, request: atServerTime(item.request, offset) };
		case 'undoRest':
			return { ...item, request: madeAtServerTime(item.request, offset) };
		case 'answer':
			return { ...item, request: madeAtServerTime(item.request, offset) };
		case 'reopen':
			return { ...item, request: madeAtServerTime(item.request, offset) };
		case 'sightings': {
			const capturedAt = item.batch.capturedAt + offset;
			return { ...item, batch: { ...item.batch, capturedAt } };
		}
		case 'late':
			// Sealed only when the server's clock was known.
			return item;
	}
}

function atServerTime<T extends { markedAt: number; madeAt?: number | undefined }>(
	request: T,
	offset: number,
): T {
	return { ...madeAtServerTime(request, offset), markedAt: request.markedAt + offset };
}

function madeAtServerTime<T extends { madeAt?: number | undefined }>(
	request: T,
	offset: number,
): T {
	return request.madeAt === undefined ? request : { ...request, madeAt: request.madeAt + offset };
}

/** Packs a captured batch for the wire. */
export function packBatch(batch: CapturedBatch): SightingBatch {
	return {
		...batch,
		sightings: batch.sightings.map(({ vector: _, ...sighting }) => sighting),
		vectors: encodeVectors(batch.sightings.map((sighting) => sighting.vector)),
	};
}
