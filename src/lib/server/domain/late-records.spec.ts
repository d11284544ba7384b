// Protects what a device kept without a network: it is taken with the time at which it was made, where
// that can be, and never wins over what was done after it.
import { describe, expect, it } from 'vitest';
import { cameInLate, isOlderThan, lateProblem } from './late-records';

const HOUR = 3_600_000;
const OPENED = 100 * HOUR;
const NOW = OPENED + 30 * HOUR;

describe('lateProblem', () => {
	const problemOf = (madeAt: number, limitHours = 24) =>
		lateProblem(madeAt, { openedAt: OPENED }, { now: NOW, limitHours });

	it('takes what was made within the school’s limit', () => {
		expect(problemOf(NOW)).toBe(null);
		expect(problemOf(NOW - 24 * HOUR)).toBe(null);
		expect(problemOf(NOW - 24 * HOUR - 1)).toBe('too-old');
		expect(problemOf(NOW - 24 * HOUR - 1, 25)).toBe(null);
	});

	it('allows clocks a minute, and no more', () => {
		expect(problemOf(NOW + 60_000)).toBe(null);
		expect(problemOf(NOW + 60_001)).toBe('in-future');
		expect(problemOf(OPENED - 60_000, 48)).toBe(null);
		expect(problemOf(OPENED - 60_001, 48)).toBe('before-opening');
	});
});

describe('cameInLate', () => {
	const closed = { state: 'closed', closedAt: 50 } as const;

	it('is what was made up to the closing', () => {
		expect(cameInLate(50, closed)).toBe(true);
		expect(cameInLate(51, closed)).toBe(false);
	});

	it('is nothing in an open roll call, nor what was made just now', () => {
		expect(cameInLate(50, { state: 'open', closedAt: null })).toBe(false);
		expect(cameInLate(undefined, closed)).toBe(false);
	});
});

describe('isOlderThan', () => {
	const standing = { madeAt: 10_000, version: 5 };

	it('holds for what was made before a mark that nobody had seen', () => {
		expect(isOlderThan(standing, { madeAt: 7_999, sawVersion: 4 })).toBe(true);
		expect(isOlderThan(standing, { madeAt: 7_999, sawVersion: undefined })).toBe(true);
	});

	it('does not hold for what was made after it, at once with it, or in its sight', () => {
		expect(isOlderThan(standing, { madeAt: 10_001, sawVersion: 4 })).toBe(false);
		expect(isOlderThan(standing, { madeAt: 8_000, sawVersion: 4 })).toBe(false);
		expect(isOlderThan(standing, { madeAt: 0, sawVersion: 5 })).toBe(false);
		expect(isOlderThan(null, { madeAt: 0, sawVersion: 4 })).toBe(false);
	});
});
