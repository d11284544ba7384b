// Protects what a phone says of its passkey: whether one counts, and whether one waits.
import { expect, it } from 'vitest';
import { passkeyStanding } from './passkeys';

it('a passkey stands as the one that counts, and the one that waits', () => {
	expect(passkeyStanding([])).toBe('none');
	expect(passkeyStanding(['revoked'])).toBe('none');
	expect(passkeyStanding(['revoked', 'asked'])).toBe('asked');
	expect(passkeyStanding(['revoked', 'active'])).toBe('active');
	expect(passkeyStanding(['asked', 'active'])).toBe('replacing');
});
