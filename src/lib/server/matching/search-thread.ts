import { Worker } from 'node:worker_threads';
import { kernelModule } from './kernel';
import type { Question } from './packing';
// As text, as a file of its own would not survive the bundling of the server.
import source from './search-worker.js?raw';

/** Why a search came to nothing although it may be asked again. */
export class SearchThreadError extends Error {
	override name = 'SearchThreadError';
}

/** Searches a memory off the event loop. One search at a time. */
export interface SearchThread {
	/** @throws {SearchThreadError} when the thread dies; the next search starts a new one */
	search(question: Question): Promise<void>;
	/** Stops it, in the middle of a search too, which then fails; resolves once it has stopped. */
	stop(): Promise<void>;
}

/** The thread starts with the first search, and keeps no process alive between searches. */
export function createSearchThread(memory: WebAssembly.Memory): SearchThread {
	let worker: Worker | null = null;

	function start(): Worker {
		const started = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
			workerData: { module: kernelModule, memory },
			// Loaders of the process are nothing that it needs.
			execArgv: [],
		});
		started.once('exit', () => {
			if (worker === started) worker = null;
		});
		// Each search hears of it by itself; this is for a death between two.
		started.on('error', () => undefined);
		started.unref();
		return started;
	}

	return {
		search(question) {
			const asked = (worker ??= start());
			return new Promise((resolve, reject) => {
				const fail = (cause?: unknown) => settle(() => reject(deathOf(cause)));
				const exit = () => fail();
				const answer = () => settle(resolve);
				const settle = (end: () => void) => {
					asked.off('message', answer).off('error', fail).off('exit', exit);
					asked.unref();
					end();
				};
				asked.on('message', answer).on('error', fail).on('exit', exit);
				// Whoever waits for an answer must get it.
				asked.ref();
				asked.postMessage(question);
			});
		},
		async stop() {
			await worker?.terminate();
		},
	};
}

function deathOf(cause: unknown): SearchThreadError {
	return new SearchThreadError('The thread that searches faces has stopped. Ask again.', { cause });
}
