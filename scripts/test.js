// `npm test`: every check and every test, then one line that counts them all.
// `npm test -- unit lint` runs only those, with what they need.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareModels } from '../models/prepare.js';
import { ensureBuild } from './lib/build.js';
import { ensureChromium } from './lib/chromium.js';
import { runAll, runCommand, signalAll } from './lib/jobs.js';
import { assertNodeVersion } from './lib/node-version.js';
import { oneCheck, playwrightCounts, vitestCounts } from './lib/results.js';

assertNodeVersion();

/** @typedef {import('./lib/jobs.js').Outcome} Outcome */
/** @typedef {{ name: string, needs: string[], alone?: boolean, run: () => Promise<{ counts: Outcome, output: string }> }} Job */

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const STOP_MS = 15_000;
const LANES = 2;
const scratch = await mkdtemp(join(tmpdir(), 'facetrack-run-'));

/** @param {string} name a program of node_modules/.bin, by the file behind it */
const tool = (name) => join(ROOT, 'node_modules', name);

/** @param {string} file @param {string[]} args @returns {Job['run']} */
const check = (file, args) => async () => {
	const { code, output } = await runCommand(process.execPath, [tool(file), ...args], {
		cwd: ROOT,
		show: false,
	});
	return { counts: oneCheck(code === 0), output };
};

/** @param {() => Promise<unknown>} work @returns {Job['run']} */
const step = (work) => async () => {
	try {
		await work();
		return { counts: oneCheck(true), output: '' };
	} catch (error) {
		const known = error instanceof Error && error.name.endsWith('Error');
		return { counts: oneCheck(false), output: known ? error.message : String(error) };
	}
};

/** @param {string} project @param {boolean} show @returns {Job['run']} */
const vitest = (project, show) => async () => {
	const file = join(scratch, `${project}.json`);
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
	const { code, output } = await runCommand(
		process.execPath,
		[tool('vitest/vitest.mjs'), 'run', '--project', project, ...reporters],
		{ cwd: ROOT, show },
	);
	return { counts: await vitestCounts(file, code), output };
};

/** @param {string} project @returns {Job['run']} */
const playwright = (project) => async () => {
	const file = join(scratch, `${project}.json`);
	const { code, output } = await runCommand(
		process.execPath,
		[tool('playwright/cli.js'), 'test', '--project', project],
		{ cwd: ROOT, show: true, env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
	);
	return { counts: await playwrightCounts(file, code), output };
};

const quiet = { log: () => undefined };

/** @type {Job[]} */
const JOBS = [
	{ name: 'sync', needs: [], alone: true, run: check('@sveltejs/kit/svelte-kit.js', ['sync']) },
	{ name: 'models', needs: ['sync'], run: step(() => prepareModels(quiet)) },
	{ name: 'build', needs: ['sync', 'models'], run: step(() => ensureBuild(quiet)) },
	{ name: 'unit', needs: ['models'], run: vitest('unit', false) },
	// The build rewrites the generated types that linter and type check read, so they wait for it.
	{
		name: 'lint',
		needs: ['sync', 'build'],
		// No cache: with type-aware rules, a file's verdict changes when another file does.
		run: check('eslint/bin/eslint.js', ['.']),
	},
	{ name: 'format', needs: ['sync'], run: check('prettier/bin/prettier.cjs', ['--check', '.']) },
	{
		name: 'types',
		needs: ['sync', 'build'],
		run: check('svelte-check/bin/svelte-check', [
			'--tsconfig',
			'./tsconfig.json',
			'--fail-on-warnings',
			'--output',
			'human',
		]),
	},
	{
		name: 'integration',
		needs: ['models', 'build'],
		alone: true,
		run: vitest('integration', true),
	},
	{
		name: 'chromium',
		needs: ['sync'],
		run: step(async () => {
			process.env.CHROMIUM_PATH = await ensureChromium({ log: console.log });
		}),
	},
	{ name: 'browser', needs: ['models', 'chromium'], alone: true, run: playwright('browser') },
	{ name: 'e2e', needs: ['models', 'build', 'chromium'], alone: true, run: playwright('e2e') },
];

/** @param {string[]} names @returns {Job[]} the jobs of these names with all that they need */
function choose(names) {
	if (names.length === 0) return JOBS;
	const unknown = names.filter((name) => !JOBS.some((job) => job.name === name));
	if (unknown.length > 0) {
		console.error(
			`There is no ${unknown.join(', ')}; there are: ${JOBS.map(({ name }) => name).join(', ')}.`,
		);
		process.exit(1);
	}
	const chosen = new Set(names);
	// A Set takes what is added while it is walked through.
	for (const name of chosen) {
		for (const need of JOBS.find((job) => job.name === name)?.needs ?? []) chosen.add(need);
	}
	return JOBS.filter(({ name }) => chosen.has(name));
}

const total = { passed: 0, failed: 0, skipped: 0 };

/** @param {Job} job @param {string | null} missing */
async function run(job, missing) {
	const begin = Date.now();
	if (!missing) console.log(`${job.name}...`);
	const { counts, output } = missing
		? { counts: oneCheck(false), output: `Not run, because ${missing} failed.` }
		: await job.run();
	total.passed += counts.passed;
	total.failed += counts.failed;
	total.skipped += counts.skipped;
	const passed = counts.failed === 0;
	const seconds = ((Date.now() - begin) / 1000).toFixed(1);
	if (!passed && output) console.log(output.trimEnd());
	console.log(
		`${passed ? 'ok  ' : 'FAIL'} ${job.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`,
	);
	return passed;
}

/** @param {NodeJS.Signals} signal */
async function stopAll(signal) {
	console.log(`\n${signal}: stopping the tests.`);
	const until = Date.now() + STOP_MS;
	while (signalAll('SIGINT') > 0 && Date.now() < until) {
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
	signalAll('SIGKILL');
	await rm(scratch, { recursive: true, force: true });
	process.exit(130);
}
process.once('SIGINT', (signal) => void stopAll(signal));
process.once('SIGTERM', (signal) => void stopAll(signal));

const begin = Date.now();
await runAll(choose(process.argv.slice(2)), LANES, run);
await rm(scratch, { recursive: true, force: true });
console.log(`All of it took ${Math.round((Date.now() - begin) / 1000)} s.`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
