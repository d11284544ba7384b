// Protects the line that says what a tap on a doubt did: it never claims a mark that stays, and says
// of a contradicted one that it goes.
import { expect, it } from 'vitest';
import type { DoubtView } from '$lib/contract/roster';
import { answeredText, refusedText } from './what-happened';

const doubt: DoubtView = {
	id: 'd',
	reason: 'close-runner-up',
	state: 'waiting',
	seenAt: 1,
	candidates: [
		{ studentId: 'a', name: 'Rui Costa' },
		{ studentId: 'b', name: 'Rui Pires' },
	],
};

it('names who was confirmed, or who it is not', () => {
	expect(answeredText(doubt, 'b')).toBe('Confirmed: Rui Pires');
	expect(answeredText(doubt, null)).toBe('Not Rui Costa or Rui Pires');
	const contradicted: DoubtView = {
		...doubt,
		reason: 'contradicted',
		candidates: doubt.candidates.slice(0, 1),
	};
	expect(answeredText(contradicted, null)).toBe('Not Rui Costa. The camera’s mark is taken back');
});

it('says of a refusal what stays as it was', () => {
	const why = 'This roll call is closed.';
	const refusal = { studentId: 'a', message: why };
	expect(refusedText({ ...refusal, kind: 'mark' }, 'Rui Costa')).toContain('Rui Costa');
	expect(refusedText({ ...refusal, kind: 'answer' }, null)).toBe(
		`The answer was not taken. ${why}`,
	);
	expect(refusedText({ ...refusal, kind: 'reopen' }, null)).toBe(`The answer stays. ${why}`);
});
