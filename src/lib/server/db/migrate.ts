import { Migrator, sql, type Kysely, type Migration, type MigrationProvider } from 'kysely';
import { StartupError } from '../errors';
import { explainConnectionError } from './client';
import type { Database } from './schema';

const files = import.meta.glob<string>('/migrations/*.sql', {
	query: '?raw',
	import: 'default',
	eager: true,
});

/** One file is one step: forward only, in plain SQL. */
class SqlFiles implements MigrationProvider {
	getMigrations(): Promise<Record<string, Migration>> {
		const steps = Object.entries(files).map(([path, text]): [string, Migration] => [
			path.replace(/^.*\/|\.sql$/g, ''),
			{
				up: async (db) => {
					await sql.raw(text).execute(db);
				},
			},
		]);
		return Promise.resolve(Object.fromEntries(steps));
	}
}

/**
 * Brings the database to the newest step. Kysely takes an advisory lock, so nodes that start
 * together wait for each other; all pending steps are one transaction, so a failed one leaves the
 * database as it was.
 *
 * @throws StartupError names the step that failed; or says what is wrong with DATABASE_URL, because
 *   this is the first query of a start
 */
export async function migrateToLatest(db: Kysely<Database>): Promise<void> {
	const migrator = new Migrator({ db, provider: new SqlFiles() });
	const { error, results } = await migrator.migrateToLatest();
	if (error === undefined) return;
	const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
	const unreachable = failed === undefined ? explainConnectionError(error) : null;
	if (unreachable) throw new StartupError(unreachable, { cause: error });
	const said = error instanceof Error ? error.message : 'unknown error';
	throw new StartupError(
		failed
			? `The step ${failed} of the database's migration failed (${said}); nothing was changed.`
			: `The database cannot be migrated (${said}): it may belong to a newer FaceTrack.`,
		{ cause: error },
	);
}
