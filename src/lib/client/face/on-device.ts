import type { ModelIndex } from '$lib/contract/models';
import { ENGINE_CACHE, keptPaths } from '../app/cached-files';

/** Files of a graph model: the graph and its weights. */
const FILES_EACH = 2;

/** @returns whether the models are kept on this device, so that a camera starts without a network */
export async function isOnDevice({ detector, mesh, embedder }: ModelIndex): Promise<boolean> {
	// Browsers keep nothing for an address without encryption, or where storage is blocked.
	if (!('caches' in globalThis)) return false;
	try {
		const paths = await keptPaths(await caches.open(ENGINE_CACHE));
		return [detector, mesh, embedder].every(({ url }) => {
			const folder = url.slice(0, url.lastIndexOf('/') + 1);
			return paths.filter((path) => path.startsWith(folder)).length >= FILES_EACH;
		});
	} catch {
		return false;
	}
}
