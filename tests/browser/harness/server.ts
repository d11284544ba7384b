import { createReadStream, existsSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type Plugin } from 'vite';
import { prepareModels } from '../../../models/prepare.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const require = createRequire(import.meta.url);
const installed = (name: string) => dirname(require.resolve(`${name}/package.json`));

/** Folders that the page may read, by the start of the address. */
const FOLDERS: Record<string, string> = {
	'/models/': join(root, 'models/prepared'),
	'/samples/': join(installed('@vladmandic/face-api'), 'demo'),
	'/human-models/': join(root, 'node_modules/@vladmandic/human/models'),
};

const TYPES: Record<string, string> = {
	html: 'text/html',
	json: 'application/json',
	jpg: 'image/jpeg',
	wasm: 'application/wasm',
};

function send(response: ServerResponse, file: string): void {
	if (!existsSync(file) || !statSync(file).isFile()) {
		response.statusCode = 404;
		response.end();
		return;
	}
	response.setHeader(
		'content-type',
		TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
	);
	createReadStream(file).pipe(response);
}

const files: Plugin = {
	name: 'harness-files',
	configureServer(server) {
		server.middlewares.use((request, response, next) => {
			const path = new URL(request.url ?? '/', 'http://harness').pathname;
			if (path === '/face-engine.html') {
				response.setHeader('content-type', 'text/html');
				response.end(
					'<!doctype html><title>Face engine</title><script type="module" src="/tests/browser/harness/face-engine.ts"></script>',
				);
				return;
			}
			const start = Object.keys(FOLDERS).find((prefix) => path.startsWith(prefix));
			if (!start) {
				next();
				return;
			}
			send(response, join(FOLDERS[start] ?? '', decodeURIComponent(path.slice(start.length))));
		});
	},
};

/**
 * Serves the harness page with the engine's real sources, compiled by Vite, and the prepared models.
 * @returns the page's address, and how to stop
 */
export async function startHarness(): Promise<{ url: string; close: () => Promise<void> }> {
	await prepareModels();
	const server = await createServer({
		root,
		configFile: false,
		appType: 'custom',
		logLevel: 'error',
		cacheDir: join(root, 'node_modules/.cache/harness'),
		resolve: { alias: { $lib: join(root, 'src/lib') } },
		worker: { format: 'es' },
		// Found late, a dependency would reload the page in the middle of a test.
		optimizeDeps: { noDiscovery: true, include: ['@vladmandic/human', 'valibot'] },
		server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
		plugins: [files],
	});
	await server.listen();
	const address = server.httpServer?.address();
	if (!address || typeof address === 'string') throw new Error('The harness has no port.');
	return {
		url: `http://127.0.0.1:${address.port}/face-engine.html`,
		close: () => server.close(),
	};
}
