// Protects what the camera learns from a teacher's answers: a student's references stay theirs,
// bounded, and as good as their enrolment made them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPerson } from '../../../../tests/helpers/vectors';
import { MAX_REFERENCES } from '../../contract/enrolment';
import { cosine, likeness, normalise } from './matching';
import {
	fuseVectors,
	isOtherFace,
	joinReferences,
	likenessTo,
	type OwnReference,
} from './references';

const enrolled = (vectors: readonly Float32Array[], quality = 0.8): OwnReference[] =>
	vectors.map((vector, i) => ({
		id: `e${i}`,
		vector,
		quality,
		capturedAt: i,
		fromEnrolment: true,
	}));
const learnt = (vectors: readonly Float32Array[], quality = 0.8): OwnReference[] =>
	vectors.map((vector, i) => ({
		id: `l${i}`,
		vector,
		quality,
		capturedAt: 100 + i,
		fromEnrolment: false,
	}));
const face = (vector: Float32Array, quality = 0.8) => ({ vector, quality, capturedAt: 1000 });

describe('joinReferences', () => {
	it('takes a good face that looks like the student and shows something new', () => {
		const amina = createPerson(1);
		expect(joinReferences(enrolled(amina.captures(3)), face(amina.capture()))).toEqual({
			joins: true,
			leaves: null,
		});
	});

	it.each([
		['somebody else', () => face(createPerson(2).capture())],
		['a poor one', () => face(createPerson(1).capture(), 0.49)],
	])('refuses %s', (_, candidate) => {
		const existing = enrolled(createPerson(1).captures(3));
		expect(joinReferences(existing, candidate())).toEqual({ joins: false });
	});

	it('refuses a near copy of what is there, whoever brought it', () => {
		const amina = createPerson(1);
		const [first, ...rest] = amina.captures(4);
		const near = normalise(first!.map((value, i) => value + 0.3 * (rest[0]![i] ?? 0)));
		expect(cosine(first!, near)).toBeGreaterThan(0.9);
		for (const existing of [
			enrolled([first!, ...rest]),
			[...enrolled(rest), ...learnt([first!])],
		]) {
			expect(joinReferences(existing, face(near))).toEqual({ joins: false });
		}
	});

	it('has nothing to join where nothing was enrolled', () => {
		const amina = createPerson(1);
		expect(joinReferences([], face(amina.capture()))).toEqual({ joins: false });
		expect(joinReferences(learnt(amina.captures(2)), face(amina.capture()))).toEqual({
			joins: false,
		});
	});

	it('lets the least worth of those that doubts brought make room', () => {
		const amina = createPerson(1);
		const [poor, ...others] = learnt(amina.captures(5));
		const existing = [...enrolled(amina.captures(3)), { ...poor!, quality: 0.5 }, ...others];
		expect(joinReferences(existing, face(amina.capture()))).toEqual({ joins: true, leaves: 'l0' });
		const poorest = face(amina.capture(), 0.5);
		expect(
			joinReferences([...enrolled(amina.captures(3)), ...learnt(amina.captures(5))], poorest),
		).toEqual({ joins: false });
	});

	it('makes no room in a full enrolment', () => {
		const amina = createPerson(1);
		expect(joinReferences(enrolled(amina.captures(MAX_REFERENCES)), face(amina.capture()))).toEqual(
			{ joins: false },
		);
	});

	it('stays bounded, keeps the enrolment, and takes a face once, whatever comes', () => {
		const one = fc.record({
			quality: fc.double({ min: 0, max: 1, noNaN: true }),
			who: fc.integer({ min: 1, max: 2 }),
			noise: fc.integer({ min: 0, max: 30 }),
		});
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: MAX_REFERENCES }),
				fc.array(one, { maxLength: 25 }),
				(captures, faces) => {
					const people = [createPerson(1, 0.5), createPerson(2, 0.5)];
					const enrolment = enrolled(people[0]!.captures(captures));
					let references = enrolment;
					faces.forEach(({ quality, who, noise }, i) => {
						const vector = createPerson(who * 1000 + noise).capture();
						const base = people[who - 1]!.capture();
						const candidate = {
							vector: normalise(base.map((value, at) => value + 0.2 * (vector[at] ?? 0))),
							quality,
							capturedAt: i,
						};
						const joining = joinReferences(references, candidate);
						if (!joining.joins) return;
						references = [
							...references.filter(({ id }) => id !== joining.leaves),
							{ ...candidate, id: `f${i}`, fromEnrolment: false },
						];
						expect(references.length).toBeLessThanOrEqual(MAX_REFERENCES);
						expect(references.slice(0, captures)).toEqual(enrolment);
						expect(joinReferences(references, candidate)).toEqual({ joins: false });
					});
				},
			),
			{ numRuns: 40 },
		);
	});
});

describe('isOtherFace', () => {
	it('agrees with captures of the same person and not with anybody else’s', () => {
		const amina = createPerson(1);
		expect(isOtherFace(amina.captures(3), amina.captures(3))).toBe(false);
		expect(isOtherFace(createPerson(2).captures(3), amina.captures(3))).toBe(true);
	});

	it('has nothing to object where nothing was enrolled', () => {
		expect(isOtherFace(createPerson(1).captures(3), [])).toBe(false);
	});
});

it('likenessTo is what a gallery would answer', () => {
	const amina = createPerson(1);
	const references = amina.captures(4);
	const probe = fuseVectors(amina.captures(2));
	const scores = references.map((one) => cosine(one, probe));
	const sum = references[0]!.map((_, i) => references.reduce((of, one) => of + one[i]!, 0));
	const expected = likeness(
		Math.max(...scores),
		scores.reduce((a, b) => a + b, 0),
		Math.sqrt(cosine(sum, sum)),
	);
	expect(likenessTo(probe, references)).toBeCloseTo(expected, 5);
});
