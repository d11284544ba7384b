import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuild } from '../../scripts/lib/build.js';
import { plainEnv } from '../../scripts/lib/env.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Settings of the developer's own shell or .env file must not reach a test. */
const UNSET = {
	DATABASE_URL: '',
	ORIGIN: '',
	HOST: '',
	FACETRACK_KEY: '',
	TRUST_PROXY: '',
	TLS_CERT: '',
	TLS_KEY: '',
	// Any port that is free: the one 80 further on may be another test's.
	HTTP_PORT: '0',
};
const READY = /FaceTrack is ready: (\S+)/;
const START_MS = 60_000;
const STOP_MS = 20_000;

export interface RunningServer {
	/** `http://localhost:<port>`, or the first address that it says it is ready at. */
	readonly url: string;
	/** The one-time link that makes the first admin; null when the server printed none. */
	readonly adminLink: string | null;
	readonly pid: number;
	/** Sends the signal (SIGTERM) and waits; resolves to the exit code. */
	stop: (signal?: NodeJS.Signals) => Promise<number | null>;
	/** As `kill -9` does: nothing is cleaned up, and the data folder stays. */
	kill: () => Promise<void>;
	/** All that the server wrote so far. */
	output: () => string;
}

export interface EndedServer {
	readonly code: number | null;
	readonly output: string;
}

interface Options {
	/** Added to the environment; a DATA_DIR or DATABASE_URL here replaces the throw-away data folder. */
	env?: Record<string, string>;
	/** Behind `server.js`: `--lan`. */
	args?: string[];
	/** The folder whose server.js is started; the checkout by default. */
	root?: string;
}

/** Starts `server.js` on a free port with data of its own and waits until it is ready. */
export async function startServer(options: Options = {}): Promise<RunningServer> {
	const { child, output, ended, cleanUp } = await spawnServer(options);
	const ready = new Promise<string>((resolve) => {
		child.stdout.on('data', () => {
			const url = READY.exec(output())?.[1];
			if (url) resolve(url);
		});
	});
	const first = await Promise.race([ready, ended.then(() => null), timeout(START_MS)]);
	if (typeof first !== 'string') {
		child.kill('SIGKILL');
		await cleanUp();
		throw new Error(`The server did not get ready:\n${output()}`);
	}
	return {
		url: first,
		adminLink: /https?:\/\/[^/\s]+\/\S+/.exec(output())?.[0] ?? null,
		pid: child.pid ?? 0,
		output,
		async stop(signal = 'SIGTERM') {
			child.kill(signal);
			const code = await Promise.race([ended, timeout(STOP_MS)]);
			if (code === 'late') child.kill('SIGKILL');
			await cleanUp();
			if (code === 'late') throw new Error(`The server did not stop:\n${output()}`);
			return code;
		},
		async kill() {
			child.kill('SIGKILL');
			await ended;
		},
	};
}

/** Starts `server.js` where it must refuse to start, and waits for its end. */
export async function startRefusedServer(options: Options = {}): Promise<EndedServer> {
	const { child, output, ended, cleanUp } = await spawnServer(options);
	const code = await Promise.race([ended, timeout(START_MS)]);
	child.kill('SIGKILL');
	await cleanUp();
	if (code === 'late') throw new Error(`The server neither started nor ended:\n${output()}`);
	return { code, output: output() };
}

let built: Promise<unknown> | null = null;

/** Builds what is to be tested, once a test file; nothing to do where the whole run built it before. */
export function buildOnce(): Promise<unknown> {
	built ??= ensureBuild({ log: () => undefined });
	return built;
}

async function spawnServer({ env = {}, args = [], root = ROOT }: Options) {
	if (root === ROOT) await buildOnce();
	const dataDir = await mkdtemp(join(tmpdir(), 'facetrack-data-'));
	const child = spawn(process.execPath, ['server.js', ...args], {
		cwd: root,
		env: { ...plainEnv(), ...UNSET, PORT: String(await freePort()), DATA_DIR: dataDir, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let said = '';
	child.stdout.on('data', (chunk) => void (said += String(chunk)));
	child.stderr.on('data', (chunk) => void (said += String(chunk)));
	const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
	const endWithUs = (): void => void child.kill('SIGKILL');
	process.once('exit', endWithUs);
	void ended.then(() => process.removeListener('exit', endWithUs));
	return {
		child,
		ended,
		output: () => said,
		cleanUp: () => rm(dataDir, { recursive: true, force: true }),
	};
}

function timeout(ms: number): Promise<'late'> {
	return new Promise((resolve) => setTimeout(() => resolve('late'), ms).unref());
}

/** A port that nobody uses now. The system gives the next caller another one. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, () => {
			const address = probe.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			probe.close(() => resolve(port));
		});
	});
}
