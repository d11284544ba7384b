// Protects twins: two members whose references are too alike for the school's rate of wrong names
// are found, both ways, and nobody else is.
import { describe, expect, it } from 'vitest';
import { createLookalike, createPerson, type Person } from '../../../../tests/helpers/vectors';
import { confusablePairs } from './confusable';
import type { Gallery } from './matching';
import { DEFAULT_POLICY } from './policy';
import { fuseVectors, likenessTo } from './references';

const [amina, jo, rui] = [createPerson(1), createPerson(2), createPerson(3)];

function pairsOf(
	people: Record<string, { person: Person; references?: number }>,
	policy = DEFAULT_POLICY,
) {
	const members = Object.entries(people).map(([studentId, { person, references = 3 }]) => ({
		studentId,
		vectors: person.captures(references),
	}));
	const gallery = plainGallery(members);
	const faces = members.map(({ studentId, vectors }) => ({
		studentId,
		face: fuseVectors(vectors),
		references: vectors.length,
	}));
	return confusablePairs(gallery, faces, policy);
}

/** A gallery by its definition. */
function plainGallery(members: readonly { studentId: string; vectors: Float32Array[] }[]): Gallery {
	return {
		studentIds: members.map(({ studentId }) => studentId),
		references: members.reduce((sum, { vectors }) => sum + vectors.length, 0),
		search: (probes, floor) =>
			probes.map((probe) =>
				members
					.map(({ studentId, vectors }) => ({ studentId, score: likenessTo(probe, vectors) }))
					.sort((a, b) => b.score - a.score)
					.filter(({ score }, i) => i < 2 || score >= floor),
			),
	};
}

describe('confusablePairs', () => {
	it('finds nobody among people who look different', () => {
		const { pairs, rivalsOf } = pairsOf({
			amina: { person: amina },
			jo: { person: jo },
			rui: { person: rui },
		});
		expect(pairs).toEqual([]);
		expect(rivalsOf('amina')).toEqual([]);
	});

	it('finds two who are alike, once as a pair and from either side', () => {
		const { pairs, rivalsOf } = pairsOf({
			rui: { person: rui },
			twin: { person: createLookalike(amina, jo) },
			amina: { person: amina },
		});
		expect(pairs).toEqual([['amina', 'twin']]);
		expect(rivalsOf('amina')).toEqual(['twin']);
		expect(rivalsOf('twin')).toEqual(['amina']);
		expect(rivalsOf('rui')).toEqual([]);
		expect(rivalsOf('somebody')).toEqual([]);
	});

	it('finds whoever is like two others, though those two differ', () => {
		const between = createLookalike(amina, jo);
		const { pairs, rivalsOf } = pairsOf({
			amina: { person: amina },
			between: { person: between },
			jo: { person: jo },
		});
		expect(pairs).toEqual([
			['amina', 'between'],
			['between', 'jo'],
		]);
		expect([...rivalsOf('between')].sort()).toEqual(['amina', 'jo']);
	});

	it('asks for as much likeness as the policy does', () => {
		const people = { amina: { person: amina }, twin: { person: createLookalike(amina, jo) } };
		const { pairs } = pairsOf(people, { ...DEFAULT_POLICY, scoreShift: 0.5 });
		expect(pairs).toEqual([]);
	});

	it('takes an empty class', () => {
		expect(pairsOf({}).pairs).toEqual([]);
	});
});
