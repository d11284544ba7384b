import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import * as v from 'valibot';
import { createServer, type ViteDevServer } from 'vite';
import { ModelIndexSchema } from '../../src/lib/contract/models';
import { serveModels } from '../../server/models.js';
import { chromiumArguments, findChromium } from '../helpers/chromium';
import { drawFrames, sway, type Scene } from '../helpers/fake-camera';
import { headOf, samplePhoto, type SampleFace } from '../helpers/sample-faces';
import type { EngineTimes, PipelineTask, PipelineTimes } from './page/protocol';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HUMAN_MODELS = path.join(
	path.dirname(createRequire(import.meta.url).resolve('@vladmandic/human')),
	'../models',
);

/** People that a bench puts before the camera, in this order. */
export const PEOPLE: readonly SampleFace[] = [
	'dora',
	'erin',
	'fay',
	'gina',
	'hana',
	'iris',
	'jana',
	'kim',
];

/** The first `faces` people of {@link PEOPLE}, swaying. */
export async function sceneOf(faces: number, seconds: number): Promise<Scene> {
	const pictures = await Promise.all(PEOPLE.slice(0, faces).map(headOf));
	return {
		background: samplePhoto(2),
		seconds,
		headsAt: (time) =>
			pictures.map((picture, i) => ({
				picture,
				x: 170 + (i % 4) * 310 + sway(time, -16, 16),
				y: 190 + Math.floor(i / 4) * 340 + sway(time, 10, -10),
				size: 280,
				angle: sway(time, -4, 4),
			})),
	};
}

export interface PipelineRow {
	faces: number;
	engine: EngineTimes;
	human: PipelineTimes;
}

/** Runs the engine and Human over the same frames in the same browser, one after the other. */
export async function measurePipelines(
	faceCounts: readonly number[],
	log: (line: string) => void,
): Promise<PipelineRow[]> {
	const harness = await startHarness();
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: chromiumArguments(),
	});
	try {
		const page = await browser.newPage();
		await page.goto(harness.url);
		const rows: PipelineRow[] = [];
		for (const faces of faceCounts) {
			log(`Measuring ${faces} ${faces === 1 ? 'face' : 'faces'}...`);
			harness.show(await drawFrames(await sceneOf(faces, 2)));
			rows.push({ faces, ...(await measureOn(page, await taskFor(faces, harness.frameCount()))) });
		}
		return rows;
	} finally {
		await browser.close();
		await harness.close();
	}
}

async function measureOn(page: Page, task: PipelineTask) {
	const engine = await page.evaluate((given) => window.measureEngine(given), task);
	const human = await page.evaluate((given) => window.measureHuman(given), task);
	return { engine, human };
}

async function taskFor(faces: number, frames: number): Promise<PipelineTask> {
	const index = await readFile(path.join(ROOT, 'models/prepared/index.json'), 'utf8');
	return {
		models: v.parse(ModelIndexSchema, JSON.parse(index)),
		humanModels: '/human-models/',
		frames: Array.from({ length: frames }, (_, i) => `/frames/${faces}-${i}.jpg`),
		faces,
		coldFrames: 6,
		steadyFrames: 40,
	};
}

interface Harness {
	url: string;
	show: (frames: readonly Buffer[]) => void;
	frameCount: () => number;
	close: () => Promise<void>;
}

/** Serves the page with the product's own worker code, the models, and the frames of the moment. */
async function startHarness(): Promise<Harness> {
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
		optimizeDeps: { include: ['@vladmandic/human'] },
		worker: { format: 'es' },
	});
	http.on('request', (request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		if (serveModels(request, response)) return;
		const frame = /^\/frames\/\d+-(\d+)\.jpg$/.exec(pathname)?.[1];
		if (frame !== undefined) response.end(frames[Number(frame)]);
		else if (pathname.startsWith('/human-models/')) {
			void readFile(path.join(HUMAN_MODELS, path.basename(pathname))).then(
				(file) => response.end(file),
				() => response.writeHead(404).end(),
			);
		} else if (pathname === '/') {
			response.setHeader('content-type', 'text/html');
			response.end(
				'<!doctype html><script type="module" src="/tests/bench/page/page.ts"></script>',
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
