import type { Ack } from '$lib/contract/ack';
import { messages } from '$lib/messages';
import { AppError, errorId } from '../errors';
import type { Log } from '../log';

export type Refusal = Extract<Ack<never>, { ok: false }>;

/** What the other end is told of an error. One that nobody foresaw becomes an id and a log line. */
export function toRefusal(error: unknown, log: Log, context: Record<string, unknown>): Refusal {
	if (error instanceof AppError) return { ok: false, code: error.code, message: error.message };
	const id = errorId();
	log.error({ ...context, errorId: id, err: error }, 'a socket event failed');
	return { ok: false, code: 'internal', message: messages.errors.internal, errorId: id };
}

/** An error for Socket.IO's connection middleware, which carries the refusal as its `data`. */
export class HandshakeError extends Error {
	override readonly name = 'HandshakeError';

	constructor(readonly data: Refusal) {
		super(data.message);
	}
}
