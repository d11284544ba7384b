/** Protects when a student may say that a mark is wrong, and what a correction says of their coming. */
import { describe, expect, it } from 'vitest';
import { correctedDetails, correctionProblem, disputeRefusal, DISPUTE_DAYS } from './disputes';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 2, 8);
const asked = (changes: { status?: 'absent' | null; hasWaiting?: boolean; now?: number }) =>
	disputeRefusal(
		{ status: changes.status === undefined ? 'absent' : changes.status, startsAt: START },
		{ hasWaiting: changes.hasWaiting ?? false, now: changes.now ?? START + DAY },
	);

describe('a dispute', () => {
	it('is possible for a mark, once at a time, for sixty days', () => {
		expect(asked({})).toBeNull();
		expect(asked({ status: null })).toBe('no-mark');
		expect(asked({ hasWaiting: true })).toBe('waiting');
		expect(asked({ now: START + DISPUTE_DAYS * DAY })).toBeNull();
		expect(asked({ now: START + DISPUTE_DAYS * DAY + 1 })).toBe('too-late');
	});

	it('that waits is told before anything else', () => {
		expect(asked({ hasWaiting: true, status: null, now: START + 100 * DAY })).toBe('waiting');
	});
});

describe('a corrected mark', () => {
	const standing = { leftAt: START + 2 * 3_600_000, remark: 'dentist' };

	it('has the student come at the start, or as late as the teacher says', () => {
		const came = (status: 'present' | 'late') =>
			correctedDetails({ status, minutesLate: 12 }, standing, START);
		expect(came('present')).toEqual({ arrivedAt: START, ...standing });
		expect(came('late')).toEqual({ arrivedAt: START + 12 * 60_000, ...standing });
	});

	it('of somebody who did not come has no times, and keeps its remark', () => {
		expect(correctedDetails({ status: 'excused', minutesLate: null }, standing, START)).toEqual({
			arrivedAt: null,
			leftAt: null,
			remark: 'dentist',
		});
	});
});

describe('minutes late', () => {
	const minute = 60_000;
	const late = (minutesLate: number, closedAt: number | null) =>
		correctionProblem(
			{ status: 'late', minutesLate },
			{ startsAt: START, closedAt },
			START + 50 * minute,
		);

	it('that reach beyond the closing, or beyond now, are refused and not cut', () => {
		expect(late(45, START + 45 * minute)).toBeNull();
		expect(late(46, START + 45 * minute)).toBe('arrivalAfterClosing');
		expect(late(50, null)).toBeNull();
		expect(late(51, null)).toBe('noArrivalYet');
	});
});
