import * as v from 'valibot';
import { ERROR_CODES, type Ack, type ErrorCode } from '$lib/contract/ack';

/** Why a request has no answer: the server's refusal, or no server in reach. */
export type RequestFailure = ErrorCode | 'offline' | 'timeout';

/** A request that was refused or not answered. `message` is the server's sentence, where there is one. */
export class RequestError extends Error {
	override readonly name = 'RequestError';

	constructor(
		readonly code: RequestFailure,
		message: string,
		/** Names the server's log line, for support. */
		readonly errorId: string | null = null,
	) {
		super(message);
	}

	/** Whether the same request may well succeed later, without anybody changing anything. */
	get passes(): boolean {
		return PASSING.has(this.code);
	}
}

const PASSING: ReadonlySet<RequestFailure> = new Set([
	'offline',
	'timeout',
	'too-many',
	'unavailable',
	'unauthenticated',
	'outdated',
]);

const RefusalSchema = v.object({
	ok: v.literal(false),
	code: v.picklist(ERROR_CODES),
	message: v.string(),
	errorId: v.optional(v.string()),
});

const EnvelopeSchema = v.variant('ok', [
	v.object({ ok: v.literal(true), data: v.unknown() }),
	RefusalSchema,
]);

/**
 * Opens an acknowledgement. The protocol version, agreed on in the handshake, vouches for the shape
 * of its data.
 * @throws RequestError with the server's code when it refused, `internal` when it is no
 * acknowledgement at all.
 */
export function openAck<T>(answer: Ack<T>): T {
	const envelope = v.safeParse(EnvelopeSchema, answer);
	if (!envelope.success) throw new RequestError('internal', 'unreadable acknowledgement');
	if (!answer.ok) throw refusalError(answer);
	return answer.data;
}

/** Reads the reason of a refused connection (`connect_error.data`), or null when it has none. */
export function readRefusal(data: unknown): RequestError | null {
	const refusal = v.safeParse(RefusalSchema, data);
	return refusal.success ? refusalError(refusal.output) : null;
}

function refusalError(refusal: { code: ErrorCode; message: string; errorId?: string }) {
	return new RequestError(refusal.code, refusal.message, refusal.errorId ?? null);
}
