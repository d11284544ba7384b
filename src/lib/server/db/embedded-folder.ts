import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { StartupError } from '../errors';
import type { Log } from '../log';
import type { Binaries, Runner } from './embedded-binaries';
import { isAlive, processIdentity } from './embedded-process';

const run = promisify(execFile);

export const SUPERUSER = 'facetrack';

/**
 * Makes the data folder and proves that it can be written.
 *
 * @throws StartupError it cannot
 */
export async function ensureFolder(dataDir: string): Promise<void> {
	try {
		// Root's PostgreSQL runs as another user, who must pass through; the files are 0600.
		await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
		const probe = join(dataDir, `.probe-${process.pid}`);
		await writeFile(probe, '');
		await rm(probe);
	} catch (cause) {
		throw new StartupError(
			`The data folder ${dataDir} cannot be written (${reason(cause)}): change its permissions, or set DATA_DIR to another folder.`,
			{ cause },
		);
	}
}

function reason(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

const LOCK = 'facetrack.lock';
const LockSchema = v.pipe(
	v.string(),
	v.parseJson(),
	v.object({ pid: v.number(), identity: v.nullable(v.string()) }),
);

/**
 * Takes the folder for this process. A lock whose process is gone (kill -9, a crash, a restart of the
 * machine) is taken over; its pid is compared together with the process's start time, because a pid
 * is used again.
 *
 * @throws StartupError a living FaceTrack holds it
 */
export async function lockFolder(dataDir: string): Promise<{ release(): Promise<void> }> {
	const file = join(dataDir, LOCK);
	const own = JSON.stringify({ pid: process.pid, identity: await processIdentity(process.pid) });
	for (;;) {
		try {
			const handle = await open(file, 'wx', 0o600);
			await handle.writeFile(own);
			await handle.close();
			return { release: () => rm(file, { force: true }) };
		} catch (error) {
			if (reason(error) !== 'EEXIST') throw error;
		}
		const holder = await findHolder(dataDir);
		if (holder !== null) {
			throw new StartupError(
				`Another FaceTrack (process ${holder.pid}) already uses ${dataDir}: stop it first, or set DATA_DIR to another folder.`,
			);
		}
		await rm(file, { force: true });
	}
}

/** The living FaceTrack that uses the folder, if it is another process than this one. */
export async function findHolder(dataDir: string): Promise<{ pid: number } | null> {
	const file = join(dataDir, LOCK);
	const lock = v.safeParse(LockSchema, await readFile(file, 'utf8').catch(() => ''));
	return lock.success && (await isHeld(lock.output)) ? lock.output : null;
}

async function isHeld(lock: { pid: number; identity: string | null }): Promise<boolean> {
	if (lock.pid === process.pid || !isAlive(lock.pid)) return false;
	return lock.identity === (await processIdentity(lock.pid));
}

/**
 * The password of the embedded database: random, in a file that only this user may read.
 *
 * @returns base64url, safe inside an address
 */
export async function ensurePassword(dataDir: string): Promise<string> {
	const file = join(dataDir, 'postgres.password');
	try {
		return (await readFile(file, 'utf8')).trim();
	} catch (error) {
		if (reason(error) !== 'ENOENT') throw error;
	}
	if (await exists(join(dataDir, 'postgres', 'PG_VERSION'))) {
		throw new StartupError(
			`The database in ${dataDir} is there, but its password file ${file} is missing: restore it from your backup.`,
		);
	}
	const password = randomBytes(24).toString('base64url');
	await writeFile(file, `${password}\n`, { mode: 0o600 });
	return password;
}

async function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}

/**
 * Makes the database's files when there are none: beside their place, then renamed into it, so that
 * a start that is cut off leaves nothing half-made behind.
 *
 * @throws StartupError initdb failed, or the files are of another major version of PostgreSQL
 */
export async function ensureCluster(options: {
	dataDir: string;
	cluster: string;
	password: string;
	binaries: Binaries;
	runner: Runner;
	log: Log;
}): Promise<void> {
	const { dataDir, cluster, password, binaries, runner, log } = options;
	const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
	if (version !== null) return checkVersion(version.trim(), cluster, binaries);
	const fresh = `${cluster}.new`;
	const passwordFile = join(dataDir, 'initdb.password');
	await rm(fresh, { recursive: true, force: true });
	await mkdir(fresh, { mode: 0o700 });
	await writeFile(passwordFile, password, { mode: 0o600 });
	if (runner.owner) {
		await chown(fresh, runner.owner.uid, runner.owner.gid);
		await chown(passwordFile, runner.owner.uid, runner.owner.gid);
	}
	try {
		const { file, args } = runner.command(binaries.initdb, initdbFlags(fresh, passwordFile));
		const { stdout } = await run(file, args, { ...runner.options, cwd: '/' });
		log.debug({ initdb: stdout }, 'made the database files');
		await rename(fresh, cluster);
	} catch (cause) {
		throw new StartupError(
			`The embedded database could not be made in ${cluster} (${lastLine(cause)}): free some space or set DATA_DIR to another folder, or set DATABASE_URL.`,
			{ cause },
		);
	} finally {
		await rm(passwordFile, { force: true });
	}
}

function initdbFlags(cluster: string, passwordFile: string): string[] {
	return [
		`--pgdata=${cluster}`,
		`--username=${SUPERUSER}`,
		`--pwfile=${passwordFile}`,
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		// Names sort by the rules of Unicode on every system, whatever locales it has.
		'--locale=C',
		'--locale-provider=icu',
		'--icu-locale=und',
	];
}

async function checkVersion(found: string, cluster: string, binaries: Binaries): Promise<void> {
	const { stdout } = await run(binaries.postgres, ['--version']);
	const brought = /(\d+)/.exec(stdout)?.[1];
	if (found === brought) return;
	throw new StartupError(
		`The database in ${cluster} was made by PostgreSQL ${found}, but this FaceTrack brings PostgreSQL ${brought ?? '?'}: restore a dump of it with the new version, or go back to the old one.`,
	);
}

function lastLine(error: unknown): string {
	const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
	return said.trim().split('\n').at(-1) ?? '';
}
