// Runs in a thread of its own, which search-thread.ts starts from this text: searches the gallery in
// a memory that it shares with whoever asks. Question and answer lie in that memory.
import { parentPort, workerData } from 'node:worker_threads';

const { module, memory } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const kernel = /** @type {WebAssembly.Exports & import('./kernel').Kernel} */ (exports);

parentPort?.on('message', (/** @type {import('./packing').Question} */ question) => {
	kernel.search(question.students, question.probes, question.floor);
	parentPort?.postMessage('answered');
});
