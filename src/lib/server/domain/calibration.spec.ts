// Protects schools from thresholds that are too low for their people, and from ones raised for
// nothing: chance, twins and one much-resembled person raise none, a likeness of everybody does.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PairTally, type ComparedPair } from './calibration';
import { thresholdFor } from './impostors';

const STRANGERS = 1000;
const REFERENCES = 3;

/** The score that this share of strangers reaches by the default table, which knows a tenth at most. */
const scoreOf = (share: number) =>
	share > 0.1
		? 0.1 - share / 10
		: thresholdFor({
				members: 1,
				referencesPerMember: REFERENCES,
				frames: REFERENCES,
				fpir: share,
				shift: 0,
			});

/** All pairs of so many people, with scores at even shares in no order: what the table foretells. */
function pairsOf(people: number, changed: (pair: ComparedPair) => number = (pair) => pair.score) {
	const count = (people * (people - 1)) / 2;
	const pairs: ComparedPair[] = [];
	// A step that shares no factor with the count visits all shares; the golden section mixes them.
	let step = Math.round(count * 0.618);
	while (greatestCommonDivisor(step, count) > 1) step += 1;
	for (let one = 0; one < people; one++) {
		for (let other = one + 1; other < people; other++) {
			const place = (pairs.length * step) % count;
			const pair = {
				one,
				other,
				score: scoreOf((place + 0.5) / count),
				references: REFERENCES,
				frames: REFERENCES,
			};
			pairs.push({ ...pair, score: changed(pair) });
		}
	}
	return pairs;
}

const greatestCommonDivisor = (a: number, b: number): number =>
	b === 0 ? a : greatestCommonDivisor(b, a % b);

function figuresOf(people: number, pairs: readonly ComparedPair[]) {
	const tally = new PairTally(people, STRANGERS);
	for (const pair of pairs) tally.add(pair);
	return tally.figures();
}

describe('a school as the default foretells it', () => {
	it.each([20, 60, 200])('of %d people keeps the default', (people) => {
		const figures = figuresOf(people, pairsOf(people));
		expect(figures).toMatchObject({ people, lookLikeOnePerson: 0, scoreShift: 0 });
		expect(Math.abs(figures.found - figures.expected)).toBeLessThanOrEqual(1);
		expect(figures.byChance).toBeGreaterThan(figures.expected);
	});

	it('is looked at as rarely as its pairs allow, and at the policy', () => {
		const figures = figuresOf(60, pairsOf(60));
		expect(figures.pairs).toBe(1770);
		expect(figures.expected).toBeCloseTo(30);
		// One in 1,000 in a class of 30 is one pair in 29,985.
		expect(figures.named.expected).toBeCloseTo(1770 / 29_985, 3);
		expect(figuresOf(20, pairsOf(20)).expected).toBeCloseTo(19);
	});
});

describe('a school of alike people', () => {
	it('needs the thresholds that its pairs ask for', () => {
		fc.assert(
			fc.property(fc.double({ min: 0.05, max: 0.4, noNaN: true }), (more) => {
				const { scoreShift, found, byChance } = figuresOf(
					60,
					pairsOf(60, ({ score }) => score + more),
				);
				expect(found).toBeGreaterThan(byChance);
				// By steps of a thousandth.
				expect(Math.abs(scoreShift - more)).toBeLessThan(0.004);
			}),
			{ numRuns: 20 },
		);
	});

	it('is never given lower thresholds, however unlike its people are', () => {
		const figures = figuresOf(
			60,
			pairsOf(60, ({ score }) => score - 0.1),
		);
		expect(figures.found).toBeLessThan(figures.expected);
		expect(figures.scoreShift).toBe(0);
	});
});

describe('few people who stand apart', () => {
	const isTwins = ({ one, other }: ComparedPair) => one % 5 === 0 && other === one + 1;

	it('are counted and change nothing', () => {
		const pairs = pairsOf(60, (pair) => (isTwins(pair) ? 0.8 : pair.score));
		expect(figuresOf(60, pairs)).toMatchObject({ lookLikeOnePerson: 12, scoreShift: 0 });
	});

	it('are counted in a school of alike people too', () => {
		const pairs = pairsOf(60, (pair) => (isTwins(pair) ? 0.98 : pair.score + 0.2));
		const figures = figuresOf(60, pairs);
		expect(figures.lookLikeOnePerson).toBe(12);
		expect(Math.abs(figures.scoreShift - 0.2)).toBeLessThan(0.004);
	});

	it('are no reason either when one person resembles many', () => {
		const isAlike = ({ one, other }: ComparedPair) => one === 0 && other < 25;
		const alike = scoreOf(0.005);
		const figures = figuresOf(
			60,
			pairsOf(60, (pair) => (isAlike(pair) ? alike : pair.score)),
		);
		// Counting alone would call 25 more than the 30 foretold no chance: 30 + 2.5 √30 is 44.
		expect(figures.found).toBeGreaterThan(50);
		expect(figures.scoreShift).toBe(0);
	});
});

it('takes pairs below the floor for what they are: unlike', () => {
	const tally = new PairTally(60, STRANGERS);
	const all = figuresOf(60, pairsOf(60));
	for (const pair of pairsOf(60)) if (pair.score >= tally.floor) tally.add(pair);
	expect(tally.figures()).toEqual(all);
});
