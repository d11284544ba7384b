// Protects the wire format of vectors: what the camera packed is what the server reads, and bytes
// that are not unit vectors (a picture, garbage, NaN) are refused.
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { SightingBatchSchema, VECTOR_DIMENSIONS, decodeVectors, encodeVectors } from './sightings';

function unit(i: number): Float32Array {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[i] = 0.6;
	vector[(i + 1) % VECTOR_DIMENSIONS] = -0.8;
	return vector;
}

const batch = {
	id: '0191c2a4-1111-4222-8333-444455556666',
	rollCallId: '0191c2a4-1111-4222-8333-444455556667',
	cameraId: '0191c2a4-1111-4222-8333-444455556668',
	capturedAt: 1_790_000_000_000,
	modelId: 'fr-feature-00000000',
	pipelineVersion: '1',
	sightings: [{ trackId: 1, quality: 0.9 }],
	visible: [1, 2],
	vectors: encodeVectors([unit(3)]),
};

describe('vectors', () => {
	it('come back as they were sent, also out of the middle of a larger buffer', () => {
		const vectors = [unit(0), unit(17), unit(511)];
		const sent = encodeVectors(vectors);
		expect(decodeVectors(sent)).toEqual(vectors);
		const padded = new Uint8Array(sent.length + 3);
		padded.set(sent, 3);
		expect(decodeVectors(padded.subarray(3))).toEqual(vectors);
	});

	it('are refused when they are not whole rows of unit length', () => {
		expect(() => decodeVectors(new Uint8Array(100))).toThrow(RangeError);
		expect(() => decodeVectors(new Uint8Array(2048))).toThrow(/unit length/);
		expect(() => decodeVectors(new Uint8Array(2048).fill(0xff))).toThrow(/unit length/);
		expect(() => encodeVectors([new Float32Array(128)])).toThrow(RangeError);
	});
});

describe('SightingBatchSchema', () => {
	it('takes a frame, and refuses one whose bytes do not fit its sightings', () => {
		expect(v.is(SightingBatchSchema, batch)).toBe(true);
		expect(v.is(SightingBatchSchema, { ...batch, sightings: [] })).toBe(false);
		expect(v.is(SightingBatchSchema, { ...batch, visible: [-1] })).toBe(false);
		expect(v.is(SightingBatchSchema, { ...batch, vectors: new Uint8Array(2047) })).toBe(false);
		expect(v.is(SightingBatchSchema, { ...batch, vectors: 'data:image/png;base64,' })).toBe(false);
	});

	it('takes what was noticed about a face, and refuses what no camera notices', () => {
		const noticed = (surroundings: unknown) =>
			v.is(SightingBatchSchema, { ...batch, sightings: [{ ...batch.sightings[0], surroundings }] });
		const follows = [0, -8.6, 8.6, 1, -1, 0.5, 2];
		expect(noticed({ moved: 0.4, follows })).toBe(true);
		for (const broken of [
			null,
			{},
			{ moved: -1, follows },
			{ moved: NaN, follows },
			{ moved: 101, follows },
			{ moved: 1, follows: follows.slice(1) },
			{ moved: 1, follows: [...follows, 1] },
			{ moved: 1, follows: follows.map(() => 9.1) },
			{ moved: 1, follows: follows.map(() => NaN) },
			{ moved: 1, follows: follows.map(String) },
			{ moved: 1, follows, picture: 'data:image/png;base64,' },
		]) {
			expect(noticed(broken), JSON.stringify(broken)).toBe(false);
		}
	});
});
