import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { ModelIndexSchema, type ModelIndex } from '$lib/contract/models';

/** Written by `models/prepare.js`, below the folder that the server runs in. */
const INDEX = resolve('models/prepared/index.json');

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
	return v.parse(v.pipe(v.string(), v.parseJson(), ModelIndexSchema), text);
}
