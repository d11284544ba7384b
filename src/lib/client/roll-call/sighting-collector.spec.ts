// Protects what is sent of what the camera saw: only embedded faces, the better of two captures of
// one track, never more than the server takes in one message.
import { expect, it } from 'vitest';
import { MAX_SIGHTINGS_PER_BATCH } from '$lib/contract/sightings';
import type { FaceObservation } from '../face/face-client';
import { SightingCollector } from './sighting-collector';

const vector = new Float32Array(512);
const face = (trackId: number, score: number | null): FaceObservation => ({
	trackId,
	box: { x: 0, y: 0, width: 1, height: 1 },
	confidence: 1,
	quality:
		score === null
			? null
			: {
					score,
					eyeDistance: 40,
					sharpness: 1,
					exposure: 0.5,
					yaw: 0,
					pitch: 0,
					roll: 0,
					clarity: null,
					refusal: null,
				},
	vector: score === null ? null : vector,
});

it('has nothing to send while no face was embedded', () => {
	const collector = new SightingCollector();
	collector.add({ capturedAt: 1, faces: [face(1, null)] });
	expect(collector.take()).toBeNull();
});

it('keeps the better capture of a track and the earliest time', () => {
	const collector = new SightingCollector();
	collector.add({ capturedAt: 10, faces: [face(1, 0.4), face(2, 0.9)] });
	collector.add({ capturedAt: 20, faces: [face(1, 0.7), face(2, 0.3)] });
	const collected = collector.take();
	expect(collected?.capturedAt).toBe(10);
	expect(collected?.sightings.map((s) => [s.trackId, s.quality])).toEqual([
		[1, 0.7],
		[2, 0.9],
	]);
	expect(collector.take()).toBeNull();
});

it('keeps the newest of what is about a face, whichever capture is the better one', () => {
	const about = (moved: number) => ({ moved, follows: Array<number>(7).fill(0) });
	const collector = new SightingCollector();
	collector.add({
		capturedAt: 10,
		faces: [
			{ ...face(1, 0.9), surroundings: about(1) },
			{ ...face(2, 0.4), surroundings: about(3) },
		],
	});
	collector.add({
		capturedAt: 20,
		faces: [
			{ ...face(1, 0.5), surroundings: about(2) },
			{ ...face(2, 0.7), surroundings: null },
		],
	});
	const sightings = collector.take()?.sightings ?? [];
	expect(sightings.map(({ quality, surroundings }) => [quality, surroundings?.moved])).toEqual([
		[0.9, 2],
		[0.7, 3],
	]);
	collector.add({ capturedAt: 30, faces: [face(1, 0.9)] });
	expect(collector.take()?.sightings[0]).not.toHaveProperty('surroundings');
});

it('sends no more than the server takes', () => {
	const collector = new SightingCollector();
	const faces = Array.from({ length: MAX_SIGHTINGS_PER_BATCH + 5 }, (_, i) => face(i, 0.5));
	collector.add({ capturedAt: 1, faces });
	const collected = collector.take();
	expect(collected?.sightings).toHaveLength(MAX_SIGHTINGS_PER_BATCH);
	expect(collected?.visible).toHaveLength(MAX_SIGHTINGS_PER_BATCH);
});

it('says who is in view in the newest frame, embedded or not', () => {
	const collector = new SightingCollector();
	collector.add({ capturedAt: 1, faces: [face(1, 0.5), face(2, null)] });
	collector.add({ capturedAt: 2, faces: [face(2, null), face(3, null)] });
	const collected = collector.take();
	expect(collected?.sightings.map(({ trackId }) => trackId)).toEqual([1]);
	expect(collected?.visible).toEqual([2, 3]);
});
