import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';

const run = promisify(execFile);
const INSTALL_MS = 10 * 60_000;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

const FIXED_PLACES = [
	'/usr/bin/chromium',
	'/snap/bin/chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @param {string} file */
function isExecutable(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/**
 * A Chromium on this machine: the one that CHROMIUM_PATH names, else one on the PATH or at its usual
 * place, else the one that Playwright downloaded earlier.
 *
 * @returns {string | null} the path of the executable
 */
export function findChromium() {
	const named = process.env.CHROMIUM_PATH;
	if (named) return isExecutable(named) ? named : null;
	const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
	const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...onPath, ...FIXED_PLACES, chromium.executablePath()].find(isExecutable) ?? null;
}

/**
 * Flags that keep the browser quiet (no update checks, no background traffic), and that let it run
 * as root, where Chromium refuses to start its sandbox.
 *
 * @returns {string[]}
 */
export function chromiumArguments() {
	return [
		'--disable-gpu',
		'--disable-quic',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--no-first-run',
		...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
	];
}

/**
 * A Chromium that really starts: one that is installed, else Playwright's own, else the system's
 * package when this is root on a Debian-like system.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<string>} the path of the executable
 * @throws {Error} one sentence that says what to install
 */
export async function ensureChromium({ log }) {
	/** @type {Array<[string, () => Promise<unknown>]>} */
	const ways = [
		['Downloading the Chromium of Playwright...', installByPlaywright],
		['Installing the chromium package of this system...', installByApt],
	];
	if (startsUp(findChromium())) return String(findChromium());
	for (const [line, install] of ways) {
		if (process.env.CHROMIUM_PATH) break;
		log(line);
		await install().catch(() => log('That did not work.'));
		if (startsUp(findChromium())) return String(findChromium());
	}
	throw new Error(
		process.env.CHROMIUM_PATH
			? `CHROMIUM_PATH names ${process.env.CHROMIUM_PATH}, which does not start: correct it.`
			: 'The browser tests need Chromium: install the package chromium (or Google Chrome), or set CHROMIUM_PATH to one.',
	);
}

/** @param {string | null} file */
function startsUp(file) {
	return file !== null && spawnSync(file, ['--version'], { timeout: 30_000 }).status === 0;
}

async function installByPlaywright() {
	const require = createRequire(import.meta.url);
	const cli = join(dirname(require.resolve('playwright/package.json')), 'cli.js');
	await run(process.execPath, [cli, 'install', 'chromium'], {
		timeout: INSTALL_MS,
		env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000', ...process.env },
	});
}

async function installByApt() {
	if (process.getuid?.() !== 0) throw new Error('only root installs packages');
	await run('apt-get', ['update'], { timeout: INSTALL_MS });
	await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
		timeout: INSTALL_MS,
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
	});
}
