// Runs the steps of the Dockerfile without Docker: `node scripts/container-steps.js FOLDER`.
// Each stage gets a folder below FOLDER that stands for its root. So the tests prove the very steps
// of the image where no image can be built.
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainEnv } from './lib/env.js';

const CONTEXT = fileURLToPath(new URL('../', import.meta.url));

/** @typedef {{ word: string, rest: string }} Instruction */
/** @typedef {{ root: string, workdir: string, env: Record<string, string>, user: string }} Stage */

/** @returns {Promise<Instruction[]>} */
async function readDockerfile() {
	const text = await readFile(join(CONTEXT, 'Dockerfile'), 'utf8');
	return text
		.replace(/\\\n/g, ' ')
		.split('\n')
		.filter((line) => line.trim() && !line.startsWith('#'))
		.map((line) => {
			const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
			return { word, rest };
		});
}

/** @returns {Promise<Set<string>>} paths that are not part of the build's context; no wildcards */
async function readIgnored() {
	const text = await readFile(join(CONTEXT, '.dockerignore'), 'utf8');
	return new Set(text.split('\n').filter(Boolean));
}

/** @param {Stage} stage @param {string} path absolute in the image, or relative to its WORKDIR */
const place = (stage, path) => join(stage.root, resolve(stage.workdir, path));

/** @param {Stage} stage @param {string} rest @param {Map<string, Stage>} stages @param {Set<string>} ignored */
async function copy(stage, rest, stages, ignored) {
	const words = rest.split(/\s+/);
	const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
	const paths = words.filter((word) => !word.startsWith('--'));
	const target = paths.pop() ?? '.';
	const origin = from === undefined ? null : stages.get(from);
	if (origin === undefined) throw new Error(`COPY names the stage ${from}, which does not exist.`);
	for (const path of paths) {
		const source = origin ? place(origin, path) : join(CONTEXT, path);
		const into = place(stage, target);
		await cp(source, target.endsWith('/') ? join(into, basename(path)) : into, {
			recursive: true,
			verbatimSymlinks: true,
			filter: (file) => origin !== null || !ignored.has(relative(CONTEXT, file)),
		});
	}
}

/** @param {Stage} stage @param {string} command */
async function execute(stage, command) {
	const child = spawn('sh', ['-c', command], {
		cwd: place(stage, '.'),
		env: { ...plainEnv(), ...stage.env },
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	const code = await new Promise((done) => child.once('close', done));
	if (code !== 0) throw new Error(`RUN ${command}: ended with code ${code}.`);
}

/**
 * @param {string} folder empty or new
 * @returns {Promise<Stage>} the last stage: its root, working folder, environment and user
 */
export async function runContainerSteps(folder) {
	const ignored = await readIgnored();
	/** @type {Map<string, Stage>} */
	const stages = new Map();
	/** @type {Stage} */
	let stage = { root: folder, workdir: '/', env: {}, user: 'root' };
	for (const { word, rest } of await readDockerfile()) {
		if (word === 'FROM') {
			const name = / AS (\S+)$/i.exec(rest)?.[1] ?? 'final';
			stage = { root: join(folder, name), workdir: '/', env: {}, user: 'root' };
			stages.set(name, stage);
		} else if (word === 'WORKDIR') {
			stage.workdir = resolve(stage.workdir, rest);
			await mkdir(place(stage, '.'), { recursive: true });
		} else if (word === 'ENV') {
			const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(rest) ?? [];
			stage.env[name] = value;
		} else if (word === 'USER') {
			stage.user = rest;
		} else if (word === 'COPY') {
			await copy(stage, rest, stages, ignored);
		} else if (word === 'RUN') {
			await execute(stage, rest);
		} else if (!['VOLUME', 'EXPOSE', 'HEALTHCHECK', 'CMD'].includes(word)) {
			throw new Error(`This script does not know the Dockerfile's ${word}.`);
		}
	}
	return stage;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [folder] = process.argv.slice(2);
	if (!folder) {
		console.error('Say where: node scripts/container-steps.js FOLDER');
		process.exit(1);
	}
	const { root, workdir } = await runContainerSteps(resolve(folder));
	console.log(`Done: ${join(root, workdir)}`);
}
