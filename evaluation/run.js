// `npm run evaluate -- verify | identify ...`: measures recognition on folders of pictures.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const INTERRUPTED = 130;

const { module } = await runnerImport(`${ROOT}evaluation/evaluate.ts`, {
	root: ROOT,
	configFile: false,
	logLevel: 'error',
	resolve: { alias: { $lib: `${ROOT}src/lib` } },
});

const stop = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
	process.on(signal, () => {
		// The second time nothing is waited for.
		if (stop.signal.aborted) process.exit(INTERRUPTED);
		stop.abort();
	});
}
process.exitCode = await module.evaluate(process.argv.slice(2), stop.signal);
