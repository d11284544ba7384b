// Protects what faces are computed on: whichever backend a device takes, its vectors fit those of
// every other device; a slow one is not taken; and a graphics processor that goes away is survived.
import { chromium, expect, test, type Browser, type Page } from 'playwright/test';
import path from 'node:path';
import { cosine, type BackendName } from '../../src/lib/client/face/backend-choice';
import { startPageHarness } from '../../vite/page-harness';
import { chromiumArguments, findChromium } from '../helpers/chromium';
import { samplePhoto } from '../helpers/sample-faces';
import { WorkerInspector } from '../helpers/worker-inspector';

/** A processor that draws in place of a graphics processor: slow, and exact enough. */
const SOFTWARE_GL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const PHOTOS = [1, 3, 6].map((n) => `/samples/sample${n}.jpg`);

let browser: Browser;
let page: Page;
let stop: () => Promise<void>;

test.describe.configure({ mode: 'serial', timeout: 240_000 });

test.beforeAll(async () => {
	const harness = await startPageHarness({
		script: '/tests/browser/harness/backends.ts',
		name: 'harness-backends',
		fileAt: (pathname) => {
			const n = /^\/samples\/sample(\d)\.jpg$/.exec(pathname)?.[1];
			return n === undefined ? null : path.resolve(samplePhoto(Number(n)));
		},
	});
	stop = () => harness.close();
	browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: [...chromiumArguments().filter((flag) => flag !== '--disable-gpu'), ...SOFTWARE_GL],
	});
	page = await browser.newPage();
	await page.goto(harness.url);
	await page.waitForFunction(() => 'backends' in window);
});

test.afterAll(async () => {
	await browser.close();
	await stop();
});

async function vectors(): Promise<number[][]> {
	const all: number[][] = [];
	for (const photo of PHOTOS) {
		const vector = await page.evaluate((url) => window.backends.vector(url), photo);
		if (vector === null) throw new Error(`There is no face in ${photo}.`);
		all.push(vector);
	}
	return all;
}

async function vectorsOn(backend: BackendName): Promise<number[][]> {
	await page.evaluate((b) => window.backends.start(b), backend);
	return vectors();
}

function expectAgreement(actual: readonly number[][], expected: readonly number[][]): void {
	expect(actual).toHaveLength(expected.length);
	actual.forEach((vector, i) => {
		expect(cosine(vector, expected[i] ?? [])).toBeGreaterThan(0.999);
	});
}

test('threads answer as WebAssembly on one core does', async () => {
	const reference = await vectorsOn('wasm');
	expectAgreement(await vectorsOn('wasm-threads'), reference);
});

test('WebGPU answers as WebAssembly does', async () => {
	const hasAdapter = await page.evaluate(async () => {
		return 'gpu' in navigator && (await navigator.gpu.requestAdapter()) !== null;
	});
	test.skip(!hasAdapter, 'this machine has no WebGPU');
	const reference = await vectorsOn('wasm');
	expectAgreement(await vectorsOn('webgpu'), reference);
});

test('WebGL answers as WebAssembly does, also after its processor went away', async () => {
	const reference = await vectorsOn('wasm');
	const inspecting = WorkerInspector.attach(page);
	expectAgreement(await vectorsOn('webgl'), reference);
	expect(await (await inspecting).loseGraphics()).toBeGreaterThan(0);
	await expect
		.poll(() => page.evaluate(() => window.backends.states.map(({ status }) => status).join()), {
			timeout: 90_000,
		})
		.toMatch(/ready,restarting,.*ready$/);
	expectAgreement(await vectors(), reference);
});

test('a device tries its backends once, and does not take one that is slower', async () => {
	expect(await page.evaluate(() => window.backends.remembered())).toBeNull();
	await page.evaluate(() => window.backends.tryIdle());
	await expect
		.poll(() => page.evaluate(() => window.backends.remembered()), { timeout: 120_000 })
		.toBe('wasm');
});
