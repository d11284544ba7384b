// Protects, over many random scenes before a camera, what must hold whatever is seen: the order of
// arrival does not matter, nothing is decided below the policy, and no student is in two places.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { SECTORS } from '$lib/contract/surroundings';
import { packGallery } from '../matching/packed-gallery';
import { fusedVector } from './evidence';
import { cosine, normalise } from './matching';
import { DEFAULT_POLICY, thresholdsByFrames } from './policy';
import {
	countSighting,
	judgeTracks,
	recognisedStudent,
	type Judgement,
	type SightingInPlace,
	type WatchedTrack,
} from './tracks';

const PEOPLE = 4;
const gallery = packGallery(
	Array.from({ length: PEOPLE }, (_, person) => ({
		studentId: `s${person}`,
		vector: face({ person, noise: 0, seed: 0 }),
	})),
);
const thresholds = thresholdsByFrames(DEFAULT_POLICY, { members: PEOPLE, references: PEOPLE });
const judgement: Judgement = {
	gallery,
	thresholds,
	rivalsOf: () => [],
	unconfirmed: new Set(),
	asksAboutPhotographs: false,
};

interface Look {
	/** 4 and above are strangers. */
	person: number;
	/** How far the capture is off the person. */
	noise: number;
	seed: number;
}

/** A unit vector near axis `person`, off it by a noise that lies in the same 30 others for a seed. */
function face({ person, noise, seed }: Look): Float32Array {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[person] = 1;
	for (let i = 0; i < 30; i++) vector[50 + ((seed * 31 + i * 7) % 400)]! += noise / Math.sqrt(30);
	return normalise(vector);
}

const looks = fc.record({
	person: fc.nat({ max: PEOPLE }),
	noise: fc.double({ min: 0, max: 3, noNaN: true }),
	seed: fc.nat({ max: 1000 }),
});

/** A track of one person, seen 1 to 12 times, that may have a name from before. */
const names = fc.option(fc.nat({ max: PEOPLE - 1 }).map((person) => `s${person}`));
const tracks = fc
	.tuple(looks, fc.integer({ min: 1, max: 12 }), names)
	.map(([look, times, name]) => ({
		...watch(
			Array.from({ length: times }, (_, i) => ({
				vector: face({ ...look, seed: look.seed + i }),
				quality: 0.8,
				capturedAt: i * 200,
			})),
		),
		recognised: name,
	}));

function watch(
	sightings: readonly SightingInPlace[],
	known: Partial<WatchedTrack> = {},
): WatchedTrack {
	const empty = null as WatchedTrack | null;
	return sightings.reduce<WatchedTrack | null>(
		(track, sighting) => ({
			ruledOut: new Map(),
			elsewhere: new Set(),
			...known,
			...countSighting(track, sighting),
		}),
		empty,
	)!;
}

const steady = (person: number, noise = 0.3, known: Partial<WatchedTrack> = {}) =>
	watch(
		Array.from({ length: 8 }, (_, i) => ({
			vector: face({ person, noise, seed: i }),
			quality: 0.8,
			capturedAt: i * 200,
		})),
		known,
	);

/** Between two people: nearer to the first one by `lead`. */
const between = (one: number, other: number, lead: number) =>
	watch(
		Array.from({ length: 8 }, (_, i) => {
			const vector = new Float32Array(VECTOR_DIMENSIONS);
			vector[one] = 1 + lead;
			vector[other] = 1;
			return { vector: normalise(vector), quality: 0.8, capturedAt: i * 200 };
		}),
	);

describe('judgeTracks, whatever is seen', () => {
	it('never gives one student to two tracks', () => {
		fc.assert(
			fc.property(fc.array(tracks, { maxLength: 8 }), (scene) => {
				const names = judgeTracks(scene, judgement).flatMap((one) => recognisedStudent(one) ?? []);
				expect(new Set(names).size).toBe(names.length);
			}),
		);
	});

	it('never names below the policy: score, sightings, time and margin', () => {
		fc.assert(
			fc.property(fc.array(tracks, { maxLength: 8 }), (scene) => {
				judgeTracks(scene, judgement).forEach((decision, i) => {
					const { evidence } = scene[i]!;
					if (decision.lane !== 'pending') {
						expect(evidence.sightings).toBeGreaterThanOrEqual(3);
						expect(evidence.lastAt - evidence.firstAt).toBeGreaterThanOrEqual(400);
					}
					const [best] = decision.candidates;
					if (decision.lane !== 'recognised' || best === undefined) return;
					// A name from before asks for less to be kept.
					if (best.studentId === scene[i]!.recognised) return;
					const person = Number(best.studentId.slice(1));
					const score = cosine(fusedVector(evidence), face({ person, noise: 0, seed: 0 }));
					expect(best.score).toBeCloseTo(score, 5);
					expect(best.score).toBeGreaterThanOrEqual(thresholds(evidence.sightings).accept);
				});
			}),
		);
	});

	it('says of a track the same wherever it stands in the list', () => {
		fc.assert(
			fc.property(fc.array(tracks, { minLength: 1, maxLength: 6 }), (scene) => {
				// Of two who fit a name exactly alike, either may get it.
				const faces = scene.map(({ evidence }) => fusedVector(evidence));
				const fits = gallery.search(faces, 1).map(([best]) => `${best!.studentId} ${best!.score}`);
				fc.pre(new Set(fits).size === fits.length);
				const forwards = judgeTracks(scene, judgement);
				const backwards = judgeTracks([...scene].reverse(), judgement).reverse();
				expect(backwards.map(recognisedStudent).sort()).toEqual(
					forwards.map(recognisedStudent).sort(),
				);
			}),
		);
	});
});

