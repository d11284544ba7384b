// Protects what a track's evidence is: one person's frames, fused by quality, whatever the order in
// which they arrive; never two people averaged into one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import {
	addSighting,
	fusedVector,
	isDecidable,
	isExhausted,
	meanQuality,
	wipeEvidence,
	type SightingOfTrack,
	type TrackEvidence,
} from './evidence';
import { cosine, normalise } from './matching';

/** A unit vector near axis `person`, off it by a noise that differs with `seed`. */
function face(person: number, seed: number, noise = 0.8): Float32Array {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[person] = 1;
	vector[100 + seed] = noise;
	return normalise(vector);
}

function play(sightings: readonly SightingOfTrack[]): TrackEvidence {
	const evidence = sightings.reduce<TrackEvidence | null>(addSighting, null);
	if (evidence === null) throw new Error('no sightings');
	return evidence;
}

function watch(vectors: Float32Array[], everyMs = 200): TrackEvidence {
	return play(vectors.map((vector, i) => ({ vector, quality: 0.8, capturedAt: i * everyMs })));
}

const frames = (count: number) => Array.from({ length: count }, (_, i) => face(7, i));

describe('addSighting', () => {
	it('brings the fused vector nearer to the person than any single frame', () => {
		const truth = face(7, 0, 0);
		const single = Math.max(...frames(4).map((frame) => cosine(frame, truth)));
		expect(cosine(fusedVector(watch(frames(4))), truth)).toBeGreaterThan(single + 0.1);
	});

	it('starts over when a frame shows another person', () => {
		const evidence = watch([...frames(3), face(9, 3)]);
		expect(evidence.sightings).toBe(1);
		expect(evidence.notes).toHaveLength(1);
		expect(cosine(fusedVector(evidence), face(9, 3))).toBeCloseTo(1, 6);
	});

	it('gives the same in every order of arrival', () => {
		const sightings = fc.uniqueArray(
			fc.record({
				seed: fc.nat({ max: 300 }),
				quality: fc.double({ min: 0, max: 1, noNaN: true }),
				capturedAt: fc.nat({ max: 100_000 }),
			}),
			{ minLength: 1, maxLength: 12, selector: ({ seed }) => seed },
		);
		const shuffled = sightings.chain((list) =>
			fc.tuple(
				fc.constant(list),
				fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
			),
		);
		fc.assert(
			fc.property(shuffled, (orders) => {
				const [one, other] = orders.map((order) =>
					play(order.map(({ seed, ...seen }) => ({ ...seen, vector: face(7, seed, 0.5) }))),
				);
				const [a, b] = [fusedVector(one!), fusedVector(other!)];
				a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 6));
				expect(other).toMatchObject({
					sightings: one!.sightings,
					firstAt: one!.firstAt,
					lastAt: one!.lastAt,
				});
				expect(meanQuality(other!)).toBeCloseTo(meanQuality(one!), 9);
			}),
		);
	});

	it('weighs a good capture more than a bad one, and keeps the best as it was', () => {
		const good = { vector: face(7, 0), quality: 0.9, capturedAt: 0 };
		const bad = { vector: face(7, 1), quality: 0.1, capturedAt: 200 };
		const evidence = play([bad, good, { ...bad, capturedAt: 400 }]);
		const fused = fusedVector(evidence);
		expect(cosine(fused, good.vector)).toBeGreaterThan(cosine(fused, bad.vector));
		expect(evidence.best).toEqual(good);
	});
});

describe('what a track has shown', () => {
	it('is never enough after one frame, nor after many of one moment', () => {
		expect(isDecidable(watch(frames(1)))).toBe(false);
		expect(isDecidable(watch(frames(2), 1000))).toBe(false);
		expect(isDecidable(watch(frames(10), 1))).toBe(false);
		expect(isDecidable(watch(frames(3)))).toBe(true);
		expect(isExhausted(watch(frames(5)))).toBe(false);
		expect(isExhausted(watch(frames(6)))).toBe(true);
	});

	it('leaves nothing behind when it is wiped', () => {
		const evidence = watch(frames(3));
		wipeEvidence(evidence);
		expect(evidence.sum.every((value) => value === 0)).toBe(true);
		expect(evidence.best.vector.every((value) => value === 0)).toBe(true);
	});
});
