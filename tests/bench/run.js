// `npm run bench -- NAME [--json OUT]`: measures on this machine, in one run, and says ratios.
// `npm run bench -- soak --minutes N`: lets the engine work for so long, and says whether it leaks.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { prepareModels } from '../../models/prepare.js';
import { matchingKernel } from '../../vite/matching-kernel.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BENCHES = ['rollcall', 'pipeline', 'soak', 'realtime', 'match', 'reports', 'lighthouse'];

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { json: { type: 'string' }, minutes: { type: 'string', default: '60' } },
});
const [name] = positionals;
const minutes = Number(values.minutes);
if (name === undefined || !BENCHES.includes(name) || !(minutes > 0)) {
	console.error(
		`Name what to measure: npm run bench -- ${BENCHES.join(' | ')} [--minutes NUMBER] [--json FILE]`,
	);
	process.exit(2);
}

// A benchmark of the server alone needs none.
if (name !== 'match' && name !== 'reports') await prepareModels();
// Not `runnerImport`: what that imported can import nothing later, and the embedded database's
// programs are found by an import.
const vite = await createServer({
	root: ROOT,
	configFile: false,
	logLevel: 'error',
	appType: 'custom',
	server: { middlewareMode: true, ws: false, watch: null },
	optimizeDeps: { noDiscovery: true },
	resolve: { alias: { $lib: `${ROOT}src/lib` } },
	plugins: [matchingKernel()],
});
const module = await vite.ssrLoadModule(`${ROOT}tests/bench/${name}.ts`);
const ending = new AbortController();
// A second Ctrl-C ends it at once.
if (name === 'soak') process.once('SIGINT', () => ending.abort());
const result = await module.measure((/** @type {string} */ line) => console.log(line), {
	minutes,
	signal: ending.signal,
});
await vite.close();
if (values.json !== undefined) {
	await writeFile(values.json, `${JSON.stringify(result, null, '\t')}\n`);
	console.log(`Written to ${values.json}.`);
}
if (result.passed === false) process.exitCode = 1;
