// `npm run app-pictures`: takes the pictures of the web manifest and of the README from the running app,
// with made-up names and no faces.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const vite = await createServer({
	root: ROOT,
	configFile: false,
	logLevel: 'error',
	appType: 'custom',
	server: { middlewareMode: true, ws: false, watch: null },
	optimizeDeps: { noDiscovery: true },
	resolve: { alias: { $lib: `${ROOT}src/lib` } },
});
const { takeAppPictures } = await vite.ssrLoadModule(`${ROOT}tests/helpers/app-pictures.ts`);
const files = await takeAppPictures(ROOT);
await vite.close();
console.log(files.join('\n'));
