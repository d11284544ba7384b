import type { ModelIndex } from '$lib/contract/models';
import { isOnDevice } from './on-device';

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
