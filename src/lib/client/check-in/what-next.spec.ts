// Protects whoever was refused: each refusal leads on, and nobody tries again what cannot work.
import { expect, it } from 'vitest';
import { CHECK_IN_REFUSALS } from '$lib/contract/check-in';
import { asClock, secondsUntil, whatNext } from './what-next';

it('knows what comes after every refusal', () => {
	const known = ['again', 'wait', 'register', 'passkey', 'reload', 'teacher-first', 'teacher'];
	expect(CHECK_IN_REFUSALS.filter((refusal) => !known.includes(whatNext(refusal)))).toEqual([]);
});

it.each([
	['wrong-code', 'again'],
	['no-match', 'again'],
	['too-many', 'wait'],
	['no-device', 'register'],
	['outdated', 'reload'],
	['not-member', 'teacher'],
	['device-waits', 'teacher-first'],
	['not-enrolled', 'teacher-first'],
] as const)('after %s: %s', (refusal, next) => {
	expect(whatNext(refusal)).toBe(next);
});

it('counts down in whole seconds and stops at nothing', () => {
	expect(secondsUntil(10_001, 10_000)).toBe(1);
	expect(secondsUntil(9_000, 10_000)).toBe(0);
	expect([125, 60, 9, 0].map(asClock)).toEqual(['2:05', '1:00', '0:09', '0:00']);
});
