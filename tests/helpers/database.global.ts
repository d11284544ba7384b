import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded';
import { createLog } from '../../src/lib/server/log';

declare module 'vitest' {
	interface ProvidedContext {
		/** Address of the run's own PostgreSQL, any database of which a test may make and drop. */
		databaseServer: string;
	}
}

/** One embedded PostgreSQL for the whole run, in a folder of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const dataDir = await mkdtemp(join(tmpdir(), 'facetrack-test-'));
	const embedded = await startEmbeddedPostgres({
		dataDir,
		log: createLog('silent'),
		durable: false,
	});
	project.provide('databaseServer', embedded.url);
	return async () => {
		await embedded.stop();
		await rm(dataDir, { recursive: true, force: true });
	};
}
