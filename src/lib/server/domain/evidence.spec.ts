// Protects the rule that the camera never marks on one frame, never averages two people, and hands
// to the teacher what it cannot tell.
import { describe, expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { addSighting, decide, fusedVector, onePlaceEach, type TrackEvidence } from './evidence';
import { cosine, normalise } from './matching';
import { RECOGNITION_POLICY as policy } from './policy';

/** A unit vector near axis `person`, off it by a noise that differs with `seed`. */
function face(person: number, seed: number, noise = 0.8): Float32Array {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[person] = 1;
	vector[100 + seed] = noise;
	return normalise(vector);
}

function watch(vectors: Float32Array[], everyMs = 200): TrackEvidence {
	const evidence = vectors.reduce<TrackEvidence | null>(
		(sofar, vector, i) =>
			addSighting(sofar, { vector, quality: 0.8, capturedAt: i * everyMs }, policy),
		null,
	);
	if (evidence === null) throw new Error('no sightings');
	return evidence;
}

const clear = { best: { studentId: 'ada', score: 0.8 }, runnerUp: { studentId: 'bo', score: 0.1 } };

describe('addSighting', () => {
	it('brings the fused vector nearer to the person than any single frame', () => {
		const frames = [0, 1, 2, 3].map((seed) => face(7, seed));
		const truth = face(7, 0, 0);
		const single = Math.max(...frames.map((frame) => cosine(frame, truth)));
		expect(cosine(fusedVector(watch(frames)), truth)).toBeGreaterThan(single + 0.1);
	});

	it('starts over when a frame shows another person', () => {
		const evidence = watch([face(7, 0), face(7, 1), face(7, 2), face(9, 3)]);
		expect(evidence.sightings).toBe(1);
		expect(cosine(fusedVector(evidence), face(9, 3))).toBeCloseTo(1, 6);
	});

	it('gives the same whatever the order in which sightings arrive', () => {
		const sightings = [0, 1, 2, 3].map((seed) => ({
			vector: face(7, seed, 0.5),
			quality: 0.3 + seed / 10,
			capturedAt: seed * 200,
		}));
		const play = (order: typeof sightings) =>
			order.reduce<TrackEvidence | null>((e, s) => addSighting(e, s, policy), null);
		const [forwards, backwards] = [play(sightings), play([...sightings].reverse())];
		expect(backwards?.firstAt).toBe(forwards?.firstAt);
		expect(backwards?.lastAt).toBe(forwards?.lastAt);
		if (!forwards || !backwards) throw new Error('no evidence');
		expect(cosine(fusedVector(forwards), fusedVector(backwards))).toBeCloseTo(1, 6);
	});

	it('weighs a good capture more than a bad one', () => {
		const good = { vector: face(7, 0), quality: 0.9, capturedAt: 0 };
		const bad = { vector: face(7, 1), quality: 0.1, capturedAt: 200 };
		const fused = fusedVector(addSighting(addSighting(null, good, policy), bad, policy));
		expect(cosine(fused, good.vector)).toBeGreaterThan(cosine(fused, bad.vector));
	});
});

describe('decide', () => {
	const frames = (count: number) => Array.from({ length: count }, (_, i) => face(7, i));

	it('never decides on one frame, nor on frames of one moment', () => {
		expect(decide(watch(frames(1)), clear, policy).lane).toBe('pending');
		expect(decide(watch(frames(policy.minSightings - 1)), clear, policy).lane).toBe('pending');
		expect(decide(watch(frames(10), 1), clear, policy).lane).toBe('pending');
	});

	it('recognises a clear match over several frames', () => {
		const decision = decide(watch(frames(policy.minSightings)), clear, policy);
		expect(decision).toEqual({ lane: 'recognised', candidates: [clear.best], reason: null });
	});

	it('asks the teacher when two members are too close to tell', () => {
		const twins = {
			best: { studentId: 'ada', score: 0.7 },
			runnerUp: { studentId: 'bo', score: 0.7 - policy.margin / 2 },
		};
		const early = decide(watch(frames(policy.minSightings)), twins, policy);
		expect(early.lane).toBe('pending');
		const decision = decide(watch(frames(policy.weakMatchSightings)), twins, policy);
		expect(decision.lane).toBe('doubtful');
		expect(decision.reason).toBe('close-runner-up');
		expect(decision.candidates.map((c) => c.studentId)).toEqual(['ada', 'bo']);
	});

	it('asks the teacher about a weak match, and calls a stranger unknown', () => {
		const weak = { ...clear, best: { studentId: 'ada', score: policy.acceptScore - 0.01 } };
		const decision = decide(watch(frames(policy.weakMatchSightings)), weak, policy);
		expect(decision).toMatchObject({ lane: 'doubtful', reason: 'weak-match' });
		const stranger = { ...clear, best: { studentId: 'ada', score: policy.doubtScore - 0.01 } };
		expect(decide(watch(frames(policy.minSightings)), stranger, policy).lane).toBe('unknown');
		const nobody = { best: null, runnerUp: null };
		expect(decide(watch(frames(policy.minSightings)), nobody, policy).lane).toBe('unknown');
	});
});

describe('onePlaceEach', () => {
	it('leaves a student to the track that shows them best', () => {
		const recognised = (studentId: string, score: number) => ({
			lane: 'recognised' as const,
			candidates: [{ studentId, score }],
			reason: null,
		});
		const [first, second, third] = onePlaceEach([
			recognised('ada', 0.6),
			recognised('ada', 0.7),
			recognised('bo', 0.5),
		]);
		expect(first?.lane).toBe('pending');
		expect(second?.lane).toBe('recognised');
		expect(third?.lane).toBe('recognised');
	});
});
