import humanWorker from './human-worker?worker&url';
import type { FromHumanWorker, ToHumanWorker } from './human-worker';
import type { MeasuredPicture, StartTask } from './protocol';

/** Human in a worker of its own, one picture at a time. */
export class HumanClient {
	readonly #worker: Worker;

	constructor({ models, humanModels }: StartTask) {
		const script = new URL(humanWorker, location.href);
		script.search = new URLSearchParams({ wasm: models.wasm.url, models: humanModels }).toString();
		this.#worker = new Worker(script, { type: 'module' });
	}

	/** @throws Error when its models cannot be loaded */
	async start(): Promise<void> {
		await this.#ask(null);
	}

	/**
	 * @param bitmap is handed over
	 * @throws Error when Human fails
	 */
	async measure(bitmap: ImageBitmap): Promise<MeasuredPicture> {
		const measured = await this.#ask(bitmap);
		if (measured === null) throw new Error('Human did not answer about a picture.');
		return measured;
	}

	#ask(bitmap: ImageBitmap | null): Promise<MeasuredPicture | null> {
		const message: ToHumanWorker = { bitmap };
		return new Promise((resolve, reject) => {
			this.#worker.onmessage = ({ data }: MessageEvent<FromHumanWorker>) => {
				if ('error' in data) reject(new Error(data.error));
				else resolve(data.measured);
			};
			this.#worker.onerror = ({ message: reason }) => reject(new Error(reason));
			this.#worker.postMessage(message, bitmap ? [bitmap] : []);
		});
	}
}
