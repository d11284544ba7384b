import { randomBytes } from 'node:crypto';
import type { ErrorCode } from '../contract/ack';

/**
 * The server cannot start. The message is one sentence for the terminal that says what is wrong and
 * what to do; no stack is shown with it.
 */
export class StartupError extends Error {
	override readonly name = 'StartupError';
}

/** A request was refused for a reason that the person may read: `message` is shown to them. */
export class AppError extends Error {
	override readonly name = 'AppError';

	constructor(
		readonly code: ErrorCode,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/** Refused for being asked too often. */
export class TooManyError extends AppError {
	constructor(
		message: string,
		/** When the next try is looked at. */
		readonly retryAfterSeconds: number,
	) {
		super('too-many', message);
	}
}

/**
 * A short id that ties the sentence a person sees to the line in the log: 10 characters without
 * look-alikes, so that it can be read out over the phone.
 */
export function errorId(): string {
	const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
	return Array.from(randomBytes(10), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
