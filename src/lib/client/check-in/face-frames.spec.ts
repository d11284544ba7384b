// Protects what a phone sends of a face: frames of one person, none that the server must take for a
// copy, and the best of them.
import { describe, expect, it } from 'vitest';
import { faceOf, hasEnough, keepFrame, type FaceFrame } from './face-frames';

/** A unit vector with a chosen cosine to `[1, 0, 0, …]`, apart from the others along its own axis. */
function vectorAt(cosine: number, axis: number): Float32Array {
	const vector = new Float32Array(512);
	vector[0] = cosine;
	vector[axis] = Math.sqrt(1 - cosine * cosine);
	return vector;
}

const frame = (axis: number, parts: Partial<FaceFrame> = {}): FaceFrame => ({
	trackId: 1,
	vector: vectorAt(0.9, axis),
	score: 0.8,
	...parts,
});

const keepAll = (frames: readonly FaceFrame[], sent: readonly Float32Array[] = []) =>
	frames.reduce<readonly FaceFrame[]>((kept, one) => keepFrame(kept, one, sent), []);

it('keeps frames of one face until there are enough', () => {
	expect(hasEnough(keepAll([frame(1), frame(2)]))).toBe(false);
	expect(hasEnough(keepAll([frame(1), frame(2), frame(3)]))).toBe(true);
});

it('leaves out what the server would take for a copy, also of an earlier try', () => {
	const alike = frame(1, { vector: vectorAt(0.9, 1) });
	expect(keepAll([frame(1), alike])).toHaveLength(1);
	expect(keepAll([frame(1), frame(2)], [alike.vector])).toEqual([frame(2)]);
});

it('begins anew with another face', () => {
	const other = frame(3, { trackId: 2 });
	expect(keepAll([frame(1), frame(2), other])).toEqual([other]);
});

it('sends the best eight', () => {
	const many = Array.from({ length: 12 }, (_, i) => frame(i + 1, { score: i / 12 }));
	const kept = keepAll(many);
	expect(kept).toHaveLength(8);
	expect(Math.min(...kept.map(({ score }) => score))).toBeCloseTo(4 / 12);
});

describe('the face of a frame', () => {
	const seen = {
		trackId: 4,
		box: { x: 0, y: 0, width: 10, height: 10 },
		confidence: 1,
		quality: {
			score: 0.7,
			eyeDistance: 60,
			sharpness: 0.6,
			exposure: 0.5,
			yaw: 0,
			pitch: 0,
			roll: 0,
			clarity: null,
			refusal: null,
		},
		vector: vectorAt(1, 1),
	};
	const timings = { expose: 0, detect: 0, mesh: 0, embed: 0, total: 0 };
	const frameOf = (face: object) => ({
		...{ frame: 1, width: 10, height: 10, capturedAt: 0, gamma: 1, timings },
		faces: [{ ...seen, ...face }],
	});

	it('is there when it has a vector', () => {
		expect(faceOf(frameOf({}), null)).toMatchObject({ trackId: 4, score: 0.7 });
		expect(faceOf(frameOf({ vector: null }), null)).toBeNull();
	});

	it('is the one that is followed', () => {
		expect(faceOf(frameOf({}), 4)).toMatchObject({ trackId: 4 });
		expect(faceOf(frameOf({}), 5)).toBeNull();
	});

	it('is left out while somebody else is near', () => {
		expect(faceOf(frameOf({ crowded: true }), null)).toBeNull();
	});
});
