// Protects the rules that turn a moment into a mark: present or late by the class's rule, and whose
// mark stands.
import { describe, expect, it } from 'vitest';
import { arrival, cameraMayMark, clampToRollCall, minutesSince, nameOnDisplay } from './attendance';

const minutes = (n: number) => n * 60_000;
const rollCall = { startsAt: minutes(1000), lateAfterMinutes: 10 };

describe('arrival', () => {
	it('is present up to the limit, late after it', () => {
		expect(arrival(minutes(1000), rollCall)).toEqual({ status: 'present', minutesLate: null });
		expect(arrival(minutes(1010), rollCall).status).toBe('present');
		expect(arrival(minutes(1010) + 1, rollCall)).toEqual({ status: 'late', minutesLate: 10 });
		expect(arrival(minutes(1017) + 30_000, rollCall)).toEqual({ status: 'late', minutesLate: 17 });
	});

	it('counts nobody late who came before the start', () => {
		expect(arrival(minutes(990), rollCall).status).toBe('present');
		expect(minutesSince(rollCall.startsAt, minutes(990))).toBe(0);
	});
});

describe('clampToRollCall', () => {
	it('keeps a late batch at its own time, within the roll call', () => {
		expect(clampToRollCall(50, 10, 100)).toBe(50);
		expect(clampToRollCall(5, 10, 100)).toBe(10);
		expect(clampToRollCall(500, 10, 100)).toBe(100);
	});
});

describe('cameraMayMark', () => {
	it('leaves alone what a person decided, even a mark that was taken back', () => {
		expect(cameraMayMark(null)).toBe(true);
		expect(cameraMayMark({ status: null, method: 'teacher' })).toBe(false);
		expect(cameraMayMark({ status: 'excused', method: 'teacher' })).toBe(false);
		expect(cameraMayMark({ status: 'present', method: 'camera' })).toBe(false);
	});

	it('marks again where an answer to its own question was undone', () => {
		expect(cameraMayMark({ status: null, method: 'camera' })).toBe(true);
	});

	it('marks who was absent by the rule only once that was taken back', () => {
		expect(cameraMayMark({ status: 'absent', method: 'rule' })).toBe(false);
		expect(cameraMayMark({ status: null, method: 'rule' })).toBe(true);
	});
});

describe('nameOnDisplay', () => {
	it('shows what the class chose', () => {
		expect(nameOnDisplay('Amina Ngozi Eze', 'full', 3)).toBe('Amina Ngozi Eze');
		expect(nameOnDisplay('Amina Ngozi Eze', 'initial', 3)).toBe('Amina E.');
		expect(nameOnDisplay('Amina Eze', 'none', 3)).toBe('3');
	});
});
