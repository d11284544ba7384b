import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { ModelIndexSchema, type ModelIndex } from '$lib/contract/models';

/** Written by `models/prepare.js`, below the folder that the server runs in. */
const INDEX = resolve('models/prepared/index.json');
/** The face worker as it is sent, compressed; built beside the server. */
const WORKERS = resolve('build/client/_app/immutable/workers');

/**
 * Where the browser finds the prepared models, and which embedder it is.
 *
 * @returns null while nothing is prepared: everything but the camera works then
 * @throws ValiError when the file is not what `models/prepare.js` writes
 */
export async function readModelIndex(): Promise<ModelIndex | null> {
	let text: string;
	try {
		text = await readFile(INDEX, 'utf8');
	} catch {
		return null;
	}
	const index = v.parse(v.pipe(v.string(), v.parseJson(), ModelIndexSchema), text);
	return { ...index, bytes: index.bytes + (await workerBytes()) };
}

/** @returns 0 in development, where nothing is built */
async function workerBytes(): Promise<number> {
	const names = await readdir(WORKERS).catch(() => []);
	const sizes = names
		.filter((name) => name.endsWith('.br'))
		.map(async (name) => (await stat(join(WORKERS, name))).size);
	return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
