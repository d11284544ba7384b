// Protects the honesty of open-set figures: nobody is searched with a picture that they are enrolled
// with, strangers are in no gallery, and a seed draws the same again.
import { describe, expect, it } from 'vitest';
import type { Subject } from '../datasets/subjects';
import { drawTrials, type DrawOptions, type Trial } from './draw';

const PICTURES = 7;
const everyFace = () => true;

/** People with as many pictures each, numbered one after another. */
function people(count: number, pictures = PICTURES): Subject[] {
	return Array.from({ length: count }, (_, person) => {
		const own = Array.from({ length: pictures }, (_, i) => person * pictures + i);
		return { name: `person ${person}`, gallery: own, probes: own };
	});
}

const OPTIONS: DrawOptions = {
	classSize: 4,
	references: 3,
	frames: 1,
	classes: 20,
	seed: 1,
	hasSets: false,
};

const picturesOf = (groups: Trial['members']) => groups.flatMap(({ pictures }) => pictures);
const peopleOf = (groups: Trial['members']) => new Set(groups.map(({ subject }) => subject));

describe('at random', () => {
	it.each([1, 2, 3])('uses every picture of %i-picture probes once', (frames) => {
		for (const trial of drawTrials(people(9), everyFace, { ...OPTIONS, frames })) {
			const used = [trial.gallery, trial.members, trial.strangers].flatMap(picturesOf);
			expect(new Set(used).size).toBe(used.length);
			expect(picturesOf(trial.gallery)).toHaveLength(4 * 3);
			expect(trial.members).toHaveLength(4 * Math.floor((PICTURES - 3) / frames));
			expect(trial.strangers).toHaveLength(5 * Math.floor(PICTURES / frames));
		}
	});

	it('makes strangers of exactly those who are no members', () => {
		for (const { gallery, members, strangers } of drawTrials(people(9), everyFace, OPTIONS)) {
			expect(peopleOf(members)).toEqual(peopleOf(gallery));
			expect(peopleOf(members).size + peopleOf(strangers).size).toBe(9);
			expect(new Set([...peopleOf(members), ...peopleOf(strangers)]).size).toBe(9);
		}
	});

	it('draws the same for a seed and otherwise for another', () => {
		const draw = (seed: number) => drawTrials(people(9), everyFace, { ...OPTIONS, seed });
		expect(draw(7)).toEqual(draw(7));
		expect(draw(7)).not.toEqual(draw(8));
	});

	it('draws the same people whatever faces were found', () => {
		const all = drawTrials(people(9), everyFace, OPTIONS);
		const some = drawTrials(people(9), (picture) => picture % 2 === 0, OPTIONS);
		expect(some.map(({ gallery }) => peopleOf(gallery))).toEqual(
			all.map(({ gallery }) => peopleOf(gallery)),
		);
	});

	it('enrols no picture without a face, and takes another instead', () => {
		const hasFace = (picture: number) => picture % PICTURES !== 0;
		for (const { gallery } of drawTrials(people(9), hasFace, OPTIONS)) {
			expect(picturesOf(gallery).every(hasFace)).toBe(true);
			expect(picturesOf(gallery)).toHaveLength(4 * 3);
		}
	});

	it('leaves people with too few pictures among the strangers', () => {
		const few = { name: 'few', gallery: [900, 901], probes: [900, 901] };
		for (const { strangers } of drawTrials([...people(4), few], everyFace, OPTIONS)) {
			expect(picturesOf(strangers).sort()).toEqual([900, 901]);
		}
	});

	it('says how many people there are where they are too few', () => {
		expect(() => drawTrials(people(3), everyFace, OPTIONS)).toThrow(
			'A class of 4 needs 4 people; 3 have the 4 pictures that 3 references and 1 probe pictures need.',
		);
	});
});

describe('with sets', () => {
	const member = (first: number): Subject => ({
		name: String(first),
		gallery: [first],
		probes: [first + 1, first + 2],
	});
	const options = { ...OPTIONS, hasSets: true, classSize: undefined };

	it('enrols and searches what the sets say, once', () => {
		const trials = drawTrials([member(0), member(10)], everyFace, options);
		expect(trials).toHaveLength(1);
		expect(trials.flatMap(({ gallery }) => picturesOf(gallery))).toEqual([0, 10]);
		expect(trials.flatMap(({ members }) => picturesOf(members)).sort()).toEqual([1, 11, 12, 2]);
		expect(trials[0]?.strangers).toEqual([]);
	});

	it('makes strangers of people without a gallery', () => {
		const stranger = { name: 'stranger', gallery: [], probes: [20] };
		const [trial] = drawTrials([member(0), stranger], everyFace, options);
		expect(trial?.strangers).toEqual([{ subject: 1, pictures: [20] }]);
	});

	it('draws classes of a size that is asked for', () => {
		const subjects = [member(0), member(10), member(20)];
		const trials = drawTrials(subjects, everyFace, { ...options, classSize: 2 });
		expect(trials).toHaveLength(OPTIONS.classes);
		for (const { gallery, strangers } of trials) {
			expect(gallery).toHaveLength(2);
			expect(strangers).toHaveLength(2);
		}
	});
});