describe('judgeTracks', () => {
	it('lets a face be who is left when the other one is clearly somebody else in the picture', () => {
		const alone = between(0, 1, 0.02);
		expect(judgeTracks([alone], judgement)[0]).toMatchObject({ reason: 'close-runner-up' });
		const [left, holder] = judgeTracks([alone, steady(0)], judgement);
		expect(holder).toMatchObject({ lane: 'recognised', candidates: [{ studentId: 's0' }] });
		expect(left).toMatchObject({ lane: 'recognised', candidates: [{ studentId: 's1' }] });
	});

	it('keeps a name while nobody else fits clearly better, and asks about it then', () => {
		const [near, far] = [between(1, 0, 0.02), between(1, 0, 0.5)];
		expect(judgeTracks([{ ...near, recognised: 's0' }], judgement)).toMatchObject([
			{ lane: 'recognised', candidates: [{ studentId: 's0' }] },
		]);
		expect(judgeTracks([{ ...far, recognised: 's0' }], judgement)).toMatchObject([
			{ lane: 'doubtful', reason: 'contradicted', candidates: [{ studentId: 's0' }] },
		]);
	});

	it('never decides between rivals alone', () => {
		const rivals = { ...judgement, rivalsOf: (id: string) => (id === 's0' ? ['s1'] : []) };
		expect(judgeTracks([steady(0), steady(2)], rivals)).toMatchObject([
			{ lane: 'doubtful', reason: 'confusable' },
			{ lane: 'recognised' },
		]);
	});

	it('asks more of a second claim on a student', () => {
		const score = 0.53;
		const look = { person: 0, noise: Math.sqrt(1 / score ** 2 - 1), seed: 1 };
		const once = watch(
			Array.from({ length: 8 }, (_, i) => ({
				vector: face(look),
				quality: 0.8,
				capturedAt: i * 200,
			})),
		);
		const between = { accept: score - 0.01, ask: 0.1, acceptElsewhere: score + 0.01 };
		const strict = { ...judgement, thresholds: () => between };
		expect(judgeTracks([once], strict)[0]).toMatchObject({ lane: 'recognised' });
		const again = { ...once, elsewhere: new Set(['s0']) };
		expect(judgeTracks([again], strict)[0]).toMatchObject({ lane: 'doubtful' });
	});

	it('does not offer whom the teacher ruled out', () => {
		const track = steady(0, 0.3, { ruledOut: new Map([['s0', 1]]) });
		expect(judgeTracks([track], judgement)[0]!.lane).toBe('unknown');
	});

	it('still names whom the track resembles more than the face that they were ruled out for', () => {
		const track = steady(0, 0.3, { ruledOut: new Map([['s0', 0.6]]) });
		expect(judgeTracks([track], judgement)[0]).toMatchObject({ lane: 'recognised' });
	});
});

describe('what looks like a photograph', () => {
	const asking = { ...judgement, asksAboutPhotographs: true };
	const flat = { surroundings: { moved: 0.5, follows: Array<number>(SECTORS).fill(2) } };
	const times = (count: number) =>
		Array.from({ length: count }, (_, i) => ({
			vector: face({ person: 0, noise: 0.3, seed: i }),
			quality: 0.8,
			capturedAt: i * 200,
		}));

	it('is never recognised once one sighting showed it, where that is asked about', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 7 }), (shownAt) => {
				const track = watch(times(9).map((one, i) => (i === shownAt ? { ...one, ...flat } : one)));
				expect(judgeTracks([track], asking)).toMatchObject([{ reason: 'photograph' }]);
				expect(judgeTracks([track], judgement)).toMatchObject([{ lane: 'recognised' }]);
			}),
		);
	});

	it('is watched for before a name is given, and only where that is asked about', () => {
		const lanes = (count: number, by: Judgement) => judgeTracks([watch(times(count))], by)[0]!.lane;
		expect([3, 7, 8].map((count) => lanes(count, asking))).toEqual([
			'pending',
			'pending',
			'recognised',
		]);
		expect(lanes(3, judgement)).toBe('recognised');
	});

	it('is forgotten with the person whom the track showed', () => {
		const track = watch([{ ...times(1)[0]!, ...flat }]);
		expect(track.looksFlat).toBe(true);
		expect(
			countSighting(track, { ...times(1)[0]!, vector: face({ person: 1, noise: 0, seed: 0 }) }),
		).toMatchObject({ looksFlat: false });
	});
});

describe('countSighting', () => {
	const at = (person: number, i: number) => ({
		vector: face({ person, noise: 0.3, seed: i }),
		quality: 0.8,
		capturedAt: i * 200,
	});

	it('keeps the name while the track shows one person, and nothing once it shows another', () => {
		const known = { ...steady(0), recognised: 's0' };
		expect(countSighting(known, at(0, 9))).toMatchObject({ recognised: 's0' });
		const after = countSighting(known, at(1, 9));
		expect(after).toMatchObject({ recognised: null, evidence: { sightings: 1 } });
	});
});
