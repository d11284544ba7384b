/**
 * Protects a camera page against what happens to a camera: it is pulled out and put back, the tab is
 * hidden, and somebody chooses what the device computes on, threads of the built worker included.
 */
import { expect, test, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { headOf } from '../helpers/sample-faces';
import { startServer, type RunningServer } from '../helpers/server';
import { makeClass, makeFirstAdmin, showHead, startCamera, startRollCall } from './steps';

const { camera, rollCall } = messages;

let server: RunningServer;
let tablet: CameraBrowser;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
	tablet = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	server = await startServer();
	page = await tablet.browser.newPage();
	// Threads are offered from four cores on; the worker itself counts the real ones.
	await page.addInitScript(() => {
		Object.defineProperty(navigator, 'hardwareConcurrency', { value: 4 });
	});
	await makeFirstAdmin(page, server.adminLink ?? '');
	const classAddress = await makeClass(page, server.url, 'Biology 9B', ['Jo Baker']);
	await startRollCall(page, classAddress);
	await startCamera(page);
	await expectToSee();
});

test.afterAll(async () => {
	await tablet.close();
	await server.stop();
});

const details = () => page.getByTestId('details');

/** The face before the camera is seen and belongs to nobody; only frames that are answered say so. */
async function expectToSee(): Promise<void> {
	await expect(page.getByText(rollCall.details.unknown(1))).toBeVisible({ timeout: 60_000 });
}

/** What a browser does when the cable is pulled. */
async function unplug(): Promise<void> {
	await page.locator('video').evaluate((video: HTMLVideoElement) => {
		if (!(video.srcObject instanceof MediaStream)) throw new Error('There is no camera.');
		const [track] = video.srcObject.getVideoTracks();
		track?.stop();
		track?.dispatchEvent(new Event('ended'));
	});
	await expect(page.getByText(camera.problem.unplugged.title)).toBeVisible();
}

test('a camera that was unplugged is told, and goes on when it is back', async () => {
	await unplug();
	await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
	await expectToSee();
});

test('a camera that was taken away goes on when asked', async () => {
	await unplug();
	await page.getByRole('button', { name: camera.tryAgain }).click();
	await expectToSee();
});

test('a person chooses what the device computes on, threads among it', async () => {
	await expect(details()).toContainText(rollCall.details.backend.wasm);
	await details().click();
	const choice = page.getByLabel(rollCall.details.compute);
	await choice.selectOption({ label: rollCall.details.backend['wasm-threads'] });
	await expect(details()).toContainText(rollCall.details.backend['wasm-threads']);
	await expectToSee();
	await choice.selectOption({ label: rollCall.details.automatic });
	await expect(details()).toHaveText(/WASM(?!, several)/);
});
