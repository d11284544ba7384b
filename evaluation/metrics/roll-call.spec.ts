// Protects the figures of whole roll calls: each kind of outcome is counted as what it is, and the
// same seed draws the same people, each before the camera once and never in a picture they are
// enrolled with.
import { expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { DEFAULT_POLICY as policy, thresholdsOf } from '$lib/server/domain/policy';
import { UsageError } from '../usage-error';
import type { Template } from './comparison';
import { addCounts, playRollCall, type Sights } from './roll-call';
import { drawRollCalls } from './roll-call-draw';

/** A picture whose face has this cosine with the person of that number. */
function picture(person: number, cosine: number): Template {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[person] = cosine;
	vector[500 + person] = Math.sqrt(1 - cosine ** 2);
	return { vector, quality: 0.8 };
}

/** Pictures by number; what is null has no face that passes. */
function sightsOf(pictures: (Template | null)[]): Sights {
	return {
		reference: (number) => pictures[number] ?? null,
		sightings: (number) => (pictures[number] ? [pictures[number]] : []),
	};
}

const members = [
	{ subject: 0, references: [0] },
	{ subject: 1, references: [1] },
];
const enrolled = [picture(0, 1), picture(1, 1)];
const limits = thresholdsOf(policy, { members: 2, references: 2, frames: 15 });

function play(seen: { subject: number; as: Template | null }[], together = false) {
	const visitors = seen.map(({ subject }, i) => ({ subject, pictures: [enrolled.length + i] }));
	const groups = together ? [visitors] : visitors.map((visitor) => [visitor]);
	const sights = sightsOf([...enrolled, ...seen.map(({ as }) => as)]);
	return playRollCall({ members, groups }, sights, policy);
}

it('counts members who are named, and after how many sightings', () => {
	const counts = play([
		{ subject: 0, as: picture(0, 0.9) },
		{ subject: 1, as: picture(1, 0.9) },
	]);
	expect(counts).toMatchObject({ tracks: 2, wronglyNamed: 0, unmarked: 0, doubtful: 0 });
	expect(counts.sightingsToName).toEqual([3, 3]);
});

it('counts a stranger who is named, and a member who is named as another', () => {
	expect(play([{ subject: 7, as: picture(0, 0.9) }])).toMatchObject({
		wronglyNamed: 1,
		strangersNamed: 1,
		sightingsToName: [],
	});
	expect(play([{ subject: 1, as: picture(0, 0.9) }])).toMatchObject({
		wronglyNamed: 1,
		strangersNamed: 0,
		unmarked: 1,
	});
});

it('counts a doubt as a tap, and not as a member left unmarked', () => {
	const between = (limits.ask + limits.accept) / 2;
	const counts = play([{ subject: 0, as: picture(0, between) }]);
	expect(counts).toMatchObject({ wronglyNamed: 0, doubtful: 1, unmarked: 1, members: 2 });
});

it('asks nothing about a member who is marked already', () => {
	const between = (limits.ask + limits.accept) / 2;
	const counts = play([
		{ subject: 0, as: picture(0, 0.9) },
		{ subject: 7, as: picture(0, between) },
	]);
	expect(counts.doubtful).toBe(0);
});

it('leaves a name to the likelier of two who come together', () => {
	const seen = [
		{ subject: 0, as: picture(0, 0.9) },
		{ subject: 7, as: picture(0, 0.6) },
	];
	expect(play(seen, true)).toMatchObject({ tracks: 2, wronglyNamed: 0 });
	expect(play(seen)).toMatchObject({ tracks: 2, wronglyNamed: 1 });
});

it('counts whom the camera cannot see as left unmarked', () => {
	const seen = [{ subject: 0, as: null }];
	expect(play(seen)).toMatchObject({ unseen: 1, unmarked: 2, tracks: 1 });
	expect(addCounts([play(seen), play(seen)])).toMatchObject({ unseen: 2, unmarked: 4, members: 4 });
});

const subjects = Array.from({ length: 12 }, (_, person) => {
	const pictures = Array.from({ length: 6 }, (_, i) => person * 6 + i);
	return { name: `p${person}`, gallery: pictures, probes: pictures };
});
const options = { classSize: 6, strangers: 3, rollCalls: 5, seed: 1 };

it('lets everybody walk in once, with pictures that they are not enrolled with', () => {
	for (const { members: ofClass, groups } of drawRollCalls(subjects, () => true, options)) {
		const visitors = groups.flat();
		expect(new Set(visitors.map(({ subject }) => subject)).size).toBe(9);
		expect(visitors).toHaveLength(9);
		expect(groups.every(({ length }) => length >= 1 && length <= 4)).toBe(true);
		for (const { subject, references } of ofClass) {
			expect(references).toHaveLength(3);
			const visitor = visitors.find((of) => of.subject === subject);
			expect(visitor?.pictures.length).toBeGreaterThan(0);
			expect(visitor?.pictures.filter((number) => references.includes(number))).toEqual([]);
		}
	}
});

it('draws the same by the same seed, and others by another', () => {
	const draw = (seed: number) => drawRollCalls(subjects, () => true, { ...options, seed });
	expect(draw(1)).toEqual(draw(1));
	expect(draw(2)).not.toEqual(draw(1));
});

it('says so when there are too few people', () => {
	const draw = () => drawRollCalls(subjects, () => true, { ...options, strangers: 7 });
	expect(draw).toThrow(UsageError);
	expect(draw).toThrow('needs 13 people');
});
