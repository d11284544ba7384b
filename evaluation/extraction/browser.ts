import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext } from 'playwright';
import * as v from 'valibot';
import { ModelIndexSchema } from '$lib/contract/models';
import { chromiumArguments, ensureChromium } from '../../scripts/lib/chromium.js';
import { HUMAN_MODELS, startPageHarness } from '../../vite/page-harness';
import type { PictureAnswer, StartTask } from '../page/protocol';
import type { Rendition } from '../page/rendition';
import type { PipelineName } from './measurement';
import type { Station } from './pool';

const MODEL_INDEX = fileURLToPath(new URL('../../models/prepared/index.json', import.meta.url));
const PICTURE = /^\/pictures\/(\d+)$/;
/** Longer than any picture takes: the page hangs. */
const PICTURE_MS = 90_000;

/** A picture to measure, by its number in the list of files. */
export interface BrowserTask {
	picture: number;
	rendition: Rendition | null;
	pipelines: PipelineName[];
}

export interface EvaluationBrowser {
	/** Opens one more page. @throws Error when the face engine cannot start there */
	open: () => Promise<Station<BrowserTask, PictureAnswer>>;
	/** May be called more than once. */
	close: () => Promise<void>;
}

/**
 * Starts headless Chromium and serves it the product's worker.
 *
 * @param files pictures, by number
 * @param pipelines that pages start
 * @throws Error one sentence: no Chromium, no models
 */
export async function startBrowser(
	files: readonly string[],
	pipelines: PipelineName[],
	log: (line: string) => void,
): Promise<EvaluationBrowser> {
	const executablePath = await ensureChromium({ log });
	const harness = await startPageHarness({
		script: '/evaluation/page/page.ts',
		name: 'vite-evaluation',
		fileAt: (pathname) => files[Number(PICTURE.exec(pathname)?.[1] ?? NaN)] ?? null,
	});
	const models = v.parse(ModelIndexSchema, JSON.parse(await readFile(MODEL_INDEX, 'utf8')));
	const browser = await chromium.launch({
		executablePath,
		args: chromiumArguments(),
		// Ctrl-C is answered by the command, which then closes the browser.
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
	});
	const context = await browser.newContext();
	const task: StartTask = { pipelines, models, humanModels: HUMAN_MODELS };
	const close = async () => {
		await browser.close();
		await harness.close();
	};
	let closing: Promise<void> | null = null;
	return {
		open: () => openPage(context, harness.url, task),
		close: () => (closing ??= close()),
	};
}

async function openPage(
	context: BrowserContext,
	url: string,
	task: StartTask,
): Promise<Station<BrowserTask, PictureAnswer>> {
	const page = await context.newPage();
	await page.goto(url);
	await page.waitForFunction(() => 'evaluation' in window);
	await page.evaluate((given) => window.evaluation.start(given), task);
	return {
		measure: ({ picture, rendition, pipelines }) =>
			inTime(
				page.evaluate((given) => window.evaluation.measure(given), {
					url: `/pictures/${picture}`,
					rendition,
					pipelines,
				}),
			),
		close: () => page.close(),
	};
}

async function inTime<T>(work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('The page does not answer.')), PICTURE_MS);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
