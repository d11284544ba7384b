// Protects that people are identified here as the server does it, and that misses, wrong names and
// strangers are counted for what they are.
import { describe, expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { fuse, fusedVector, type TrackEvidence } from '$lib/server/domain/evidence';
import { packGallery } from '$lib/server/matching/packed-gallery';
import { createPerson } from '../../tests/helpers/vectors';
import { humanComparison, serverComparison, type Template } from './comparison';
import { drawTrials, type Trial } from './draw';
import { identify } from './identification';

/** A unit vector in the plane of the first two axes. */
function at(degrees: number, quality = 1): Template {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[0] = Math.cos((degrees * Math.PI) / 180);
	vector[1] = Math.sin((degrees * Math.PI) / 180);
	return { vector, quality };
}

const ours = (pictures: (Template | null)[]) => ({ pictures, comparison: serverComparison });
const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);

/** Person 0 is enrolled with picture 0, person 1 with picture 1. */
const trial = (members: Trial['members'], strangers: Trial['strangers'] = []): Trial => ({
	gallery: [
		{ subject: 0, pictures: [0] },
		{ subject: 1, pictures: [1] },
	],
	members,
	strangers,
});

describe('members', () => {
	it('count as missed when another person is likelier, at every threshold', () => {
		const members = [
			{ subject: 0, pictures: [2] },
			{ subject: 1, pictures: [2] },
		];
		const result = identify([trial(members)], ours([at(0), at(90), at(10)]));
		expect(result.rank1).toBe(0.5);
		expect(result.rates.at(-1).falseNonMatch).toBe(0.5);
		expect(result.rates.at(cosine(10) - 1e-6).falseNonMatch).toBe(0.5);
		expect(result.rates.at(cosine(10) + 1e-6).falseNonMatch).toBe(1);
	});

	it('count as missed without a face', () => {
		const result = identify([trial([{ subject: 0, pictures: [2] }])], ours([at(0), at(90), null]));
		expect(result).toMatchObject({ rank1: 0, probes: 1 });
	});

	it('count as missed when nothing of them could be enrolled', () => {
		const members = [{ subject: 0, pictures: [2] }];
		const empty = { ...trial(members), gallery: [{ subject: 0, pictures: [] }] };
		expect(identify([empty], ours([at(0), at(90), at(0)])).rank1).toBe(0);
	});
});

describe('strangers', () => {
	it('are named by the threshold that their likeliest person reaches', () => {
		const strangers = [
			{ subject: 2, pictures: [2] },
			{ subject: 2, pictures: [3] },
		];
		const pictures = [at(0), at(90), at(30), null];
		const result = identify([trial([{ subject: 0, pictures: [0] }], strangers)], ours(pictures));
		expect(result.strangers).toBe(2);
		expect(result.rates.at(cosine(30) - 1e-6).falseMatch).toBe(0.5);
		expect(result.rates.at(cosine(30) + 1e-6).falseMatch).toBe(0);
		const [first] = result.points;
		expect(first).toMatchObject({ fpir: 0.01, fnir: 0 });
		expect(first?.threshold).toBeCloseTo((cosine(30) + 1) / 2, 5);
	});

	it('give no points where there are none', () => {
		expect(identify([trial([{ subject: 0, pictures: [0] }])], ours([at(0), at(9)])).points).toEqual(
			[],
		);
	});
});

describe('as the server', () => {
	const PICTURES = 8;
	const templates = Array.from({ length: 12 }, (_, person) =>
		createPerson(person, 0.45).captures(PICTURES),
	)
		.flat()
		.map((vector, i) => ({ vector, quality: (i % 10) / 10 }));
	const subjects = Array.from({ length: 12 }, (_, person) => {
		const own = Array.from({ length: PICTURES }, (_, i) => person * PICTURES + i);
		return { name: `person ${person}`, gallery: own, probes: own };
	});

	/** The track's vector as the server would fuse it. */
	function fused(pictures: readonly number[]): Float32Array {
		const evidence = pictures
			.map((picture) => ({ ...templates[picture]!, capturedAt: 0 }))
			.reduce<TrackEvidence | null>(fuse, null);
		return fusedVector(evidence!);
	}

	it.each([1, 3])('ranks probes of %i pictures by its rule', (frames) => {
		const trials = drawTrials(subjects, () => true, {
			classSize: 6,
			references: 3,
			frames,
			classes: 3,
			seed: 5,
			hasSets: false,
		});
		for (const one of trials) {
			const gallery = packGallery(
				one.gallery.flatMap(({ subject, pictures }) =>
					pictures.map((picture) => ({
						studentId: String(subject),
						vector: templates[picture]!.vector,
					})),
				),
			);
			for (const stranger of one.strangers) {
				const [[best] = []] = gallery.search([fused(stranger.pictures)], 1);
				const { rates } = identify(
					[{ ...one, members: [], strangers: [stranger] }],
					ours(templates),
				);
				expect(rates.at(best!.score - 1e-5).falseMatch).toBe(1);
				expect(rates.at(best!.score + 1e-5).falseMatch).toBe(0);
			}
			const rightly = one.members.filter(
				({ subject, pictures }) =>
					gallery.search([fused(pictures)], 1)[0]?.[0]?.studentId === String(subject),
			);
			const { rank1 } = identify([one], ours(templates));
			expect(rank1).toBeCloseTo(rightly.length / one.members.length, 10);
		}
	});
});

describe("Human's comparison", () => {
	const vector = (...values: number[]) => Float32Array.from(values);

	it('scales the distance as its own does', () => {
		const { similarity } = humanComparison;
		expect(similarity(vector(1, 2), vector(1, 2))).toBe(1);
		// 25 × (6² + 8²) = 2500, whose root is half of 100; 0.5 lies half-way from 0.2 to 0.8.
		expect(similarity(vector(0, 0), vector(6, 8))).toBeCloseTo(0.5, 10);
		expect(similarity(vector(0, 0), vector(60, 80))).toBe(0);
	});

	it('fuses to the mean and names by the nearest reference', () => {
		const fusedVectors = humanComparison.fuse([
			{ vector: vector(1, 0), quality: 1 },
			{ vector: vector(3, 4), quality: 0.1 },
		]);
		expect([...fusedVectors]).toEqual([2, 2]);
		expect(humanComparison.likenessTo([])(0.7, 1.1)).toBe(0.7);
	});
});
