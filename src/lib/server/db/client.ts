import { Kysely } from 'kysely';
import { PostgresJSDialect } from 'kysely-postgres-js';
import postgres from 'postgres';
import type { Database } from './schema';

export interface DatabaseClient {
	readonly db: Kysely<Database>;
	/** For what Kysely has no words for: LISTEN/NOTIFY, advisory locks. */
	readonly sql: postgres.Sql;
	readonly close: () => Promise<void>;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_S = 10;
const CLOSE_TIMEOUT_S = 5;
/** Longer lists of values hardly come twice in the same length: a plan of each would only pile up. */
const MAX_PREPARED_PARAMETERS = 64;

/**
 * A pool of connections to the database at `url`. Nothing is opened before the first query.
 *
 * @param url `postgres://user:password@host:port/database`
 */
export function createDatabase(url: string): DatabaseClient {
	const sql = postgres(url, {
		max: POOL_SIZE,
		connect_timeout: CONNECT_TIMEOUT_S,
		onnotice: () => undefined,
		connection: { application_name: 'facetrack' },
	});
	const db = new Kysely<Database>({ dialect: new PostgresJSDialect({ postgres: preparing(sql) }) });
	return { db, sql, close: () => sql.end({ timeout: CLOSE_TIMEOUT_S }) };
}

/**
 * The pool, for Kysely: its dialect sends every statement unprepared, which is a second round trip
 * to learn the parameters' types, and parsing and planning each time. Prepared, a connection does
 * that once for each text of a statement.
 */
function preparing(sql: postgres.Sql): postgres.Sql {
	return new Proxy(sql, {
		get(target, name, receiver) {
			if (name === 'reserve') return () => target.reserve().then(preparingOn);
			return Reflect.get(target, name, receiver) as unknown;
		},
	});
}

function preparingOn(connection: postgres.ReservedSql): postgres.ReservedSql {
	const unsafe = connection.unsafe.bind(connection);
	connection.unsafe = (query, parameters = []) =>
		unsafe(query, parameters, { prepare: parameters.length <= MAX_PREPARED_PARAMETERS });
	return connection;
}

/**
 * What a failed connection means for whoever wrote DATABASE_URL, in one sentence without the
 * password.
 *
 * @returns null when the error is not about the connection
 */
export function explainConnectionError(error: unknown): string | null {
	const { code, address, port, hostname, message } = fields(error);
	const place = address ? `${address}:${port}` : 'the host of DATABASE_URL';
	switch (code) {
		case 'ECONNREFUSED':
			return `No PostgreSQL answers at ${place}: start it, or correct DATABASE_URL.`;
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return `The host ${hostname} of DATABASE_URL is not known: correct the name.`;
		case 'CONNECT_TIMEOUT':
		case 'ETIMEDOUT':
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
		case 'CONNECTION_CLOSED':
			return `PostgreSQL at ${place} cannot be reached: check the network, or correct DATABASE_URL.`;
		case '28P01':
		case '28000':
			return `PostgreSQL lets nobody in with this DATABASE_URL (${message}): correct the user or the password in it.`;
		case '3D000':
			return `PostgreSQL does not have the database that DATABASE_URL names (${message}): create it, or correct the name.`;
		default:
			return null;
	}
}

function fields(error: unknown) {
	const source = typeof error === 'object' && error !== null ? error : {};
	const text = (name: string): string => {
		const value: unknown = Reflect.get(source, name);
		return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	};
	return {
		code: text('code'),
		address: text('address'),
		port: text('port'),
		hostname: text('hostname'),
		message: text('message'),
	};
}
