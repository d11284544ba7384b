import type { FromWorker } from './protocol';

export interface WorkerEvents {
	onMessage: (message: FromWorker) => void;
	/** The worker could not be loaded, threw, or sent what cannot be read. */
	onDeath: (reason: string) => void;
}

/** Starts a face worker. */
export function newWorker({ onMessage, onDeath }: WorkerEvents): Worker {
	const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
	worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => onMessage(data));
	worker.addEventListener('error', (event) => {
		event.preventDefault();
		onDeath(event.message || 'The worker could not be loaded.');
	});
	worker.addEventListener('messageerror', () => onDeath('The worker sent what cannot be read.'));
	return worker;
}
