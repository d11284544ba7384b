// Protects the claim that quality tells what will be recognised: the curve must fall for a quality
// that knows, and stay for one that does not.
import { describe, expect, it } from 'vitest';
import { errorVersusDiscard } from './discard';

/** A hundred probes, of which every tenth is missed; quality is up to the test. */
const probes = (qualityOf: (missed: boolean, i: number) => number) =>
	Array.from({ length: 100 }, (_, i) => {
		const missed = i % 10 === 0;
		return { score: missed ? 0.2 : 0.8, quality: qualityOf(missed, i) };
	});

const fnirs = (qualityOf: (missed: boolean, i: number) => number) =>
	errorVersusDiscard(probes(qualityOf), 0.5).map(({ fnir }) => fnir);

describe('errorVersusDiscard', () => {
	it('falls to nothing when quality is low where recognition fails', () => {
		const [all, five, ten] = fnirs((missed, i) => (missed ? 0 : 1) + i / 1000);
		expect(all).toBe(0.1);
		expect(five).toBeCloseTo(5 / 95, 10);
		expect(ten).toBe(0);
	});

	it('rises when quality is highest where recognition fails', () => {
		const [all, , , , thirty] = fnirs((missed) => (missed ? 1 : 0));
		expect(thirty).toBeGreaterThan(all ?? 1);
	});

	it('counts who was taken for another as missed, and says nothing about nobody', () => {
		const [point] = errorVersusDiscard([{ score: -Infinity, quality: 1 }], -1);
		expect(point).toEqual({ discarded: 0, fnir: 1 });
		expect(errorVersusDiscard([], 0.5)).toEqual([]);
	});
});
