// Protects what is taken for a photograph: a face with which nearly all that is about it goes along,
// and nobody behind whom the room stays, or about whom it does not say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FURTHER_OUT, SECTORS } from '$lib/contract/surroundings';
import { isWatched, looksLikePhotograph } from './photographs';

const along = fc.double({ min: 0.3, max: 9, noNaN: true });
const quiet = fc.double({ min: -0.29, max: 0.29, noNaN: true });
const stays = fc.double({ min: -9, max: -0.3, noNaN: true });
const far = fc.double({ min: 0.1, max: 100, noNaN: true });
const anything = fc.double({ min: -9, max: 9, noNaN: true });

/** Sectors in any order. */
const mixed = (...parts: [count: number, of: fc.Arbitrary<number>][]) =>
	fc
		.tuple(...parts.map(([count, of]) => fc.array(of, { minLength: count, maxLength: count })))
		.chain((sectors) => fc.shuffledSubarray(sectors.flat(), { minLength: SECTORS }));
const isWide = (follows: readonly number[]) => FURTHER_OUT.some((i) => follows[i]! >= 0.3);

describe('a photograph', () => {
	it('is what moves with most of what is about it, and with something far out', () => {
		const sectors = mixed([4, along], [2, quiet], [1, anything]).filter(isWide);
		fc.assert(
			fc.property(far, sectors, (moved, follows) => {
				expect(looksLikePhotograph({ moved, follows })).toBe(true);
			}),
		);
	});

	it('is nobody about whom two sectors stay', () => {
		fc.assert(
			fc.property(far, mixed([2, stays], [5, anything]), (moved, follows) => {
				expect(looksLikePhotograph({ moved, follows })).toBe(false);
			}),
		);
	});

	it('is nobody about whom little moves, or nothing that is far out: hair, a hat, a scarf', () => {
		fc.assert(
			fc.property(far, mixed([3, along], [4, quiet]), (moved, follows) => {
				expect(looksLikePhotograph({ moved, follows })).toBe(false);
			}),
		);
		expect(looksLikePhotograph({ moved: 1, follows: [5, 5, 0, 0.29, 5, 5, 5] })).toBe(false);
	});

	it('does not show where nothing moved, or nothing is known', () => {
		const follows = Array<number>(SECTORS).fill(5);
		expect(looksLikePhotograph({ moved: 0.09, follows })).toBe(false);
		expect(looksLikePhotograph(null)).toBe(false);
	});
});

it('takes several looks over more than a second', () => {
	const seen = (sightings: number, ms: number) =>
		isWatched({ sightings, firstAt: 50, lastAt: 50 + ms });
	expect(seen(5, 1400)).toBe(true);
	expect(seen(4, 5000)).toBe(false);
	expect(seen(30, 1399)).toBe(false);
});
