// Protects the student from being told what nobody knows: an answer, a refusal and a lost connection
// each lead to the screen that says only what is certain.
import { describe, expect, it } from 'vitest';
import type { OpenForCheckIn } from '$lib/contract/check-in';
import { messages } from '$lib/messages';
import { phaseAfter, phaseAfterLoss, phaseOfRefusal } from './check-in-phase';

const NOW = 1_800_000_000_000;
const open: OpenForCheckIn = {
	rollCallId: 'this',
	className: 'Biology 9B',
	startsAt: NOW,
	closesAt: null,
	links: { code: true, liveness: true, face: true, signature: 'device' },
	status: null,
	markedAt: null,
};
const refused = { ok: false, message: 'why', retryAfterMs: null } as const;

describe('after a lost connection', () => {
	const other = { ...open, rollCallId: 'other', status: 'present', markedAt: NOW } as const;

	it('shows the mark of whoever is here', () => {
		const marked = { ...open, status: 'late', markedAt: NOW } as const;
		const done = { name: 'done', status: 'late', markedAt: NOW };
		expect(phaseAfterLoss([other, marked], 'this')).toEqual(done);
	});

	it('begins again where it is open and they are not marked as here', () => {
		const code = { name: 'code', problem: messages.checkInPage.notTaken };
		expect(phaseAfterLoss([other, open], 'this')).toEqual(code);
		const absent = { ...open, status: 'absent', markedAt: NOW } as const;
		expect(phaseAfterLoss([absent], 'this')).toEqual(code);
	});

	it('does not say that it failed where the roll call was closed meanwhile', () => {
		expect(phaseAfterLoss([other], 'this')).toEqual({ name: 'gone' });
	});
});

it('stays at the code that does not hold', () => {
	const phase = phaseOfRefusal({ ...refused, refusal: 'wrong-code' }, NOW);
	expect(phase).toEqual({ name: 'code', problem: 'why' });
});

it('counts the wait from now by this phone', () => {
	const phase = phaseOfRefusal({ ...refused, refusal: 'too-many', retryAfterMs: 5_000 }, NOW);
	expect(phase).toEqual({ name: 'refused', message: 'why', next: 'wait', retryAt: NOW + 5_000 });
});

it('shows whatever mark stands', () => {
	const answer = { ok: true, status: 'excused', markedAt: NOW, minutesLate: null } as const;
	expect(phaseAfter(answer, NOW)).toEqual({ name: 'done', status: 'excused', markedAt: NOW });
});
