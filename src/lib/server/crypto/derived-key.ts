import { hkdfSync } from 'node:crypto';
import type { Keyring } from './keyring';

/**
 * A key for one purpose alone, from the installation's current key: HKDF of RFC 5869 with SHA-256.
 * @param purpose names it; another purpose gives another key
 * @returns 32 bytes
 */
export function deriveKey(keyring: Keyring, purpose: string): Buffer {
	const installationKey = keyring.keys.get(keyring.currentId);
	if (installationKey === undefined) throw new Error('the current key is not in the keyring');
	return Buffer.from(hkdfSync('sha256', installationKey, '', purpose, 32));
}
