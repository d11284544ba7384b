// Protects the line that says what a tap did: it never claims a mark that stays, says of a
// contradicted one that it goes, and gives each of two answers to whom it belongs.
import { expect, it } from 'vitest';
import type { DoubtView } from '$lib/contract/roster';
import { answeredText, conflictSentence, markedText, refusedText } from './what-happened';

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
	const refusal = { id: 'i', studentId: 'a', message: why };
	expect(refusedText({ ...refusal, kind: 'mark' }, 'Rui Costa')).toContain('Rui Costa');
	expect(refusedText({ ...refusal, kind: 'answer' }, null)).toBe(
		`The answer was not taken. ${why}`,
	);
	expect(refusedText({ ...refusal, kind: 'reopen' }, null)).toBe(`The answer stays. ${why}`);
	expect(refusedText({ ...refusal, kind: 'rest' }, null)).toBe(`The rest was not marked. ${why}`);
	expect(refusedText({ ...refusal, kind: 'undoRest' }, null)).toBe(`The rest stays marked. ${why}`);
});

const statuses = { word: (status: string) => (status === 'late' ? 'tardy' : status) };

it('says a mark in the school’s words', () => {
	expect(markedText('Jo Baker', 'late', statuses)).toBe('Jo Baker marked tardy');
	expect(markedText('Jo Baker', null, statuses)).toBe('Jo Baker is waiting again');
});

it('tells two answers apart', () => {
	const sentence = (by: string | null, stands: 'late' | null, wanted: 'absent' | null) =>
		conflictSentence({ by, stands, wanted }, statuses);
	expect(sentence('Ms Okafor', 'late', 'absent')).toBe('Ms Okafor says tardy, you said absent.');
	expect(sentence(null, 'late', null)).toBe('marked tardy by now, you took the mark back.');
	expect(sentence('Ms Okafor', null, 'absent')).toBe(
		'Ms Okafor took the mark back, you said absent.',
	);
});
