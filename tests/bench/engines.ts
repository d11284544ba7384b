import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright';
import * as v from 'valibot';
import { ModelIndexSchema, type ModelIndex } from '../../src/lib/contract/models';
import { chromiumArguments, findChromium } from '../helpers/chromium';
import { drawFrames } from '../helpers/fake-camera';
import type { EngineTimes, PipelineTask, PipelineTimes } from './page/protocol';
import { HUMAN_MODELS, startPageHarness } from '../../vite/page-harness';
import { sceneOf } from './scene';

const INDEX = new URL('../../models/prepared/index.json', import.meta.url);
const FACE_API = path.dirname(
	createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'),
);
/** Where the page finds the models of face-api, and the frames. */
const FACE_API_MODELS = '/face-api-models/';
const FRAMES = '/frames/';

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
	const folder = await mkdtemp(path.join(tmpdir(), 'facetrack-frames-'));
	const harness = await startPageHarness({
		script: '/tests/bench/page/page.ts',
		name: 'bench',
		fileAt: (pathname) => fileAt(folder, pathname),
	});
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: chromiumArguments(),
	});
	try {
		const page = await browser.newPage();
		await page.goto(harness.url);
		const measured: (T & { faces: number })[] = [];
		for (const faces of faceCounts) {
			log(`Measuring ${faces} ${faces === 1 ? 'face' : 'faces'}...`);
			const frames = await writeFrames(folder, faces);
			measured.push({ faces, ...(await measure(page, await taskFor(faces, frames))) });
		}
		return measured;
	} finally {
		await browser.close();
		await harness.close();
		await rm(folder, { recursive: true });
	}
}

function fileAt(folder: string, pathname: string): string | null {
	const name = path.basename(pathname);
	if (pathname.startsWith(FRAMES)) return path.join(folder, name);
	return pathname.startsWith(FACE_API_MODELS) ? path.join(FACE_API, 'model', name) : null;
}

/** @returns the addresses of the frames */
async function writeFrames(folder: string, faces: number): Promise<string[]> {
	const frames = await drawFrames(await sceneOf(faces, 2));
	return Promise.all(
		frames.map(async (frame, i) => {
			const name = `${faces}-${i}.jpg`;
			await writeFile(path.join(folder, name), frame);
			return `${FRAMES}${name}`;
		}),
	);
}

async function taskFor(faces: number, frames: string[]): Promise<PipelineTask> {
	return {
		models: await preparedModels(),
		humanModels: HUMAN_MODELS,
		faceApiModels: FACE_API_MODELS,
		frames,
		faces,
		coldFrames: 6,
		steadyFrames: 40,
	};
}

/** The models as `npm run models` prepared them. */
export async function preparedModels(): Promise<ModelIndex> {
	const index = await readFile(INDEX, 'utf8');
	return v.parse(ModelIndexSchema, JSON.parse(index));
}
