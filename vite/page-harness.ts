import { createReadStream, existsSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type Plugin } from 'vite';
import { prepareModels } from '../models/prepare.js';
import { isolationHeaders } from '../server/headers.js';
import { serveModels } from '../server/models.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const HUMAN = path.join(
	path.dirname(createRequire(import.meta.url).resolve('@vladmandic/human')),
	'../models/',
);

/** Where the page finds Human's own models. */
export const HUMAN_MODELS = '/human-models/';

export interface PageHarnessOptions {
	/** Script of the page, from the project's root: `/tests/bench/page/page.ts`. */
	script: string;
	/** Names its folder of compiled packages: two harnesses must not write into one. */
	name: string;
	/** @returns the file behind a path of its own, null for other paths */
	fileAt?: (pathname: string) => string | null;
}

export interface PageHarness {
	/** The page's address. */
	url: string;
	close: () => Promise<void>;
}

const TYPES: Record<string, string> = {
	'.html': 'text/html',
	'.json': 'application/json',
	'.jpg': 'image/jpeg',
	'.wasm': 'application/wasm',
};

/**
 * Serves a page that runs the product's own sources, compiled by Vite, with the prepared models and
 * those of Human, on a port of this machine.
 */
export async function startPageHarness(options: PageHarnessOptions): Promise<PageHarness> {
	await prepareModels();
	const server = await createServer({
		root: ROOT,
		configFile: false,
		appType: 'custom',
		logLevel: 'error',
		cacheDir: path.join(ROOT, 'node_modules/.cache', options.name),
		resolve: { alias: { $lib: path.join(ROOT, 'src/lib') } },
		worker: { format: 'es' },
		// Found late, a dependency would reload the page in the middle of its work.
		optimizeDeps: { noDiscovery: true, include: ['@vladmandic/human', 'valibot'] },
		server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
		plugins: [answers(options)],
	});
	await server.listen();
	const address = server.httpServer?.address();
	if (!address || typeof address === 'string') throw new Error('The harness has no port.');
	return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

function answers({ script, fileAt }: PageHarnessOptions): Plugin {
	return {
		name: 'page-harness',
		configureServer({ middlewares }) {
			middlewares.use((request, response, next) => {
				for (const [name, value] of Object.entries(isolationHeaders)) {
					response.setHeader(name, value);
				}
				const { pathname } = new URL(request.url ?? '/', 'http://harness');
				if (serveModels(request, response)) return;
				const file = pathname.startsWith(HUMAN_MODELS)
					? path.join(HUMAN, path.basename(pathname))
					: fileAt?.(pathname);
				if (file) send(response, file);
				else if (pathname === '/') sendPage(response, script);
				else next();
			});
		},
	};
}

function sendPage(response: ServerResponse, script: string): void {
	response.setHeader('content-type', 'text/html');
	response.end(
		`<!doctype html><title>Face engine</title><script type="module" src="${script}"></script>`,
	);
}

function send(response: ServerResponse, file: string): void {
	if (!existsSync(file) || !statSync(file).isFile()) {
		response.writeHead(404).end();
		return;
	}
	response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
	createReadStream(file)
		.on('error', () => response.destroy())
		.pipe(response);
}
