// Protects: every migration runs on an empty database, a second run changes nothing, and tests get
// databases that do not see each other.
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../src/lib/server/db/client';
import { migrateToLatest } from '../../src/lib/server/db/migrate';
import { createEmptyDatabase, createTestDatabase } from '../helpers/database';

const cleanUp: Array<() => Promise<void>> = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

async function tables(db: ReturnType<typeof createDatabase>['db']): Promise<string[]> {
	const { rows } = await sql<{ name: string }>`
		select table_name as name from information_schema.tables where table_schema = 'public'
	`.execute(db);
	return rows.map(({ name }) => name);
}

describe('migrateToLatest', () => {
	it('makes the tables once, also when two nodes start together', async () => {
		const { url, drop } = await createEmptyDatabase();
		const [one, two] = [createDatabase(url), createDatabase(url)];
		cleanUp.push(drop, one.close, two.close);
		await Promise.all([migrateToLatest(one.db), migrateToLatest(two.db)]);
		await migrateToLatest(one.db);
		expect(await tables(one.db)).toEqual(expect.arrayContaining(['school', 'users', 'sessions']));
		const schools = await one.db.selectFrom('school').selectAll().execute();
		expect(schools).toHaveLength(1);
	});

	it.each([
		[
			'a port where nothing listens',
			(url: URL) => void (url.port = '1'),
			/No PostgreSQL answers at/,
		],
		['a wrong password', (url: URL) => void (url.password = 'wrong'), /lets nobody in/],
		[
			'a missing database',
			(url: URL) => void (url.pathname = '/nowhere'),
			/"nowhere" does not exist/,
		],
		[
			'an unknown host',
			(url: URL) => void (url.hostname = 'db.invalid'),
			/host db\.invalid .* not known/,
		],
	])('says what to do about %s', async (_case, spoil, sentence) => {
		const { url, drop } = await createEmptyDatabase();
		const wrong = new URL(url);
		spoil(wrong);
		const client = createDatabase(wrong.href);
		cleanUp.push(drop, client.close);
		const failure = migrateToLatest(client.db);
		await expect(failure).rejects.toThrow(sentence);
		await expect(failure).rejects.toMatchObject({ name: 'StartupError' });
	});
});

describe('createTestDatabase', () => {
	it('gives each test a database of its own', async () => {
		const [one, two] = [await createTestDatabase(), await createTestDatabase()];
		cleanUp.push(one.drop, two.drop);
		await one.db.updateTable('school').set({ name: 'Only here' }).execute();
		const { name } = await two.db.selectFrom('school').select('name').executeTakeFirstOrThrow();
		expect(name).not.toBe('Only here');
	});
});
