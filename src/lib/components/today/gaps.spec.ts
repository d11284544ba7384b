/** Protects the teacher's to-do: a refusal is an answer, not a gap. */
import { expect, it } from 'vitest';
import { enrolmentGaps } from './gaps';

const one = (memberCount: number, enrolledCount: number, noConsentCount: number) => ({
	id: 'a',
	name: 'Biology 9B',
	memberCount,
	enrolledCount,
	noConsentCount,
	openRollCallId: null,
	lastRollCall: null,
});

it('counts who waits', () => {
	expect(enrolmentGaps([one(26, 22, 1)])).toEqual([
		{ id: 'a', name: 'Biology 9B', waiting: 3, all: 26 },
	]);
});

it('knows no gap where the rest refused, or where nobody is', () => {
	expect(enrolmentGaps([one(26, 24, 2), one(0, 0, 0)])).toEqual([]);
});
