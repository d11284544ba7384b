/** Protects the sentence that tells a teacher whom the camera can know. */
import { expect, it } from 'vitest';
import { messages } from '$lib/messages';
import { coverageOf } from './coverage';

it('counts every member once', () => {
	const members = ['enrolled', 'enrolled', 'again', 'no-consent', 'waiting'] as const;
	expect(coverageOf(members.map((enrolment) => ({ enrolment, enrolledAt: null })))).toEqual({
		enrolled: 2,
		noConsent: 1,
		waiting: 2,
		again: 1,
		oldestAt: null,
	});
});

it('knows the oldest face that can be recognised', () => {
	const members = [
		{ enrolment: 'enrolled', enrolledAt: 300 },
		{ enrolment: 'enrolled', enrolledAt: 200 },
		{ enrolment: 'again', enrolledAt: 100 },
		{ enrolment: 'waiting', enrolledAt: null },
	] as const;
	expect(coverageOf(members).oldestAt).toBe(200);
});

it.each([
	[24, 26, 2, 0, '24 of 26 enrolled, 2 without consent: marked by hand.'],
	[24, 26, 0, 2, '24 of 26 enrolled, 2 still wait.'],
	[24, 26, 1, 1, '24 of 26 enrolled, 1 still waits, 1 without consent: marked by hand.'],
	[26, 26, 0, 0, '26 of 26 enrolled.'],
])('%d of %d, %d, %d: %s', (enrolled, all, noConsent, waiting, sentence) => {
	expect(messages.classes.coverageLong(enrolled, all, noConsent, waiting)).toBe(sentence);
});

it.each([
	[0, '24 of 26 enrolled, 2 still wait.'],
	[1, '24 of 26 enrolled (the oldest 1 month ago), 2 still wait.'],
	[14, '24 of 26 enrolled (the oldest 14 months ago), 2 still wait.'],
	[24, '24 of 26 enrolled (the oldest 2 years ago), 2 still wait.'],
])('says how old the oldest face is, after %d months', (months, sentence) => {
	expect(messages.classes.coverageLong(24, 26, 0, 2, months)).toBe(sentence);
});
