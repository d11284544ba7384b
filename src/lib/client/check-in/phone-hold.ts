import type { RegisteredDevice } from '$lib/contract/check-in';

/**
 * Why a phone cannot sign. `waits`: for staff. `unregistered`: another one signs, or this one does not
 * any more, and the student can ask for it.
 */
export type PhoneHold = 'waits' | 'unregistered';

/** @param state null while it is not known: then the check-in itself says what is wrong */
export function holdOf(state: RegisteredDevice['state'] | null): PhoneHold | null {
	if (state === 'asked') return 'waits';
	return state === 'none' || state === 'revoked' ? 'unregistered' : null;
}
