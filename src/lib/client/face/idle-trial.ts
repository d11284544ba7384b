import type { ModelIndex } from '$lib/contract/models';
import {
	candidates,
	fastest,
	REFERENCE,
	rememberBackend,
	rememberedBackend,
	type BackendName,
	type BackendTrial,
} from './backend-choice';
import { newWorker } from './new-worker';
import type { ToWorker } from './protocol';

/** Nobody started the camera for so long, ms: a trial beside the camera would measure the camera. */
const IDLE_MS = 1_500;
/** Longer means that compiling alone makes a device's first minute bad, ms. */
const PATIENCE_MS = 20_000;

/**
 * Finds out what this device computes fastest on, while the camera is off: the engine starts with
 * what is remembered, or with the reference, and never waits for a trial. One that is stopped half
 * way leaves nothing behind and is run again another time.
 */
export class IdleTrial {
	readonly #models: ModelIndex;
	#stop: AbortController | null = null;

	constructor(models: ModelIndex) {
		this.#models = models;
	}

	/** The camera is off: begins soon, unless this device was tried before. */
	start(): void {
		if (this.#stop !== null || rememberedBackend(this.#models) !== null) return;
		const stop = new AbortController();
		this.#stop = stop;
		const timer = setTimeout(() => void this.#run(stop.signal), IDLE_MS);
		stop.signal.addEventListener('abort', () => clearTimeout(timer));
	}

	/** The camera is wanted. */
	stop(): void {
		this.#stop?.abort();
		this.#stop = null;
	}

	async #run(signal: AbortSignal): Promise<void> {
		const trials: BackendTrial[] = [];
		for (const backend of candidates()) {
			const trial = await tryBackend(this.#models, backend, signal);
			if (signal.aborted) return;
			if (trial !== null) trials.push(trial);
		}
		// Without the reference there is no engine either, and the page says why when it starts one.
		if (trials.some(({ backend }) => backend === REFERENCE)) {
			rememberBackend(this.#models, fastest(trials));
		}
	}
}

/**
 * Runs the networks on a backend, in a worker of its own that ends with the trial.
 * @returns null when it does not start here, takes too long, or was aborted
 */
function tryBackend(
	models: ModelIndex,
	backend: BackendName,
	signal: AbortSignal,
): Promise<BackendTrial | null> {
	return new Promise((resolve) => {
		const end = (trial: BackendTrial | null) => {
			clearTimeout(timer);
			worker.terminate();
			resolve(trial);
		};
		const worker = newWorker({
			onDeath: () => end(null),
			onMessage: (message) => {
				if (message.type === 'tried') end(message.trial);
				else if (message.type !== 'progress') end(null);
			},
		});
		const timer = setTimeout(() => end(null), PATIENCE_MS);
		signal.addEventListener('abort', () => end(null));
		worker.postMessage({ type: 'try', models, backend } satisfies ToWorker);
	});
}
