import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const ENDING = '.as.ts?wasm';
/** By a name that the type check does not follow: the compiler's types redefine the language's own. */
const COMPILER = ['assemblyscript', 'asc'].join('/');
/** A memory that a thread shares has a largest size; 65,536 pages are all that 32 bits reach. */
const OPTIONS = [
	...['-O3', '--noAssert', '--runtime', 'stub', '--noExportMemory', '--enable', 'simd'],
	...['--importMemory', '--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'],
];

/**
 * What was compiled in this process, by its sources: Vitest's projects and rebuilds share it.
 *
 * @type {Map<string, Promise<string>>}
 */
const compiled = new Map();

/**
 * Lets `import base64 from './x.as.ts?wasm'` compile AssemblyScript. The module comes as text inside
 * the JavaScript, not as a file beside it: so it survives the bundling of the server, and the same
 * import works in the development server, in tests and in commands.
 *
 * @returns {import('vite').Plugin}
 */
export function matchingKernel() {
	return {
		name: 'matching-kernel',
		enforce: 'pre',
		async load(id) {
			if (!id.endsWith(ENDING)) return null;
			const entry = id.slice(0, -'?wasm'.length);
			const sources = await readSources(path.dirname(entry));
			for (const { file } of sources) this.addWatchFile(file);
			const key = sources.map(({ text }) => text).join('\0');
			let base64 = compiled.get(key);
			if (base64 === undefined) compiled.set(key, (base64 = compile(entry)));
			return `export default ${JSON.stringify(await base64)};`;
		},
	};
}

/** @param {string} folder everything in it may be part of the module */
async function readSources(folder) {
	const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
	return Promise.all(
		names.map(async (name) => {
			const file = path.join(folder, name);
			return { file, text: await readFile(file, 'utf8') };
		}),
	);
}

/**
 * What is used of it.
 *
 * @typedef {object} Compiler
 * @property {(args: string[], system: {
 *   stderr: { write(text: string | Uint8Array): void },
 *   writeFile(name: string, contents: string | Uint8Array): void,
 * }) => Promise<{ error: Error | null }>} main
 */

/**
 * @param {string} entry
 * @returns {Promise<string>} the module, base64
 * @throws {Error} with the compiler's words
 */
async function compile(entry) {
	// Here, as the compiler takes a second to load and few commands need it.
	/** @type {{ default: Compiler }} */
	const { default: asc } = await import(COMPILER);
	let base64 = '';
	let complaints = '';
	const { error } = await asc.main(
		[
			path.basename(entry),
			'--outFile',
			'kernel.wasm',
			'--baseDir',
			path.dirname(entry),
			...OPTIONS,
		],
		{
			stderr: { write: (text) => void (complaints += text.toString()) },
			writeFile(_, contents) {
				base64 = Buffer.from(contents).toString('base64');
			},
		},
	);
	if (error) throw new Error(`${entry} does not compile.\n${complaints}`);
	return base64;
}
