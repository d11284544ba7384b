// Protects the student from a way through code, face and movements that their phone cannot end: it says
// why before one is begun, and a phone that can is not held.
import { describe, expect, it } from 'vitest';
import type { RegisteredDevice } from '$lib/contract/devices';
import { holdOf } from './phone-hold';

const ACTIVE: RegisteredDevice = {
	state: 'active',
	revokedBecause: null,
	passkey: 'none',
	passkeyProblem: null,
};
const hold = (
	standing: Partial<RegisteredDevice>,
	asked: { passkey?: boolean; canMakePasskeys?: boolean } = {},
) => holdOf({ ...ACTIVE, ...standing }, { passkey: false, canMakePasskeys: true, ...asked });

describe('a phone', () => {
	it('is held for staff, for its student, and for whoever took it out of use', () => {
		expect(hold({})).toBeNull();
		expect(hold({ state: 'asked' })).toBe('waits');
		expect(hold({ state: 'none' })).toBe('unregistered');
		expect(hold({ state: 'revoked' })).toBe('unregistered');
		expect(hold({ state: 'revoked', revokedBecause: 'replaced' })).toBe('unregistered');
		expect(hold({ state: 'revoked', revokedBecause: 'forgotten' })).toBe('forgotten');
		expect(hold({ state: 'revoked', revokedBecause: 'revoked' })).toBe('revoked');
	});

	it('is not held while nothing is known of it', () => {
		expect(holdOf(null, { passkey: true, canMakePasskeys: false })).toBeNull();
	});
});

describe('where a passkey is asked for', () => {
	const passkey = true;

	it('a phone is held for one that counts', () => {
		expect(hold({}, { passkey })).toBe('no-passkey');
		expect(hold({}, { passkey, canMakePasskeys: false })).toBe('passkey-unsupported');
		expect(hold({ passkey: 'asked' }, { passkey })).toBe('passkey-waits');
		expect(hold({ passkey: 'active' }, { passkey, canMakePasskeys: false })).toBeNull();
		expect(hold({ passkey: 'replacing' }, { passkey })).toBeNull();
	});

	it('the page’s address comes first: no passkey helps there', () => {
		const passkeyProblem = 'by name';
		expect(hold({ passkeyProblem }, { passkey })).toBe('passkey-address');
		expect(hold({ passkeyProblem })).toBeNull();
	});

	it('the phone itself comes before its passkey', () => {
		expect(hold({ state: 'asked' }, { passkey })).toBe('waits');
	});
});
