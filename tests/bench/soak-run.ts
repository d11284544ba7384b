import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Page } from 'playwright';
import { fakeCameraArguments, findChromium } from '../helpers/chromium';
import { showToCamera } from '../helpers/fake-camera';
import { WorkerInspector } from '../helpers/worker-inspector';
import { preparedModels } from './engines';
import type { SoakCounts } from './page/protocol';
import { startPageHarness } from '../../vite/page-harness';
import { comingAndGoing } from './scene';
import type { SoakSample } from './soak-verdict';

const MB = 1e6;

export interface SoakPlan {
	/** People who come and go. */
	faces: number;
	/** Of the clip that the camera repeats. */
	clipSeconds: number;
	/** Seconds between samples, and how many are taken. */
	every: number;
	samples: number;
	/** Ends the soak before its time. */
	signal?: AbortSignal;
	onSample?: (sample: SoakSample) => void;
}

/**
 * Lets the real worker watch a fake camera through the product's own frame pump.
 * @returns the samples; fewer than planned when it was ended
 */
export async function soak(plan: SoakPlan): Promise<SoakSample[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'facetrack-soak-'));
	const cameraFile = path.join(folder, 'camera.mjpeg');
	await showToCamera(cameraFile, await comingAndGoing(plan.faces, plan.clipSeconds));
	const harness = await startPageHarness({ script: '/tests/bench/page/soak.ts', name: 'soak' });
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: fakeCameraArguments(cameraFile),
		// Whoever presses Ctrl-C wants the verdict so far.
		handleSIGINT: false,
	});
	try {
		const page = await browser.newPage();
		await page.goto(harness.url);
		await page.waitForFunction(() => 'startSoak' in window);
		const inspector = WorkerInspector.attach(page);
		await page.evaluate((models) => window.startSoak(models), await preparedModels());
		return await sampleOver(page, await inspector, plan);
	} finally {
		await browser.close();
		await harness.close();
		await rm(folder, { recursive: true });
	}
}

async function sampleOver(
	page: Page,
	inspector: WorkerInspector,
	{ every, samples: count, signal, onSample }: SoakPlan,
): Promise<SoakSample[]> {
	const began = Date.now();
	const samples: SoakSample[] = [];
	let before: SoakCounts = await page.evaluate(() => window.soakCounts());
	while (samples.length < count) {
		const due = began + (samples.length + 1) * every * 1000;
		await delay(Math.max(0, due - Date.now()), undefined, { signal }).catch(() => undefined);
		if (signal?.aborted) break;
		const now = await page.evaluate(() => window.soakCounts());
		const sample = sampleOf(before, now, await inspector.heap(), (Date.now() - began) / 1000);
		samples.push(sample);
		onSample?.(sample);
		before = now;
	}
	return samples;
}

function sampleOf(
	before: SoakCounts,
	now: SoakCounts,
	{ used, buffers }: { used: number; buffers: number },
	at: number,
): SoakSample {
	const frames = now.answered - before.answered;
	return {
		at,
		frames,
		ms: (now.ms - before.ms) / Math.max(1, frames),
		faces: (now.faces - before.faces) / Math.max(1, frames),
		dropped: now.shown - before.shown - (now.taken - before.taken),
		waiting: now.taken - now.answered,
		tensors: now.tensors,
		heapMb: used / MB,
		buffersMb: buffers / MB,
		restarts: now.restarts,
	};
}
