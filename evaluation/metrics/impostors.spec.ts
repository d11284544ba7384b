// Protects the way from pictures to thresholds: strangers are compared as the server does, support is
// counted in pairs of people, and a table made of some people keeps its rates among others.
import { describe, expect, it } from 'vitest';
import { thresholdFor } from '$lib/server/domain/impostors';
import { createPerson } from '../../tests/helpers/vectors';
import { serverComparison } from './comparison';
import { checkHeldOut } from './held-out';
import { measureImpostors, type Somebody } from './impostor-scores';
import { makeTable, PROBABILITIES, supportOf } from './impostor-table';

/** A quarter of a million would take long. */
const MEASURING = { comparison: serverComparison, seed: 1, comparisons: 30_000 };

const SETTINGS = [1, 3].flatMap((references) => [1, 2].map((frames) => ({ references, frames })));

function somebody(seed: number, pictures: number): Somebody {
	const templates = createPerson(seed)
		.captures(pictures)
		.map((vector) => ({ vector, quality: 0.8 }));
	return { references: templates, sightings: templates };
}

const crowd = (count: number, from: number, pictures = 3) =>
	Array.from({ length: count }, (_, i) => somebody(from + i, pictures));

const measureAll = (people: readonly Somebody[]) =>
	SETTINGS.flatMap((setting) => measureImpostors(people, setting, MEASURING) ?? []);

describe('measureImpostors', () => {
	it('compares everybody with everybody else, never with themselves', () => {
		const people = [...crowd(5, 1), somebody(9, 1)];
		const scores = measureImpostors(people, { references: 2, frames: 1 }, MEASURING)!;
		// Six can be searched with and five be searched for, in 20 draws.
		expect(scores.scores).toHaveLength((6 * 5 - 5) * 20);
		expect(scores.pairs).toHaveLength(15);
		// Two pictures of one person would be alike by 0.7.
		expect(scores.scores.at(-1)).toBeLessThan(0.4);
	});

	it('scores by likeness to the references, and beside it the single pictures', () => {
		const people = crowd(2, 1, 1);
		const [one, other] = people.map(({ sightings }) => sightings[0]!.vector);
		const scores = measureImpostors(people, { references: 1, frames: 1 }, MEASURING)!;
		expect(scores.scores[0]).toBeCloseTo(serverComparison.similarity(one!, other!), 6);
		expect(scores.single[0]).toBeCloseTo(scores.scores[0]!, 6);
	});

	it('draws the same for the same seed only', () => {
		const setting = { references: 1, frames: 2 };
		const of = (seed: number) =>
			measureImpostors(crowd(8, 1), setting, { ...MEASURING, seed })!.scores;
		expect(of(1)).toEqual(of(1));
		expect(of(2)).not.toEqual(of(1));
	});

	it('has nothing to say of nobody', () => {
		const setting = { references: 4, frames: 1 };
		expect(measureImpostors(crowd(8, 1), setting, MEASURING)).toBeNull();
	});
});

describe('makeTable', () => {
	it('keeps its rate in classes of other people', () => {
		const measured = measureAll(crowd(180, 1));
		const table = makeTable(measured, measured);
		const [members, strangers] = [crowd(30, 1000), crowd(1000, 2000)];
		const search = { members: 30, referencesPerMember: 3, frames: 2, shift: 0 };
		const threshold = thresholdFor({ ...search, fpir: 0.02 }, table);
		const galleries = members.map(({ references }) => {
			const vectors = references.map(({ vector }) => vector);
			return { vectors, likeness: serverComparison.likenessTo(vectors) };
		});
		const named = strangers.filter(({ sightings }) => {
			const probe = serverComparison.fuse(sightings.slice(0, 2));
			return galleries.some(({ vectors, likeness }) => {
				const cosines = vectors.map((vector) => serverComparison.similarity(probe, vector));
				const sum = cosines.reduce((all, one) => all + one, 0);
				return likeness(Math.max(...cosines), sum) >= threshold;
			});
		});
		// 20 are promised at most; a binomial of 1,000 strays to 36 once in a thousand.
		expect(named.length).toBeGreaterThan(4);
		expect(named.length).toBeLessThan(36);
	});

	it('tells how far it was measured, by pairs of people', () => {
		const [single] = measureAll(crowd(40, 1));
		// 780 pairs, 50 of whom must reach the score, however often each was drawn.
		expect(supportOf(single!)).toMatchObject({ people: 40, pairs: 780, measuredTo: 0.0316 });
	});

	it('is taken from level and differences, and never falls', () => {
		const measured = measureAll(crowd(60, 1));
		const { probabilities, rows } = makeTable(measured, measured);
		expect(probabilities).toBe(PROBABILITIES);
		expect(rows.map(({ references, frames }) => [references, frames])).toEqual([
			[1, 1],
			[1, 2],
			[3, 1],
			[3, 2],
		]);
		for (const { scores } of rows) {
			scores.forEach((score, i) => expect(score).toBeGreaterThanOrEqual(scores[i - 1] ?? -1));
			scores.forEach((score, i) => expect(score).toBeGreaterThanOrEqual(rows[0]!.scores[i]!));
		}
	});

	it('has no row that is measured for some frames only', () => {
		const few = [...crowd(60, 1, 2), ...crowd(3, 100)];
		const measured = measureAll(few);
		const { rows } = makeTable(measured, measured);
		expect(rows.map(({ references, frames }) => [references, frames])).toEqual([
			[1, 1],
			[1, 2],
		]);
	});

	it('says so where people are too few', () => {
		const measured = measureAll(crowd(8, 1));
		expect(() => makeTable(measured, measured)).toThrow('The people are too few');
	});
});

it('counts the other half where one half foretells it', () => {
	const rates = checkHeldOut(crowd(160, 1), 2, MEASURING);
	const common = rates.filter(({ probability }) => probability === 0.01);
	expect(common.map(({ method }) => method)).toContain('pareto');
	for (const { mean, lowest, highest } of common) {
		expect(lowest).toBeLessThanOrEqual(mean);
		expect(highest).toBeGreaterThanOrEqual(mean);
		expect(mean / 0.01).toBeGreaterThan(0.5);
		expect(mean / 0.01).toBeLessThan(2);
	}
	expect(checkHeldOut(crowd(10, 1), 0, MEASURING)).toEqual([]);
});
