// Protects what an excuse says of itself: its days as days of the school, one as one, and what
// became of it last, by whom.
import { describe, expect, it } from 'vitest';
import { classOf, daysOf, whatBecame } from './excuse-words';

const NOW = Date.parse('2026-11-25T12:00Z');
const IN_AUCKLAND = { timeZone: 'Pacific/Auckland', now: NOW };

describe('days', () => {
	it.each([
		['2026-11-23', '2026-11-23', 'Mon 23 Nov'],
		['2026-11-23', '2026-11-25', 'Mon 23 Nov to Wed 25 Nov'],
		['2026-12-31', '2027-01-01', 'Thu 31 Dec to Fri 1 Jan 2027'],
	])('%s to %s', (firstDay, lastDay, said) => {
		expect(daysOf({ firstDay, lastDay }, NOW)).toBe(said);
	});
});

it('names the class, or all', () => {
	expect(classOf({ classId: '9b', className: 'Biology 9B' })).toBe('Biology 9B');
	expect(classOf({ classId: null, className: null })).toBe('All classes');
});

describe('what became of it', () => {
	const excuse = { decidedBy: null, decidedAt: null, withdrawnBy: null, withdrawnAt: null };
	const late = Date.parse('2026-11-24T23:00Z');

	it('waits', () => {
		expect(whatBecame({ ...excuse, state: 'asked' }, IN_AUCKLAND)).toBe('Waiting for a decision');
	});

	it('was decided by somebody, or by an account that is gone, on the school’s day', () => {
		const decided = { ...excuse, state: 'approved', decidedAt: late } as const;
		expect(whatBecame({ ...decided, decidedBy: 'Tess Teacher' }, IN_AUCKLAND)).toBe(
			'Approved by Tess Teacher on Wed 25 Nov',
		);
		expect(whatBecame(decided, IN_AUCKLAND)).toBe('Approved on Wed 25 Nov');
	});

	it('was withdrawn by somebody else than who approved it', () => {
		const withdrawn = { state: 'withdrawn', decidedBy: 'Tess Teacher', decidedAt: NOW } as const;
		expect(
			whatBecame({ ...withdrawn, withdrawnBy: 'Ada Admin', withdrawnAt: late }, IN_AUCKLAND),
		).toBe('Withdrawn by Ada Admin on Wed 25 Nov');
	});
});
