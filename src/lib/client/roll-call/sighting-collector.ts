import { MAX_SIGHTINGS_PER_BATCH } from '$lib/contract/sightings';
import type { FrameResult } from '../face/face-client';
import type { CapturedBatch } from '../realtime/outbox';

/** Sightings that go out together. */
export type CollectedSightings = Pick<CapturedBatch, 'capturedAt' | 'sightings' | 'visible'>;

/**
 * Gathers the sightings of a few frames, so that a fast camera does not send a message for each.
 * Of a track that is seen twice meanwhile, the better capture stays, with the newest of what is about it.
 */
export class SightingCollector {
	readonly #best = new Map<number, CapturedBatch['sightings'][number]>();
	#capturedAt = Infinity;
	#visible: number[] = [];

	/** Takes the faces of a frame that were embedded in it, and notes which others are in view. */
	add({ faces, capturedAt }: Pick<FrameResult, 'faces' | 'capturedAt'>): void {
		this.#visible = faces.map(({ trackId }) => trackId);
		for (const { trackId, vector, quality, surroundings } of faces) {
			if (vector === null || quality === null) continue;
			const known = this.#best.get(trackId);
			const about = surroundings ?? known?.surroundings;
			const isBetter = known === undefined || known.quality < quality.score;
			const best = isBetter ? { trackId, quality: quality.score, vector } : known;
			this.#best.set(trackId, about === undefined ? best : { ...best, surroundings: about });
			if (!isBetter) continue;
			// The earliest: a latency that is counted from it is never flattered.
			this.#capturedAt = Math.min(this.#capturedAt, capturedAt);
		}
	}

	/** @returns what was gathered, and begins anew; null when there is nothing. */
	take(): CollectedSightings | null {
		if (this.#best.size === 0) return null;
		const sightings = [...this.#best.values()].slice(0, MAX_SIGHTINGS_PER_BATCH);
		const visible = this.#visible.slice(0, MAX_SIGHTINGS_PER_BATCH);
		const collected = { capturedAt: this.#capturedAt, sightings, visible };
		this.#best.clear();
		this.#capturedAt = Infinity;
		return collected;
	}
}
