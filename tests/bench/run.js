// `npm run bench -- NAME [--json OUT]`: measures on this machine, in one run, and says ratios.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BENCHES = ['rollcall'];

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { json: { type: 'string' } },
});
const [name] = positionals;
if (name === undefined || !BENCHES.includes(name)) {
	console.error(`Name what to measure: npm run bench -- ${BENCHES.join(' | ')} [--json FILE]`);
	process.exit(2);
}

const { module } = await runnerImport(`${ROOT}tests/bench/${name}.ts`, {
	root: ROOT,
	configFile: false,
	logLevel: 'error',
	resolve: { alias: { $lib: `${ROOT}src/lib` } },
});
const result = await module.measure((/** @type {string} */ line) => console.log(line));
if (values.json !== undefined) {
	await writeFile(values.json, `${JSON.stringify(result, null, '\t')}\n`);
	console.log(`Written to ${values.json}.`);
}
