import * as v from 'valibot';
import { CheckInCodeSchema, CODE_DIGITS } from '$lib/contract/check-in-code';
import { IdSchema } from '$lib/contract/terms';

/** What a display's picture says: which roll call it is, and its code of the moment. */
export interface ScannedCode {
	rollCallId: string;
	code: string;
}

/**
 * Reads the address that a display shows as a picture. Of which host it is does not matter: a school's
 * server has several names, and nothing is opened, only the two values are taken to our own server.
 *
 * @returns null for any other picture
 */
export function readScanned(text: string): ScannedCode | null {
	if (!URL.canParse(text)) return null;
	const { pathname, searchParams } = new URL(text);
	return pathname.endsWith('/check-in') ? readAddress(searchParams) : null;
}

/** Reads what came with the page's own address; null where something is missing or misshapen. */
export function readAddress(parameters: URLSearchParams): ScannedCode | null {
	const rollCallId = v.safeParse(IdSchema, parameters.get('roll-call'));
	const code = v.safeParse(CheckInCodeSchema, parameters.get('code'));
	if (!rollCallId.success || !code.success) return null;
	return { rollCallId: rollCallId.output, code: code.output };
}

/** What was typed or pasted, as the display shows it: digits alone, a gap after four. */
export function groupDigits(typed: string): string {
	const digits = typed.replace(/\D/gu, '').slice(0, CODE_DIGITS);
	const half = CODE_DIGITS / 2;
	return digits.length > half ? `${digits.slice(0, half)} ${digits.slice(half)}` : digits;
}

/** The code, once all of its digits are there; null before. */
export function completeCode(typed: string): string | null {
	const parsed = v.safeParse(CheckInCodeSchema, typed);
	return parsed.success ? parsed.output : null;
}
