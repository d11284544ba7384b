import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Log } from '../log';
import type { Runner } from './embedded-binaries';

const run = promisify(execFile);

const POLL_MS = 50;
/** A fast shutdown writes a checkpoint; a slow disk may need seconds for it. */
const STOP_MS = 20_000;

export interface PostgresProcess {
	stop(): Promise<void>;
}

export interface LaunchFailure {
	reason: string;
	/** Worth another try: the port was taken meanwhile, or the dead server's memory is not yet free. */
	passing: boolean;
}

/**
 * Starts the server and waits until it takes connections. It gets a process group of its own, so
 * that Ctrl-C in the terminal reaches it only through our own shutdown, after the last request.
 */
export function launch(options: {
	cluster: string;
	program: string;
	port: number;
	runner: Runner;
	log: Log;
	durable: boolean;
}): Promise<{ server: PostgresProcess } | LaunchFailure> {
	const { runner, log } = options;
	const { file, args } = runner.command(options.program, serverFlags(options));
	const child = spawn(file, args, {
		...runner.options,
		cwd: '/',
		detached: process.platform !== 'win32',
		windowsHide: true,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const killWithUs = (): void => void child.kill('SIGINT');
	process.once('exit', killWithUs);
	const exited = new Promise<void>((resolve) => {
		child.once('error', () => resolve());
		child.once('exit', () => resolve());
	}).finally(() => process.removeListener('exit', killWithUs));
	return new Promise((resolve) => {
		let said = '';
		createInterface({ input: child.stderr }).on('line', (line) => {
			log.debug({ postgres: line });
			if (/FATAL|ERROR|could not/.test(line)) said += `${line}\n`;
			if (line.includes('database system is ready to accept connections')) {
				resolve({ server: { stop: () => stop(child, exited, log) } });
			}
		});
		child.once('error', (error) => resolve({ reason: error.message, passing: false }));
		// 'close' comes after the last line of stderr, 'exit' may come before it.
		child.once('close', (code) => resolve(failure(said, code)));
	});
}

function serverFlags(options: { cluster: string; port: number; durable: boolean }): string[] {
	const { cluster, port, durable } = options;
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=60'];
	if (!durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
	return ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
}

function failure(said: string, code: number | null): LaunchFailure {
	const fatal = said.split('\n').findLast((line) => line.includes('FATAL'));
	return {
		reason: fatal?.replace(/^.*FATAL:\s*/, '') ?? `it ended with code ${code ?? 'none'}`,
		passing: /could not bind|could not create any TCP|shared memory block/.test(said),
	};
}

async function stop(child: ChildProcess, exited: Promise<void>, log: Log): Promise<void> {
	// SIGINT is PostgreSQL's "fast shutdown": sessions end, a checkpoint is written.
	child.kill('SIGINT');
	const slow = setTimeout(() => {
		log.warn('the embedded database does not stop; ending it, it will recover at the next start');
		child.kill('SIGQUIT');
	}, STOP_MS);
	await exited;
	clearTimeout(slow);
}

/**
 * Puts right what a killed FaceTrack leaves in the database's folder: a server that still runs is
 * stopped cleanly; a pid file without its server is removed, also when another program has that
 * pid by now (PostgreSQL itself would refuse to start then).
 */
export async function stopLeftover(cluster: string, log: Log): Promise<void> {
	const file = join(cluster, 'postmaster.pid');
	const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n', 1)[0]);
	if (!Number.isInteger(pid) || pid <= 0) return;
	if (isAlive(pid) && (await commandOf(pid)).includes(cluster)) {
		log.info({ pid }, 'stopping the database that an earlier run left behind');
		await end(pid);
	}
	await rm(file, { force: true });
}

/** The port of the server that runs in a cluster's folder. @returns null when none does */
export async function runningPort(cluster: string): Promise<number | null> {
	const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split(
		'\n',
	);
	// PostgreSQL writes its process, its folder, its start and its port, a line each.
	const port = Number(lines[3]);
	return Number.isInteger(port) && port > 0 ? port : null;
}

async function end(pid: number): Promise<void> {
	for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
		const until = Date.now() + STOP_MS;
		try {
			process.kill(pid, signal);
		} catch {
			return;
		}
		while (Date.now() < until) {
			if (!isAlive(pid)) return;
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
		}
	}
}

/** Whether a process of that pid exists, whoever owns it. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

/**
 * What tells a process from a later one with the same pid: its start time.
 *
 * @returns null where the system does not tell
 */
export async function processIdentity(pid: number): Promise<string | null> {
	if (process.platform === 'win32') return null;
	if (process.platform !== 'linux') return psField(pid, 'lstart');
	const [status, boot] = await Promise.all([
		readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
		readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
	]);
	// Field 22, counted after the command's name, which may itself hold spaces and brackets.
	const started = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
	return started === undefined ? null : `${boot.trim()}/${started}`;
}

async function commandOf(pid: number): Promise<string> {
	if (process.platform === 'win32') return '';
	if (process.platform !== 'linux') return (await psField(pid, 'command')) ?? '';
	return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

async function psField(pid: number, field: string): Promise<string | null> {
	const result = await run('ps', ['-o', `${field}=`, '-p', String(pid)]).catch(() => null);
	return result?.stdout.trim() ?? null;
}
