// Protects the search behind every decision: whatever the shortcuts of the kernel, its answer is that
// of the definition, for faces as they are and for vectors made to mislead it; and a wiped gallery
// holds nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { searchExhaustively } from '../../../../tests/helpers/exhaustive-search';
import { createPerson } from '../../../../tests/helpers/vectors';
import { normalise, type Reference, type Standing } from '../domain/matching';
import { createPacking } from './packing';
import { packGallery } from './packed-gallery';

/** Differences of rounding between two float64 sums. */
const ROUNDING = 1e-9;

function axis(i: number, tilt = 0, towards = 0): Float32Array {
	const vector = new Float32Array(VECTOR_DIMENSIONS);
	vector[i] = 1;
	vector[towards] = vector[towards]! + tilt;
	return normalise(vector);
}

/** A vector by a rule, of unit length. */
const by = (rule: (i: number) => number) =>
	normalise(Float32Array.from({ length: VECTOR_DIMENSIONS }, (_, i) => rule(i)));

/** Vectors that quantise well, badly, or with one number that leaves no room for the others. */
const misleading = fc.oneof(
	fc.nat(VECTOR_DIMENSIONS - 1).map((i) => axis(i)),
	fc.constantFrom(1, -1).map((sign) => by(() => sign)),
	fc.nat(1000).map((seed) => by((i) => Math.sin(seed + i * i))),
	// One number a hundred times the others: these all round to nothing.
	fc.nat(1000).map((seed) => by((i) => (i === seed % 512 ? 100 : Math.sin(seed * i) / 2.1))),
	// Near-equal scores: a hair's breadth from each other.
	fc.nat(20).map((step) => axis(0, 0.3 + step * 1e-6, 1)),
	// Every number half-way between two integers of the quantised row.
	fc.nat(3).map((step) => by((i) => (i === 0 ? 127 : (i % 50) + 0.5 - step * 1e-5))),
	fc.constant(new Float32Array(VECTOR_DIMENSIONS)),
);
const face = fc
	.record({ seed: fc.nat(40), capture: fc.nat(4) })
	.map(({ seed, capture }) => createPerson(seed).captures(capture + 1)[capture]!);
const vector = fc.oneof(face, misleading);

const gallery = fc
	.array(fc.array(vector, { minLength: 1, maxLength: 5 }), { maxLength: 12 })
	.map((students) =>
		students.flatMap((vectors, i) => vectors.map((one) => ({ studentId: `s${i}`, vector: one }))),
	);
const probes = fc.array(vector, { minLength: 1, maxLength: 7 });
const floor = fc.oneof(fc.constantFrom(-2, 0, 0.3, 2), fc.double({ min: -1, max: 1, noNaN: true }));

/**
 * Expects the best two of everybody and all from the floor on; whose scores are a rounding apart may
 * stand for each other.
 */
function expectSame(found: Standing, everyone: Standing, atFloor: number): void {
	const right = everyone.filter(({ score }, i) => i < 2 || score >= atFloor);
	const scoreOf = new Map(everyone.map(({ studentId, score }) => [studentId, score]));
	const clear = (standing: Standing) =>
		standing.filter(({ score }, i) => i < 2 || Math.abs(score - atFloor) > ROUNDING);
	expect(clear(found)).toHaveLength(clear(right).length);
	clear(found).forEach(({ studentId, score }, i) => {
		expect(Math.abs(score - clear(right)[i]!.score)).toBeLessThan(ROUNDING);
		expect(Math.abs(score - scoreOf.get(studentId)!)).toBeLessThan(ROUNDING);
	});
	expect(new Set(found.map(({ studentId }) => studentId)).size).toBe(found.length);
}

