import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Page } from 'playwright';
import * as v from 'valibot';
import { ModelIndexSchema, type ModelIndex } from '../../src/lib/contract/models';
import { chromiumArguments, findChromium } from '../helpers/chromium';
import { drawFrames } from '../helpers/fake-camera';
import type { EngineTimes, PipelineTask, PipelineTimes } from './page/protocol';
import { ROOT, startPageServer } from './page-server';
import { sceneOf } from './scene';

/** Times one pipeline over the frames of a task, in the page. */
export type Measurement<T> = (page: Page, task: PipelineTask) => Promise<T>;

export const timeEngine: Measurement<EngineTimes> = (page, task) =>
	page.evaluate((given) => window.measureEngine(given), task);

export const timeHuman: Measurement<PipelineTimes> = (page, task) =>
	page.evaluate((given) => window.measureHuman(given), task);

export const timeFaceApi: Measurement<PipelineTimes> = (page, task) =>
	page.evaluate((given) => window.measureFaceApi(given), task);

/**
 * Shows frames with so many faces, one number after the other, to the same browser.
 *
 * @param measure times the pipelines of this bench, one after the other
 * @returns what it measured, for each number of faces
 */
export async function measureOverFrames<T>(
	faceCounts: readonly number[],
	log: (line: string) => void,
	measure: Measurement<T>,
): Promise<(T & { faces: number })[]> {
	const server = await startPageServer('page.ts');
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: chromiumArguments(),
	});
	try {
		const page = await browser.newPage();
		await page.goto(server.url);
		const measured: (T & { faces: number })[] = [];
		for (const faces of faceCounts) {
			log(`Measuring ${faces} ${faces === 1 ? 'face' : 'faces'}...`);
			server.show(await drawFrames(await sceneOf(faces, 2)));
			const task = await taskFor(faces, server.frameCount());
			measured.push({ faces, ...(await measure(page, task)) });
		}
		return measured;
	} finally {
		await browser.close();
		await server.close();
	}
}

async function taskFor(faces: number, frames: number): Promise<PipelineTask> {
	return {
		models: await preparedModels(),
		humanModels: '/human-models/',
		faceApiModels: '/face-api-models/',
		frames: Array.from({ length: frames }, (_, i) => `/frames/${faces}-${i}.jpg`),
		faces,
		coldFrames: 6,
		steadyFrames: 40,
	};
}

/** The models as `npm run models` prepared them. */
export async function preparedModels(): Promise<ModelIndex> {
	const index = await readFile(path.join(ROOT, 'models/prepared/index.json'), 'utf8');
	return v.parse(ModelIndexSchema, JSON.parse(index));
}
