import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { serveModels } from '../../server/models.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const installed = (file: string) => createRequire(import.meta.url).resolve(file);

/** Folders of the models that other packages bring, by the start of their address. */
const RIVAL_MODELS: Record<string, string> = {
	'human-models': path.join(path.dirname(installed('@vladmandic/human')), '../models'),
	'face-api-models': path.join(
		path.dirname(installed('@vladmandic/face-api/package.json')),
		'model',
	),
};

export interface PageServer {
	url: string;
	/** Frames that `/frames/<any>-<number>.jpg` answers from now on. */
	show: (frames: readonly Buffer[]) => void;
	frameCount: () => number;
	close: () => Promise<void>;
}

/**
 * Serves a page with the product's own worker code, the models, and the frames of the moment.
 * @param script of the page, in `tests/bench/page`
 */
export async function startPageServer(script: string): Promise<PageServer> {
	let frames: readonly Buffer[] = [];
	const http = createHttpServer();
	const vite = await createServer({
		root: ROOT,
		configFile: false,
		appType: 'custom',
		logLevel: 'error',
		cacheDir: 'node_modules/.cache/vite-bench',
		server: { middlewareMode: { server: http }, hmr: false, watch: null },
		resolve: { alias: { $lib: `${ROOT}src/lib` } },
		optimizeDeps: { include: ['@vladmandic/human', '@vladmandic/face-api'] },
		worker: { format: 'es' },
	});
	http.on('request', (request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		if (serveModels(request, response)) return;
		const frame = /^\/frames\/\d+-(\d+)\.jpg$/.exec(pathname)?.[1];
		const rival = RIVAL_MODELS[pathname.split('/')[1] ?? ''];
		if (frame !== undefined) response.end(frames[Number(frame)]);
		else if (rival !== undefined) {
			void readFile(path.join(rival, path.basename(pathname))).then(
				(file) => response.end(file),
				() => response.writeHead(404).end(),
			);
		} else if (pathname === '/') {
			response.setHeader('content-type', 'text/html');
			response.end(
				`<!doctype html><body><script type="module" src="/tests/bench/page/${script}"></script>`,
			);
		} else vite.middlewares(request, response);
	});
	return {
		url: await listen(http),
		show: (drawn) => void (frames = drawn),
		frameCount: () => frames.length,
		close: () => closeAll(vite, http),
	};
}

function listen(http: Server): Promise<string> {
	return new Promise((resolve) => {
		http.listen(0, '127.0.0.1', () => {
			const address = http.address();
			resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
		});
	});
}

async function closeAll(vite: ViteDevServer, http: Server): Promise<void> {
	await vite.close();
	http.closeAllConnections();
	http.close();
}
