// Protects, over many random walks past a camera, what must hold whatever is seen: order does not
// matter, nothing is decided below the policy, and no student is in two places at once.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { fusedVector, type SightingOfTrack } from './evidence';
import { cosine, normalise, packGallery, rank } from './matching';
import { RECOGNITION_POLICY as policy } from './policy';
import { countSighting, judgeTracks, recognisedStudent, type WatchedTrack } from './tracks';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed + 1);
const PEOPLE = 4;

const gallery = packGallery(
	Array.from({ length: PEOPLE }, (_, person) => ({
		studentId: `s${person}`,
		vector: face(person, () => 0, 0),
	})),
);

function randomOf(seed: number): () => number {
	const generator = xoroshiro128plus(seed);
	// Its first numbers are alike for all small seeds.
	for (let i = 0; i < 16; i++) generator.next();
	return () => uniformFloat64(generator);
}

/** A unit vector near axis `person`, off it by noise in 30 others, and always by `unlike` in one. */
function face(person: number, random: () => number, noise: number, unlike = 0): Float32Array {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[person] = 1;
	vector[200 + person] = unlike;
	for (let i = 100; i < 130; i++) vector[i] = noise * (random() - 0.5);
	return normalise(vector);
}

/** Sightings of somebody; from `unlike` 1.7 on they are too far off for a name. */
function walk(random: () => number, person: number, unlike: number): SightingOfTrack[] {
	const count = 1 + Math.floor(random() * 9);
	const everyMs = random() < 0.5 ? 40 : 500;
	return Array.from({ length: count }, (_, i) => ({
		vector: face(person, random, 0.3, unlike),
		quality: random(),
		capturedAt: i * everyMs,
	}));
}

function play(sightings: readonly SightingOfTrack[]): WatchedTrack {
	const [first, ...rest] = sightings;
	if (!first) throw new Error('no sightings');
	return rest.reduce(
		(track, sighting) => countSighting(track, sighting, policy),
		countSighting(null, first, policy),
	);
}

it('fuses the same whatever the order in which the sightings of a person arrive', () => {
	for (const seed of SEEDS) {
		const random = randomOf(seed);
		const sightings = walk(random, seed % PEOPLE, 0);
		const mixed = sightings
			.map((sighting) => ({ sighting, key: random() }))
			.sort((a, b) => a.key - b.key)
			.map(({ sighting }) => sighting);
		const [one, other] = [play(sightings).evidence, play(mixed).evidence];
		const { sightings: count, firstAt, lastAt } = one;
		expect(other).toMatchObject({ sightings: count, firstAt, lastAt });
		expect(cosine(fusedVector(one), fusedVector(other))).toBeCloseTo(1, 5);
	}
});

it('names nobody and asks nobody below the policy', () => {
	const lanes = new Set<string>();
	for (const seed of SEEDS) {
		const random = randomOf(seed);
		const track = play(walk(random, seed % PEOPLE, random() * 3));
		const { best, runnerUp } = rank(fusedVector(track.evidence), gallery);
		const [decision] = judgeTracks([track], gallery, policy);
		const { sightings, firstAt, lastAt } = track.evidence;
		lanes.add(decision!.lane);
		const isShort = sightings < policy.minSightings || lastAt - firstAt < policy.minSpanMs;
		if (isShort) expect(decision!.lane).toBe('pending');
		if (decision!.lane === 'recognised') {
			expect(best!.score).toBeGreaterThanOrEqual(policy.acceptScore);
			expect(best!.score - runnerUp!.score).toBeGreaterThanOrEqual(policy.margin);
		}
		if (decision!.lane === 'doubtful') {
			expect(sightings).toBeGreaterThanOrEqual(policy.weakMatchSightings);
			expect(best!.score).toBeGreaterThanOrEqual(policy.doubtScore);
		}
	}
	expect([...lanes].sort()).toEqual(['doubtful', 'pending', 'recognised', 'unknown']);
});

it('never recognises one student in two tracks of one moment', () => {
	let rivals = 0;
	for (const seed of SEEDS) {
		const random = randomOf(seed);
		const tracks = Array.from({ length: 4 }, () => {
			const track = play(walk(random, Math.floor(random() * PEOPLE), random()));
			// Kept names must not get round the rule either.
			const { best } = rank(fusedVector(track.evidence), gallery);
			return { ...track, recognised: best!.studentId };
		});
		const alone = tracks.flatMap((track) => namesOf([track]));
		if (new Set(alone).size < alone.length) rivals++;
		const names = namesOf(tracks);
		expect(new Set(names).size).toBe(names.length);
		expect(new Set(names)).toEqual(new Set(alone));
	}
	expect(rivals).toBeGreaterThan(10);
});

function namesOf(tracks: readonly WatchedTrack[]): string[] {
	return judgeTracks(tracks, gallery, policy).flatMap(
		(decision) => recognisedStudent(decision) ?? [],
	);
}

it('forgets the name of a track that starts over with somebody else', () => {
	const random = randomOf(1);
	const known = { ...play(walk(random, 0, 0)), recognised: 's0' };
	const sighting = { vector: face(1, random, 0.1), quality: 1, capturedAt: 9000 };
	expect(countSighting(known, sighting, policy)).toMatchObject({
		recognised: null,
		evidence: { sightings: 1, firstAt: 9000 },
	});
});
