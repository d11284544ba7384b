// `npm run evaluate -- verify | identify ...`: measures recognition and liveness on folders of pictures.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { prepareModels } from '../models/prepare.js';
import { matchingKernel } from '../vite/matching-kernel.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const INTERRUPTED = 130;
/** The terminal and npm both pass one press of Ctrl-C on. */
const SAME_PRESS_MS = 1000;

const { module } = await runnerImport(`${ROOT}evaluation/evaluate.ts`, {
	root: ROOT,
	configFile: false,
	logLevel: 'error',
	resolve: { alias: { $lib: `${ROOT}src/lib` } },
	plugins: [matchingKernel()],
});

const stop = new AbortController();
let stoppedAt = 0;

/** The first time ends cleanly, a later one at once. */
function interrupt() {
	const now = Date.now();
	if (!stop.signal.aborted) {
		stoppedAt = now;
		stop.abort();
	} else if (now - stoppedAt > SAME_PRESS_MS) process.exit(INTERRUPTED);
}

process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.exitCode = await module.evaluate(process.argv.slice(2), {
	signal: stop.signal,
	// From here, as it imports on the way, which what Vite imported cannot.
	prepareModels: () => prepareModels({ log: console.log }),
});
