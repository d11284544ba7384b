// Protects the pure rules of a check-in by phone: how many failures make somebody wait and until
// when, whose face passes for a student's, what counts as a copy, and when a clock is off.
import { describe, expect, it } from 'vitest';
import { createPerson } from '../../../../tests/helpers/vectors';
import {
	CLOCK_TOLERANCE_MS,
	FAILURES_WITHIN_MS,
	hasCopy,
	isClockOff,
	isVerified,
	waitOf,
	type EarlierAttempt,
} from './check-in';
import { normalise } from './matching';

const NOW = 1_764_000_000_000;

describe('waiting after failures', () => {
	const failed = (ago: number, changes: Partial<EarlierAttempt> = {}): EarlierAttempt => ({
		at: NOW - ago,
		outcome: 'no-match',
		isUsed: true,
		...changes,
	});
	const four = [1, 2, 3, 4].map((seconds) => failed(seconds * 1000));

	it('begins with the fifth within three minutes and ends when the first is so old', () => {
		expect(waitOf(four, NOW)).toBeNull();
		expect(waitOf([...four, failed(60_000)], NOW)).toBe(FAILURES_WITHIN_MS - 60_000);
		expect(waitOf([...four, failed(FAILURES_WITHIN_MS)], NOW)).toBeNull();
	});

	it('counts what is being judged, and neither successes, open challenges nor the waiting itself', () => {
		const judged = failed(5000, { outcome: null });
		expect(waitOf([...four, judged], NOW)).not.toBeNull();
		for (const outcome of ['accepted', 'too-many'] as const) {
			expect(waitOf([...four, failed(5000, { outcome })], NOW)).toBeNull();
		}
		expect(waitOf([...four, failed(5000, { outcome: null, isUsed: false })], NOW)).toBeNull();
	});
});

describe('a face', () => {
	it('passes for its own student and for nobody else', () => {
		for (let seed = 1; seed <= 50; seed++) {
			const [student, other] = [createPerson(seed), createPerson(seed + 500)];
			const references = student.captures(3);
			expect(isVerified(student.captures(3), references, 0)).toBe(true);
			expect(isVerified(other.captures(3), references, 0)).toBe(false);
		}
	});

	it('is held to what the school’s calibration found', () => {
		const student = createPerson(7);
		expect(isVerified(student.captures(3), student.captures(3), 0.9)).toBe(false);
	});

	it('passes with one reference and one frame too', () => {
		const student = createPerson(8);
		expect(isVerified([student.capture()], [student.capture()], 0)).toBe(true);
	});
});

describe('a copy', () => {
	const person = createPerson(9);
	const frames = person.captures(3);
	const nudged = (vector: Float32Array) =>
		normalise(vector.map((value, i) => value + (i % 2 === 0 ? 1e-3 : -1e-3)));

	it('is a vector that came before, be it changed a little or a little longer', () => {
		const [first] = frames;
		expect(hasCopy(frames, [])).toBe(false);
		expect(hasCopy(frames, person.captures(5))).toBe(false);
		expect(hasCopy(frames, [first!])).toBe(true);
		expect(hasCopy(frames, [nudged(first!)])).toBe(true);
		expect(hasCopy([first!.map((value) => value * 0.9995)], [first!])).toBe(true);
	});

	it('is found within one check-in', () => {
		expect(hasCopy([...frames, frames[1]!], [])).toBe(true);
		expect(hasCopy([...frames, nudged(frames[1]!)], [])).toBe(true);
	});
});

it('calls a clock off beyond a minute, either way', () => {
	for (const sign of [1, -1]) {
		expect(isClockOff(NOW + sign * CLOCK_TOLERANCE_MS, NOW)).toBe(false);
		expect(isClockOff(NOW + sign * (CLOCK_TOLERANCE_MS + 1), NOW)).toBe(true);
	}
});
