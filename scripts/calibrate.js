// `npm run calibrate`: whether the default thresholds hold for this school's own people.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { readSettingsFile } from '../server/settings.js';
import { matchingKernel } from '../vite/matching-kernel.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const INTERRUPTED = 130;

const stop = new AbortController();
/** The first Ctrl-C ends cleanly, a later one at once. */
const interrupt = () => (stop.signal.aborted ? process.exit(INTERRUPTED) : stop.abort());
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

readSettingsFile();
// Not `runnerImport`, as evaluation uses: what that imported can import nothing later, and the
// embedded database's programs are found by an import.
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
const { calibrate } = await vite.ssrLoadModule(`${ROOT}scripts/calibrate/calibrate.ts`);
process.exitCode = await calibrate(process.argv.slice(2), stop.signal);
await vite.close();
