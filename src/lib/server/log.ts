import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './config';

export type Log = Logger;

/** Never written, wherever in a logged object they stand (to the third level). */
const SECRETS = [
	'cookie',
	'set-cookie',
	'authorization',
	'password',
	'token',
	'sessionId',
	'inviteToken',
	'key',
	'vector',
	'vectors',
	'reference',
	'references',
	'databaseUrl',
	'smtp',
	'encryptionKey',
];

const nested = (name: string): string[] => {
	const field = /^\w+$/.test(name) ? name : null;
	const at = (depth: string): string => (field ? `${depth}.${field}` : `${depth}["${name}"]`);
	return [field ?? `["${name}"]`, at('*'), at('*.*')];
};

/**
 * The log: one JSON line an event on standard output. Cookies, tokens, passwords, keys and face
 * vectors are replaced by `[secret]` before a line is written.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
	const options = {
		level,
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		redact: { paths: SECRETS.flatMap(nested), censor: '[secret]' },
	};
	return destination ? pino(options, destination) : pino(options);
}
