// `npm run app-pictures`: takes the pictures of the web manifest from the running app, with made-up
// names and no faces.
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
await takeAppPictures(`${ROOT}static`);
await vite.close();
console.log('static/screenshot-wide.png\nstatic/screenshot-narrow.png');
