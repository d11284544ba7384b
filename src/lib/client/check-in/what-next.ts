import type { CheckInRefusal } from '$lib/contract/check-in';

/**
 * What a student can do after a refusal. `again`: begin from the code. `wait`: the same, after some
 * time. `register`: make this phone the one that signs. `passkey`: make one. `reload`: the page is too old. `teacher-first`:
 * again, once the teacher has done something. `teacher`: nothing that a phone could do.
 */
export type WhatNext =
	'again' | 'wait' | 'register' | 'passkey' | 'reload' | 'teacher-first' | 'teacher';

const NEXT: Record<CheckInRefusal, WhatNext> = {
	'wrong-code': 'again',
	'nonce-unknown': 'again',
	'nonce-used': 'again',
	'nonce-expired': 'again',
	clock: 'again',
	'bad-vectors': 'again',
	replayed: 'again',
	liveness: 'again',
	'no-match': 'again',
	'too-many': 'wait',
	'no-device': 'register',
	'device-revoked': 'register',
	'no-passkey': 'passkey',
	'passkey-counter': 'passkey',
	'bad-passkey': 'again',
	'passkey-unverified': 'again',
	'bad-signature': 'reload',
	outdated: 'reload',
	'not-open': 'teacher',
	'not-member': 'teacher',
	'by-phone-off': 'teacher',
	'device-waits': 'teacher-first',
	'passkey-waits': 'teacher-first',
	'passkey-address': 'teacher',
	'shared-device': 'teacher',
	'not-enrolled': 'teacher-first',
	'face-unconfirmed': 'teacher-first',
	'taken-back': 'teacher',
	'marked-otherwise': 'teacher',
};

/** @see WhatNext */
export function whatNext(refusal: CheckInRefusal): WhatNext {
	return NEXT[refusal];
}

/** Seconds until an instant (ms since 1970), whole and never negative. */
export function secondsUntil(instant: number, now: number): number {
	return Math.max(0, Math.ceil((instant - now) / 1000));
}

/** "2:05" */
export function asClock(seconds: number): string {
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
