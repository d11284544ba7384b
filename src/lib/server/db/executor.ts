import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema';

/** The database or a transaction on it: repositories take either as their first argument. */
export type Db = Kysely<Database>;

/** Where only a transaction will do: rows are locked until it ends. */
export type Trx = Transaction<Database>;
