import { HUMAN_MODELS } from '../../vite/page-harness';
import type { PictureAnswer, StartTask } from '../page/protocol';
import type { Rendition } from '../page/rendition';
import type { PipelineName } from './measurement';
import { fileUrl, inTime, startPages, type Pages } from './pages';
import type { Station } from './pool';

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
	const pages = await startPages({
		script: '/evaluation/page/page.ts',
		name: 'vite-evaluation',
		files,
		log,
	});
	const task: StartTask = { pipelines, models: pages.models, humanModels: HUMAN_MODELS };
	return { open: () => openPage(pages, task), close: pages.close };
}

async function openPage(
	pages: Pages,
	task: StartTask,
): Promise<Station<BrowserTask, PictureAnswer>> {
	const page = await pages.open();
	await page.waitForFunction(() => 'evaluation' in window);
	await page.evaluate((given) => window.evaluation.start(given), task);
	return {
		measure: ({ picture, rendition, pipelines }) =>
			inTime(
				page.evaluate((given) => window.evaluation.measure(given), {
					url: fileUrl(picture),
					rendition,
					pipelines,
				}),
			),
		close: () => page.close(),
	};
}
