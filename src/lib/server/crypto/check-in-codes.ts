import { createHmac, hkdfSync } from 'node:crypto';
import { truncateToDigits } from '../domain/check-in-code';
import type { Keyring } from './keyring';

/** The digits of a roll call's code at a step (domain/check-in-code.ts). */
export type DigitsOf = (rollCallId: string, step: number) => string;

/**
 * Codes of every roll call from one key of the installation, so that all nodes show and take the
 * same ones and none is kept anywhere: HMAC-SHA-256 over roll call and step, as in RFC 6238, under
 * a key that is made for this alone (HKDF, RFC 5869).
 */
export function createCheckInCodes(keyring: Keyring): DigitsOf {
	const installationKey = keyring.keys.get(keyring.currentId);
	if (installationKey === undefined) throw new Error('the current key is not in the keyring');
	const key = Buffer.from(hkdfSync('sha256', installationKey, '', 'facetrack check-in code', 32));
	return (rollCallId, step) => {
		const mac = createHmac('sha256', key).update(`${rollCallId}:${step}`).digest();
		return truncateToDigits(mac);
	};
}
