/** Why a request was refused. A closed set: clients decide by the code, people read the message. */
export const ERROR_CODES = [
	'unauthenticated',
	'forbidden',
	'not-found',
	'invalid',
	'conflict',
	'closed',
	'bad-time',
	'too-late',
	'other-camera',
	'no-consent',
	'same-face',
	'other-face',
	'too-many',
	'outdated',
	'unavailable',
	'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The answer to every event that expects one. `errorId` names the log line of an internal error. */
export type Ack<T> =
	{ ok: true; data: T } | { ok: false; code: ErrorCode; message: string; errorId?: string };

export type AckCallback<T> = (answer: Ack<T>) => void;
