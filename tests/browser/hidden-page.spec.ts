// Protects the time after a page was hidden: nothing is looked at meanwhile, nothing has queued up
// when it comes back, and it goes on by itself.
import { chromium, expect, test } from 'playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareModels } from '../../models/prepare.js';
import { preparedModels } from '../bench/engines';
import { sceneOf } from '../bench/scene';
import { fakeCameraArguments, findChromium } from '../helpers/chromium';
import { showToCamera } from '../helpers/fake-camera';
import { startPageHarness } from '../../vite/page-harness';

test('a hidden page looks at nothing, and goes on when it is seen again', async () => {
	await prepareModels();
	const folder = await mkdtemp(path.join(tmpdir(), 'facetrack-hidden-'));
	const cameraFile = path.join(folder, 'camera.mjpeg');
	await showToCamera(cameraFile, await sceneOf(1, 1));
	const harness = await startPageHarness({ script: '/tests/bench/page/soak.ts', name: 'soak' });
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: fakeCameraArguments(cameraFile),
	});
	try {
		const page = await browser.newPage();
		await page.goto(harness.url);
		await page.waitForFunction(() => 'startSoak' in window);
		await page.evaluate((models) => window.startSoak(models), await preparedModels());
		const counts = () => page.evaluate(() => window.soakCounts());
		const hide = (hidden: boolean) =>
			page.evaluate((value) => {
				Object.defineProperty(document, 'hidden', { value, configurable: true });
			}, hidden);
		const until = (reached: (now: Awaited<ReturnType<typeof counts>>) => boolean) =>
			expect.poll(async () => reached(await counts())).toBe(true);

		await until(({ answered }) => answered > 3);
		await hide(true);
		// A frame may be in work; it is answered, and no other one is taken while many are shown.
		await until(({ taken, answered }) => taken === answered);
		const before = await counts();
		await until(({ shown }) => shown > before.shown + 30);
		expect((await counts()).taken).toBe(before.taken);

		await hide(false);
		await until(({ answered }) => answered > before.answered + 3);
		const after = await counts();
		expect(after.taken - after.answered).toBeLessThanOrEqual(1);
		expect(after.restarts).toBe(0);
	} finally {
		await browser.close();
		await harness.close();
		await rm(folder, { recursive: true });
	}
});
