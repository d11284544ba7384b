import { PIPELINE_VERSION } from '$lib/contract/models';
import { messages } from '$lib/messages';
import { loadConfig, type Config } from '$lib/server/config';
import { loadKeyring } from '$lib/server/crypto/keyring';
import { createVault } from '$lib/server/crypto/vault';
import * as calibrations from '$lib/server/db/calibrations.repository';
import { createDatabase, explainConnectionError, type DatabaseClient } from '$lib/server/db/client';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '$lib/server/db/embedded';
import { migrateToLatest } from '$lib/server/db/migrate';
import * as references from '$lib/server/db/references.repository';
import * as school from '$lib/server/db/school.repository';
import { StartupError } from '$lib/server/errors';
import { createLog, type Log } from '$lib/server/log';
import { openLargeGallery } from '$lib/server/matching/large-gallery';
import { readModelIndex } from '$lib/server/models';
import {
	createCalibrationService,
	type CalibrationService,
} from '$lib/server/services/calibration';
import { readArguments, UsageError, type Request } from './arguments';

const EXIT = { done: 0, failed: 1, misused: 2, interrupted: 130 };
const text = messages.calibration;

/**
 * Runs the command that the arguments name, and prints what it finds.
 *
 * @param signal ends it early; nothing is changed then
 * @returns the exit code
 */
export async function calibrate(args: readonly string[], signal: AbortSignal): Promise<number> {
	try {
		const request = readArguments(args);
		if (request === 'help') console.log(text.terminal.usage);
		else for (const line of await answer(request, signal)) console.log(line);
		return EXIT.done;
	} catch (error) {
		if (signal.aborted) {
			console.error(text.terminal.stopped);
			return EXIT.interrupted;
		}
		console.error(explain(error));
		return error instanceof UsageError ? EXIT.misused : EXIT.failed;
	}
}

async function answer(request: Exclude<Request, 'help'>, signal: AbortSignal): Promise<string[]> {
	const config = loadConfig(process.env);
	const log = createLog('error');
	const database = await openDatabase(config, log);
	try {
		const { atTerminal } = await createService(config, log, database);
		if (request === 'reset') {
			await atTerminal.reset();
			return [text.resetDone];
		}
		return text.outcome(await atTerminal.run({ apply: request === 'apply', signal }));
	} finally {
		await database.close();
	}
}

/** The server's own database: beside it where it runs, started for the moment where it does not. */
async function openDatabase(config: Config, log: Log): Promise<DatabaseClient> {
	const { dataDir } = config;
	const running = config.databaseUrl ?? (await findEmbeddedPostgres(dataDir));
	if (running !== null) return createDatabase(running);
	const embedded = await startEmbeddedPostgres({ dataDir, log });
	const client = createDatabase(embedded.url);
	// Nobody else uses it: an older one is brought up to date as by a start of the server.
	await migrateToLatest(client.db);
	const close = () => client.close().finally(() => embedded.stop());
	return { ...client, close };
}

/** The one service, without the rest of the server: beside it, or in its place. */
async function createService(
	config: Config,
	log: Log,
	{ db }: DatabaseClient,
): Promise<CalibrationService> {
	const models = await readModelIndex();
	return createCalibrationService({
		db,
		calibrations,
		references,
		school,
		// A running server looks again by itself, within seconds.
		policies: { forget: () => undefined },
		openGallery: openLargeGallery,
		vault: createVault(await loadKeyring(config)),
		log,
		engine: models && { modelId: models.embedder.id, pipelineVersion: PIPELINE_VERSION },
		clock: () => new Date(),
	});
}

/** PostgreSQL's words for a table or column that is not there. */
const NOT_THERE = ['42P01', '42703'];

function explain(error: unknown): string {
	if (error instanceof UsageError || error instanceof StartupError) return error.message;
	const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
	if (NOT_THERE.includes(String(code))) return text.terminal.otherVersion;
	return (
		explainConnectionError(error) ?? (error instanceof Error ? (error.stack ?? '') : String(error))
	);
}
