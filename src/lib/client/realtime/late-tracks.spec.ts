// Protects what the camera sees while the network is away: no sighting is dropped but fused, two people
// are never averaged, and the room that it takes is bounded.
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { LateSightingsSchema, MAX_LATE_TRACKS } from '$lib/contract/late-sightings';
import { decodeVectors } from '$lib/contract/sightings';
import {
	addBatch,
	correctTrack,
	KEPT_TRACKS,
	packLate,
	toLateBatches,
	type SeenTrack,
} from './late-tracks';
import { SECTORS } from '$lib/contract/surroundings';
import { newId } from './new-id';
import type { CapturedBatch } from './outbox';

/** Of unit length: mostly along one axis, with a little of another. */
function face(axis: number, noise = 0): Float32Array {
	const vector = new Float32Array(512);
	vector[axis % 512] = Math.sqrt(1 - noise * noise);
	vector[(axis + 1) % 512]! += noise;
	return vector;
}

const source = { rollCallId: newId(), cameraId: newId(), modelId: 'm', pipelineVersion: 'p' };
const batch = (
	capturedAt: number,
	...faces: [trackId: number, axis: number, quality?: number][]
): CapturedBatch => ({
	...source,
	id: newId(),
	capturedAt,
	visible: [],
	sightings: faces.map(([trackId, axis, quality = 0.5]) => ({
		...{ trackId, quality, vector: face(axis) },
	})),
});

function fold(batches: readonly CapturedBatch[]): Map<string, SeenTrack> {
	const tracks = new Map<string, SeenTrack>();
	for (const one of batches) addBatch(tracks, one, false);
	return tracks;
}

it('keeps what went along with a face most, for the server to judge', () => {
	const about = (follows: number) => ({
		moved: 0.2,
		follows: Array<number>(SECTORS).fill(follows),
	});
	const seen = [0.1, 0.9, undefined, 0.4].map((follows, i) => {
		const { sightings, ...rest } = batch(i, [1, 5]);
		return {
			...rest,
			sightings: sightings.map((one) => ({
				...one,
				...(follows === undefined ? {} : { surroundings: about(follows) }),
			})),
		};
	});
	const [late] = toLateBatches(fold(seen).values(), newId);
	if (!late) throw new Error('Nothing waits.');
	const sent = v.parse(LateSightingsSchema, packLate(late, newId()));
	expect(sent.tracks[0]?.surroundings).toEqual(about(0.9));
	const [plain] = toLateBatches(fold([batch(1, [1, 5])]).values(), newId);
	expect(plain && packLate(plain, newId()).tracks[0]).not.toHaveProperty('surroundings');
});

it('fuses all sightings of a track, and remembers its best', () => {
	const [track, ...more] = fold([
		batch(30, [1, 5, 0.4]),
		batch(10, [1, 5, 0.9]),
		batch(20, [1, 5, 0.2]),
	]).values();
	expect(more).toEqual([]);
	expect(track).toMatchObject({
		...{ trackId: 1, sightings: 3, firstAt: 10, lastAt: 30 },
		best: { quality: 0.9, capturedAt: 10 },
	});
	expect(track?.qualities).toBeCloseTo(1.5);
	expect(track?.sum[5]).toBeCloseTo(1.5);
});

it('starts another track where somebody else is seen as the same one', () => {
	const tracks = fold([batch(1, [1, 5]), batch(2, [1, 200]), batch(3, [1, 5]), batch(4, [1, 200])]);
	expect([...tracks.values()].map(({ sightings }) => sightings)).toEqual([2, 2]);
	expect(new Set([...tracks.values()].map(({ trackId }) => trackId)).size).toBe(2);
});

it('makes batches that the server takes, in the order in which it was seen', () => {
	const faces = Array.from({ length: MAX_LATE_TRACKS + 1 }, (_, i) => batch(1_000 - i, [i, i]));
	const [first, second, ...more] = toLateBatches(fold(faces).values(), newId);
	expect(more).toEqual([]);
	expect(first?.tracks.map(({ trackId }) => trackId).slice(0, 2)).toEqual([
		MAX_LATE_TRACKS,
		MAX_LATE_TRACKS - 1,
	]);
	expect(second?.tracks).toHaveLength(1);
	const packed = packLate(first!, newId());
	expect(v.is(LateSightingsSchema, packed)).toBe(true);
	expect(decodeVectors(packed.fused)[0]).toEqual(face(MAX_LATE_TRACKS));
	expect(decodeVectors(packed.best)[0]).toEqual(face(MAX_LATE_TRACKS));
});

it('makes room by fusing who came again, before it lets anybody go', () => {
	const tracks = fold([
		batch(1, [0, 0]),
		...Array.from({ length: KEPT_TRACKS - 1 }, (_, i) => batch(2 + i, [1 + i, 1 + i])),
	]);
	expect(tracks.size).toBe(KEPT_TRACKS);
	const { changed, gone } = addBatch(tracks, batch(9_000, [9_000, 0]), false);
	expect(gone).toEqual([`${source.cameraId}:0`]);
	expect(changed).toEqual([`${source.cameraId}:9000`]);
	const again = tracks.get(`${source.cameraId}:9000`);
	expect(again).toMatchObject({ sightings: 2, firstAt: 1, lastAt: 9_000 });
	// Nobody like this one: of those that were seen least, the one that was seen longest ago goes.
	const stranger = addBatch(tracks, batch(9_001, [9_001, 511]), false);
	expect(stranger.gone).toEqual([`${source.cameraId}:1`]);
	expect(tracks.size).toBe(KEPT_TRACKS);
});

it('corrects the times of a wrong clock once', () => {
	const tracks = new Map<string, SeenTrack>();
	addBatch(tracks, batch(10, [1, 1]), true);
	const [track] = tracks.values();
	for (let again = 0; again < 2; again++) correctTrack(track!, 500);
	expect(track).toMatchObject({ firstAt: 510, lastAt: 510, best: { capturedAt: 510 } });
});
