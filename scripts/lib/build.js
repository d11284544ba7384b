import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainEnv } from './env.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STAMP = join(ROOT, 'build', 'sources.sha256');
const LOCK = join(ROOT, '.svelte-kit', 'build.lock');
const LOCK_POLL_MS = 300;
const FOLDERS = ['src', 'static', 'vite', 'migrations'];
const FILES = ['package-lock.json', 'svelte.config.js', 'tsconfig.json', 'vite.config.ts'];

/** The build failed; what the tools said stands above in the terminal. */
export class BuildError extends Error {
	/** @override */
	name = 'BuildError';
}

/**
 * A hash over the path and the content of every file that the build reads. Content and not times:
 * a fresh checkout or a restored backup has new times and the same sources.
 */
export async function hashSources() {
	const lists = await Promise.all(FOLDERS.map(filesBelow));
	const hash = createHash('sha256');
	for (const file of [...FILES, ...lists.flat()].sort()) {
		hash.update(`${file}\0`).update(await readFile(join(ROOT, file)));
	}
	return hash.digest('hex');
}

/** @param {string} folder */
async function filesBelow(folder) {
	const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }).catch(
		() => [],
	);
	return entries
		.filter((entry) => entry.isFile() && !entry.name.includes('.spec.'))
		.map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}

/**
 * Builds the application unless the build is there and made from exactly these sources.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<boolean>} whether it was built
 * @throws {BuildError}
 */
export async function ensureBuild({ log }) {
	if (await isBuilt()) return false;
	const unlock = await takeLock();
	try {
		// Whoever held the lock may just have built it.
		if (await isBuilt()) return false;
		log('Building the pages (only after a change)...');
		const sources = await hashSources();
		await viteBuild();
		await writeFile(STAMP, sources);
		return true;
	} finally {
		await unlock();
	}
}

async function isBuilt() {
	const stamp = await readFile(STAMP, 'utf8').catch(() => '');
	return stamp !== '' && stamp === (await hashSources());
}

/** Two builds at once would write into each other's output. A lock of a dead process is void. */
async function takeLock() {
	await mkdir(dirname(LOCK), { recursive: true });
	for (;;) {
		try {
			const handle = await open(LOCK, 'wx');
			await handle.writeFile(String(process.pid));
			await handle.close();
			return () => rm(LOCK, { force: true });
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		}
		const holder = Number(await readFile(LOCK, 'utf8').catch(() => '0'));
		if (holder > 0 && !isAlive(holder)) await rm(LOCK, { force: true });
		await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
	}
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

async function viteBuild() {
	const require = createRequire(import.meta.url);
	const vite = join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js');
	const child = spawn(process.execPath, [vite, 'build'], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...plainEnv(), NODE_ENV: 'production' },
	});
	// What the tools say matters only when they fail.
	let said = '';
	child.stdout.on('data', (chunk) => void (said += String(chunk)));
	child.stderr.on('data', (chunk) => void (said += String(chunk)));
	const forward = () => void child.kill('SIGTERM');
	process.once('SIGTERM', forward);
	/** @type {[number | null, NodeJS.Signals | null]} */
	const [code, signal] = await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (...result) => resolve(result));
	});
	process.removeListener('SIGTERM', forward);
	if (signal) process.exit(0);
	if (code !== 0) {
		console.error(said);
		throw new BuildError(
			'The pages could not be built (the reason stands above): run `npm ci` and try again.',
		);
	}
}
