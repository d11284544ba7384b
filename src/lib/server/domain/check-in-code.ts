import { CODE_DIGITS } from '$lib/contract/check-in-code';

/** A code that is passed on to a friend outside is worth nothing after this long. */
export const CODE_PERIOD_MS = 15_000;
/** Typed at the last moment, it still has to travel. */
const GRACE_MS = 1_000;

/** Which code holds at an instant (ms): they are counted, as in RFC 6238. */
export function codeStep(now: number): number {
	return Math.floor(now / CODE_PERIOD_MS);
}

/** When the code of an instant gives way to the next one, in ms. */
export function codeRenewsAt(now: number): number {
	return (codeStep(now) + 1) * CODE_PERIOD_MS;
}

/** The steps whose codes are taken at an instant: the one that holds, and the one that just held. */
export function acceptedSteps(now: number): number[] {
	const step = codeStep(now);
	const before = codeStep(now - GRACE_MS);
	return before === step ? [step] : [step, before];
}

/**
 * The digits that stand for a message's authentication code: dynamic truncation of RFC 4226, 5.3.
 * @param mac at least 20 bytes
 */
export function truncateToDigits(mac: Uint8Array): string {
	const offset = (mac.at(-1) ?? 0) & 0xf;
	const view = new DataView(mac.buffer, mac.byteOffset, mac.byteLength);
	const number = view.getUint32(offset) & 0x7fff_ffff;
	return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, '0');
}
