// Protects whoever is before the camera: the face that moved is the face that is sent, and one that is
// held too still is told so instead of waiting in vain.
import { describe, expect, it } from 'vitest';
import { perform } from '../../../../tests/helpers/made-head';
import type { CheckInLinks } from '$lib/contract/check-in';
import type { Action, TraceFrame } from '$lib/contract/liveness';
import type { FaceObservation } from '../face/protocol';
import type { FrameResult } from '../face/face-client';
import { ALIKE_FOR_MS, FaceGathering } from './face-gathering';

const ACTIONS: Action[] = ['turn-left', 'nod'];
const MOVES = perform(['turn-left', 'nod']);
const WIDTH = 640;
const links: CheckInLinks = { code: true, liveness: true, face: true, signature: 'device' };

/** A unit vector of its own for each axis. */
function vectorOf(axis: number): Float32Array {
	const vector = new Float32Array(512);
	vector[axis] = 1;
	return vector;
}

interface Seen {
	at: number;
	trackId?: number;
	/** Which vector it has; null: none in this frame. */
	axis?: number | null;
	landmarks?: TraceFrame | null;
}

function seen({ at, trackId = 1, axis = null, landmarks = null }: Seen): FrameResult {
	const quality = { score: 0.7, eyeDistance: 60, sharpness: 0.6, exposure: 0.5 };
	const face: FaceObservation = {
		trackId,
		box: { x: 0, y: 0, width: 100, height: 100 },
		confidence: 1,
		quality: { ...quality, yaw: 0, pitch: 0, roll: 0, clarity: null, refusal: null },
		vector: axis === null ? null : vectorOf(axis),
		landmarks: landmarks && landmarks.points.map((value) => value * WIDTH),
	};
	const timings = { expose: 0, detect: 0, mesh: 0, embed: 0, total: 0 };
	const size = { width: WIDTH, height: 480 };
	return { frame: 0, ...size, capturedAt: at, gamma: 1, faces: [face], timings };
}

describe('with movements', () => {
	const moved = (trackId: number) => {
		const gathering = new FaceGathering({ actions: ACTIONS, links }, []);
		for (const landmarks of MOVES) gathering.see(seen({ at: landmarks.at, trackId, landmarks }));
		return gathering;
	};
	const after = (MOVES.at(-1)?.at ?? 0) + 100;
	const [rest = null] = MOVES;

	it('is complete with movements and frames of one face', () => {
		const gathering = moved(1);
		expect(gathering.isComplete).toBe(false);
		for (const axis of [1, 2, 3]) gathering.see(seen({ at: after + axis, axis, landmarks: rest }));
		expect(gathering.isComplete).toBe(true);
		expect(gathering.trace.length).toBeGreaterThan(10);
	});

	it('does not send a face that came after the movements', () => {
		const gathering = moved(1);
		for (const axis of [1, 2, 3, 4]) {
			gathering.see(seen({ at: after + axis, trackId: 2, axis, landmarks: rest }));
		}
		expect(gathering.isComplete).toBe(false);
		expect(gathering.trace).toHaveLength(1);
	});

	it('forgets the frames of a face as soon as another one is followed', () => {
		const gathering = moved(1);
		gathering.see(seen({ at: after, axis: 1, landmarks: rest }));
		expect(gathering.frames).toHaveLength(1);
		gathering.see(seen({ at: after + 100, trackId: 2, landmarks: rest }));
		expect(gathering.frames).toHaveLength(0);
	});

	it('takes no frame of a face beside the one that is followed', () => {
		const gathering = moved(1);
		gathering.see(seen({ at: after, trackId: 2, axis: 1 }));
		expect(gathering.frames).toHaveLength(0);
	});
});

describe('a face that is held still', () => {
	const still = (at: number, axis = 1) => seen({ at, axis });
	const begin = (sent: readonly Float32Array[] = []) =>
		new FaceGathering({ actions: [], links: { ...links, liveness: false } }, sent);

	it('is told to move once its frames were alike for a while', () => {
		const gathering = begin();
		expect(gathering.see(still(0)).isTooStill).toBe(false);
		expect(gathering.see(still(200)).isTooStill).toBe(false);
		expect(gathering.see(still(100 + ALIKE_FOR_MS)).isTooStill).toBe(false);
		expect(gathering.see(still(200 + ALIKE_FOR_MS)).isTooStill).toBe(true);
		expect(gathering.see(still(400 + ALIKE_FOR_MS, 2)).isTooStill).toBe(false);
	});

	it('is told the same when an earlier try sent such frames', () => {
		const gathering = begin([vectorOf(1)]);
		gathering.see(still(0));
		expect(gathering.see(still(ALIKE_FOR_MS)).isTooStill).toBe(true);
		expect(gathering.frames).toHaveLength(0);
	});
});

it('needs no camera where neither is asked for', () => {
	const none = { ...links, liveness: false, face: false };
	const gathering = new FaceGathering({ actions: [], links: none }, []);
	expect(gathering.asksCamera).toBe(false);
	expect(gathering.isComplete).toBe(true);
});
