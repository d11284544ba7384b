import * as v from 'valibot';

/** Digits of a code: 10^8 of them, against a guess in the seconds that one holds. */
export const CODE_DIGITS = 8;

/** The code as somebody types it, with or without the gap that the display shows. */
export const CheckInCodeSchema = v.pipe(
	v.string(),
	v.transform((typed) => typed.replace(/[\s-]/gu, '')),
	v.regex(/^\d{8}$/),
);

/** A roll call's code of the moment, for its display. */
export interface CheckInCode {
	digits: string;
	/** When it changes, ms since 1970 by the server's clock. */
	renewsAt: number;
	/** The server's time now, in ms: a projector's clock may be off. */
	serverTime: number;
}
