// Protects the student from a way through code, face and movements that their phone cannot end.
import { expect, it } from 'vitest';
import { holdOf } from './phone-hold';

it.each([
	[null, null],
	['active', null],
	['asked', 'waits'],
	['none', 'unregistered'],
	['revoked', 'unregistered'],
] as const)('a phone that is %s: %s', (state, hold) => {
	expect(holdOf(state)).toBe(hold);
});
