import { createHmac } from 'node:crypto';
import { truncateToDigits } from '../domain/check-in-code';
import { deriveKey } from './derived-key';
import type { Keyring } from './keyring';

/** The digits of a roll call's code at a step (domain/check-in-code.ts). */
export type DigitsOf = (rollCallId: string, step: number) => string;

/**
 * Codes of every roll call from one key of the installation, so that all nodes show and take the
 * same ones and none is kept anywhere: HMAC-SHA-256 over roll call and step, as in RFC 6238, under
 * a key that is made for this alone.
 */
export function createCheckInCodes(keyring: Keyring): DigitsOf {
	const key = deriveKey(keyring, 'facetrack check-in code');
	return (rollCallId, step) => {
		const mac = createHmac('sha256', key).update(`${rollCallId}:${step}`).digest();
		return truncateToDigits(mac);
	};
}