describe('packGallery', () => {
	it('finds whom an exhaustive search finds', () => {
		fc.assert(
			fc.property(gallery, probes, floor, (references, some, atFloor) => {
				const standings = packGallery(references).search(some, atFloor);
				expect(standings).toHaveLength(some.length);
				standings.forEach((standing, i) => {
					expectSame(standing, searchExhaustively(references, some[i]!), atFloor);
				});
			}),
			{ numRuns: 100 },
		);
	});

	it('is exact where quantised rows are too coarse to tell', () => {
		// Neighbours differ by a ten thousandth, int8 errs by some thousandths.
		const references = Array.from({ length: 40 }, (_, i) => ({
			studentId: `s${i}`,
			vector: by((at) => Math.sin(at * at) + i * 1e-4 * Math.cos(at)),
		}));
		for (const { studentId, vector: probe } of references) {
			const [standing] = packGallery(references).search([probe], 2);
			expect(standing![0]!.studentId).toBe(studentId);
			expect(standing).toHaveLength(2);
		}
	});

	it('finds whom the rounding of references hides as deep as it can', () => {
		// As int8 every small number of ada loses 0.49, and the probe feels all of it; the others' are
		// exact. So her score seems lower by nine tenths of the bound.
		const ada = by((i) => (i === 0 ? 127 : 10.49));
		const other = (k: number) => by((i) => (i === 0 ? 127 : (i * 43 + k) % 100 < 43 ? 11 : 10));
		for (const copies of [1, 3]) {
			const references = Array.from({ length: copies }, () => [
				{ studentId: 'ada', vector: ada },
				{ studentId: 'bo', vector: other(0) },
				{ studentId: 'cy', vector: other(7) },
			]).flat();
			const probe = by(() => 1);
			expect(searchExhaustively(references, probe)[0]!.studentId).toBe('ada');
			const batch = Array.from({ length: 4 }, () => probe);
			for (const [best] of packGallery(references).search(batch, 2)) {
				expect(best!.studentId).toBe('ada');
			}
		}
	});

	it('finds whom the rounding of a probe hides', () => {
		// As int16 the probe keeps its first number only; the others favour ada alone.
		const probe = by((i) => (i === 0 ? 1 : 1.4e-5));
		const sign = (i: number) => (i % 2 === 0 ? 1 : -1);
		const other = (k: number) =>
			by((i) => (i === 0 ? 127 : sign(i) * ((i * 60 + k) % 100 < 60 ? 126 : 127)));
		const references = [
			{ studentId: 'ada', vector: by(() => 127) },
			{ studentId: 'bo', vector: other(0) },
			{ studentId: 'cy', vector: other(40) },
		];
		expect(searchExhaustively(references, probe)[0]!.studentId).toBe('ada');
		expect(packGallery(references).search([probe], 2)[0]![0]!.studentId).toBe('ada');
	});

	it('does not depend on the order of the references', () => {
		fc.assert(
			fc.property(gallery, probes, fc.infiniteStream(fc.nat()), (references, some, numbers) => {
				const shuffled = references
					.map((reference) => ({ reference, at: numbers.next().value as number }))
					.sort((a, b) => a.at - b.at)
					.map(({ reference }) => reference);
				const standings = packGallery(references).search(some, 0.2);
				packGallery(shuffled)
					.search(some, 0.2)
					.forEach((standing, i) => {
						expect(standing.length).toBe(standings[i]!.length);
						expectSame(standing, searchExhaustively(references, some[i]!), 0.2);
					});
			}),
			{ numRuns: 50 },
		);
	});

	it('answers a batch as it answers one by one, beyond what fits one pass', () => {
		const references = school(30, 3);
		const packed = packGallery(references);
		const batch = Array.from({ length: 37 }, (_, i) => createPerson(i).capture());
		const single = batch.map((probe) => packed.search([probe], 0.3)[0]!);
		expect(packed.search(batch, 0.3)).toEqual(single);
		for (let size = 0; size <= 9; size++) {
			expect(packed.search(batch.slice(0, size), 0.3)).toEqual(single.slice(0, size));
		}
	});

	it('names the student of a capture in a gallery of many tiles', () => {
		const packed = packGallery(school(500, 3));
		expect([packed.studentIds.length, packed.references]).toEqual([500, 1500]);
		for (const i of [0, 84, 85, 86, 499]) {
			const [standing] = packed.search([createPerson(i).captures(9)[8]!], 0.5);
			expect(standing!.filter(({ score }) => score >= 0.5)).toEqual([standing![0]]);
			expect(standing![0]!.studentId).toBe(`s${i}`);
		}
	});

	it('names equally likely students in the order of their ids', () => {
		const twins = ['cy', 'ada', 'bo'].map((studentId) => ({ studentId, vector: axis(7) }));
		const [standing] = packGallery(twins).search([axis(7)], 0.9);
		expect(standing!.map(({ studentId }) => studentId)).toEqual(['ada', 'bo', 'cy']);
	});

	it('finds nobody in an empty gallery, and one in a class of one', () => {
		expect(packGallery([]).search([axis(0), axis(1)], 0)).toEqual([[], []]);
		const one = packGallery([{ studentId: 'ada', vector: axis(0) }]);
		expect(one.search([axis(1)], 0.5)).toEqual([[{ studentId: 'ada', score: 0 }]]);
		expect(one.search([], 0.5)).toEqual([]);
	});

	it('copies what it is given', () => {
		const reference = { studentId: 'ada', vector: axis(3) };
		const packed = packGallery([reference]);
		reference.vector.fill(0);
		expect(packed.search([axis(3)], 0)[0]![0]!.score).toBe(1);
	});

	it('refuses a vector of another model, as reference and as probe', () => {
		const foreign = new Float32Array(128);
		expect(() => packGallery([{ studentId: 'ada', vector: foreign }])).toThrow(RangeError);
		expect(() => packGallery([]).search([foreign], 0)).toThrow(RangeError);
	});

	it('says so when it is searched after it was wiped', () => {
		const packed = packGallery(school(3, 2));
		packed.wipe();
		expect(() => packed.search([axis(0)], 0)).toThrow('wiped');
		expect([packed.studentIds, packed.references]).toEqual([[], 0]);
	});
});

