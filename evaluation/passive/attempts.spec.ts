// Protects what counts as an error of the passive check: what is said of a face until it could be
// named, and nothing that comes after.
import { describe, expect, it } from 'vitest';
import type { SentFace } from '../page/passive/protocol';
import { followedIn } from './attempts';

const flat = { moved: 1, follows: Array<number>(7).fill(2) };

/** A face that is sent five times a second; it looks like a photograph at these. */
const sent = (times: number, flatAt: readonly number[], trackId = 1): SentFace[] =>
	Array.from({ length: times }, (_, i) => ({
		at: i * 200,
		trackId,
		surroundings: flatAt.includes(i) ? flat : null,
	}));

describe('followedIn', () => {
	it('judges a face by what was sent until it could be named', () => {
		expect(followedIn(sent(12, []))).toEqual([{ decidedAt: 1400, isDoubted: false }]);
		expect(followedIn(sent(12, [4]))).toEqual([{ decidedAt: 1400, isDoubted: true }]);
		expect(followedIn(sent(12, [8]))).toEqual([{ decidedAt: 1400, isDoubted: false }]);
	});

	it('leaves out a face that went too early, and keeps two apart', () => {
		expect(followedIn(sent(7, [3]))).toEqual([]);
		const both = [...sent(12, [2], 1), ...sent(12, [], 2)];
		expect(followedIn(both).map(({ isDoubted }) => isDoubted)).toEqual([true, false]);
	});
});
