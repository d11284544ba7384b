// Protects what teachers read about a decision: every lane and reason makes a sentence, in order of
// time, in the school's own time, without a number that only machines understand.
import { expect, it } from 'vitest';
import { DoubtReasonSchema } from '$lib/contract/terms';
import type { Explanation } from '$lib/contract/explanation';
import { explanationLines } from './explanation-words';

const at = (time: string) => Date.parse(`2026-11-23T${time}:00Z`);
const rui = { studentId: 'a', name: 'Rui Costa' };
const pires = { studentId: 'b', name: 'Rui Pires' };

const explain = (parts: Partial<Explanation>): Explanation => ({
	decidedAt: at('13:01'),
	lane: 'recognised',
	reason: null,
	frames: 4,
	match: 'clear',
	nextCandidate: 'far',
	view: 'good',
	candidates: [rui],
	...parts,
});
const asked = explain({
	decidedAt: at('13:03'),
	lane: 'doubtful',
	reason: 'close-runner-up',
	frames: 1,
	match: 'sufficient',
	nextCandidate: 'near',
	candidates: [rui, pires],
});

it('tells decisions in order of time, by the school’s clock', () => {
	expect(explanationLines([asked, explain({})], 'Europe/Berlin')).toEqual([
		'Recognised at 14:01: clear match over 4 frames, next candidate far.',
		'Asked at 14:03 whether this is Rui Costa or Rui Pires: close runner-up, sufficient match over 1 frame.',
	]);
});

it('says once that a face was not seen well', () => {
	const [recognised] = explanationLines([explain({ view: 'poor' })], 'UTC');
	expect(recognised).toMatch(/, face not seen well\.$/);
	const [doubtful] = explanationLines([{ ...asked, reason: 'low-quality', view: 'poor' }], 'UTC');
	expect(doubtful?.match(/face not seen well/g)).toHaveLength(1);
});

it.each(DoubtReasonSchema.options)('has words for %s', (reason) => {
	const [line] = explanationLines([{ ...asked, reason, candidates: [rui] }], 'UTC');
	expect(line).toMatch(
		/^Asked at 13:03 whether this is Rui Costa: [a-z].* match over 1 frame.*\.$/,
	);
	expect(line).not.toContain(reason.includes('-') ? reason : 'undefined');
});

it.each(['visitor', 'unknown'] as const)('has words for the lane %s', (lane) => {
	const [line] = explanationLines([explain({ lane, nextCandidate: 'none' })], 'UTC');
	expect(line).toMatch(/ at 13:01: clear match over 4 frames, nobody else to compare with\.$/);
});
