import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { createDatabase, type DatabaseClient } from '../../src/lib/server/db/client';
import { migrateToLatest } from '../../src/lib/server/db/migrate';

const TEMPLATE = 'facetrack_template';
/** Any number: test files that start together make the template once. */
const TEMPLATE_LOCK = 7_160_401;

export interface TestDatabase extends DatabaseClient {
	readonly url: string;
	readonly drop: () => Promise<void>;
}

/**
 * A fresh database with every migration applied, copied from a template that is migrated once a run,
 * on the run's shared server.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
	const { url, drop } = await createEmptyDatabase(await template());
	const client = createDatabase(url);
	return {
		...client,
		url,
		async drop() {
			await client.close();
			await drop();
		},
	};
}

/** A database of its own on the run's server: empty, or a copy of another. */
export async function createEmptyDatabase(
	copyOf = 'template0',
): Promise<{ url: string; drop: () => Promise<void> }> {
	const name = `test_${randomBytes(6).toString('hex')}`;
	await admin((sql) => sql`create database ${sql(name)} template ${sql(copyOf)}`);
	return {
		url: address(name),
		drop: () =>
			admin(async (sql) => {
				await sql`drop database if exists ${sql(name)} with (force)`;
			}),
	};
}

let ready: Promise<string> | null = null;

function template(): Promise<string> {
	ready ??= admin(async (sql) => {
		await sql`select pg_advisory_lock(${TEMPLATE_LOCK})`;
		const [found] = await sql`select datistemplate from pg_database where datname = ${TEMPLATE}`;
		if (!found?.datistemplate) await makeTemplate(sql);
		return TEMPLATE;
	});
	return ready;
}

async function makeTemplate(sql: postgres.Sql): Promise<void> {
	await sql`drop database if exists ${sql(TEMPLATE)}`;
	await sql`create database ${sql(TEMPLATE)} template template0`;
	const client = createDatabase(address(TEMPLATE));
	await migrateToLatest(client.db);
	await client.close();
	// The mark that it is complete, whoever looks next.
	await sql`alter database ${sql(TEMPLATE)} is_template true`;
}

function address(database: string): string {
	const url = new URL(inject('databaseServer'));
	url.pathname = `/${database}`;
	return url.href;
}

async function admin<T>(work: (sql: postgres.Sql) => PromiseLike<T>): Promise<T> {
	const sql = postgres(address('postgres'), { max: 1, onnotice: () => undefined });
	try {
		return await work(sql);
	} finally {
		await sql.end();
	}
}
