import type { ModelIndex } from '$lib/contract/models';
import { ENGINE_CACHE } from '../app/cached-files';

/** Files of a graph model: the graph and its weights. */
const FILES_EACH = 2;

/** @returns whether the models are kept on this device, so that a camera starts without a network */
export async function isOnDevice({ detector, mesh, embedder }: ModelIndex): Promise<boolean> {
	// Browsers keep nothing for an address without encryption, or where storage is blocked.
	if (!('caches' in globalThis)) return false;
	try {
		const kept = await (await caches.open(ENGINE_CACHE)).keys();
		const paths = kept.map(({ url }) => new URL(url).pathname);
		return [detector, mesh, embedder].every(({ url }) => {
			const folder = url.slice(0, url.lastIndexOf('/') + 1);
			return paths.filter((path) => path.startsWith(folder)).length >= FILES_EACH;
		});
	} catch {
		return false;
	}
}

/** What a camera's first use on this device loads; said before it begins. */
export class FirstLoad {
	#bytes = $state<number | null>(null);
	readonly #models: ModelIndex | null;

	constructor(models: ModelIndex | null) {
		this.#models = models;
	}

	/** Null where nothing has to be loaded any more, or it is not known yet. */
	get bytes(): number | null {
		return this.#bytes;
	}

	/** Looks at what this device has; in a browser only. */
	async look(): Promise<void> {
		const models = this.#models;
		this.#bytes = models === null || (await isOnDevice(models)) ? null : models.bytes;
	}
}
