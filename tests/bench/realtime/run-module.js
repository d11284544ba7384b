// Runs a TypeScript module of this bench in a process of its own: `run-module.js MODULE`. Every message
// from the parent is a task for the module's `run`, and what that returns goes back.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const { module } = await runnerImport(process.argv[2] ?? '', {
	root: ROOT,
	configFile: false,
	logLevel: 'error',
	resolve: { alias: { $lib: `${ROOT}src/lib` } },
});
process.on('message', (task) => {
	// What fails ends this process, and the parent learns of it by that.
	void module.run(task).then((/** @type {object} */ answer) => process.send?.(answer));
});
// Without its parent nobody wants its results.
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
