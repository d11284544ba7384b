import type { RegisteredDevice } from '$lib/contract/devices';

/**
 * Why a phone cannot sign. `waits`: for staff. `unregistered`: another one signs, or this one does not
 * any more, and the student can ask for it. `forgotten`, `revoked`: the same, and who took it out of
 * use. Where a passkey is asked for: `no-passkey`, none yet. `passkey-unsupported`, and none can be
 * made. `passkey-waits`: for staff. `passkey-address`: it does not work at this page's address.
 */
export type PhoneHold =
	| 'waits'
	| 'unregistered'
	| 'forgotten'
	| 'revoked'
	| 'no-passkey'
	| 'passkey-unsupported'
	| 'passkey-waits'
	| 'passkey-address';

/**
 * @param standing null while it is not known: then the check-in itself says what is wrong
 * @param asked whether a passkey is, and whether this browser can make one
 */
export function holdOf(
	standing: RegisteredDevice | null,
	asked: { passkey: boolean; canMakePasskeys: boolean },
): PhoneHold | null {
	if (standing === null) return null;
	const { state, revokedBecause, passkey, passkeyProblem } = standing;
	if (state === 'asked') return 'waits';
	if (state === 'none') return 'unregistered';
	if (state === 'revoked') {
		const isTold = revokedBecause === 'forgotten' || revokedBecause === 'revoked';
		return isTold ? revokedBecause : 'unregistered';
	}
	if (!asked.passkey) return null;
	if (passkeyProblem !== null) return 'passkey-address';
	if (passkey === 'asked') return 'passkey-waits';
	if (passkey !== 'none') return null;
	return asked.canMakePasskeys ? 'no-passkey' : 'passkey-unsupported';
}