describe('createPacking', () => {
	const holdsAnything = ({ buffer }: WebAssembly.Memory) =>
		new Uint8Array(buffer).some((byte) => byte !== 0);

	it('leaves nothing in the memory once wiped', () => {
		const packing = createPacking({ students: 2, rows: 4 });
		packing.add('ada', createPerson(1).captures(2));
		const question = packing.ask([createPerson(1).capture()], 0);
		packing.search(question);
		expect(holdsAnything(packing.memory)).toBe(true);
		packing.wipe();
		expect(holdsAnything(packing.memory)).toBe(false);
	});

	it('holds nothing of a face once its student is taken out', () => {
		const packing = createPacking({ students: 1, rows: 2 });
		const empty = new Uint8Array(packing.memory.buffer).slice();
		packing.add('ada', createPerson(1).captures(2));
		packing.remove('ada');
		expect(new Uint8Array(packing.memory.buffer)).toEqual(empty);
	});

	it('overwrites a student who is taken out, and still finds the others', () => {
		const packing = createPacking({ students: 3, rows: 6 });
		const people = [1, 2, 3].map((seed) => createPerson(seed));
		people.forEach((person, i) => packing.add(`s${i}`, person.captures(2)));
		const vectors = packing.vectorsAt(1);
		expect(vectors.every((one) => one.some((value) => value !== 0))).toBe(true);
		packing.remove('s1');
		expect(vectors.every((one) => one.every((value) => value === 0))).toBe(true);
		expect([packing.studentIds, packing.references]).toEqual([['s0', 's2'], 4]);
		const question = packing.ask([people[2]!.capture()], 0.5);
		packing.search(question);
		expect(packing.answer(question)[0]![0]!.studentId).toBe('s2');
	});

	it('takes no more than it has room for', () => {
		const packing = createPacking({ students: 1, rows: 2 });
		expect(packing.add('ada', createPerson(1).captures(3))).toBe(false);
		expect(packing.add('ada', createPerson(1).captures(1))).toBe(true);
		expect(packing.add('bo', createPerson(2).captures(1))).toBe(false);
	});
});

function school(students: number, references: number): Reference[] {
	return Array.from({ length: students }, (_, i) =>
		createPerson(i)
			.captures(references)
			.map((one) => ({ studentId: `s${i}`, vector: one })),
	).flat();
}
