import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright/test';
import { fakeCameraArguments, findChromium } from './chromium';

/** A browser whose camera plays a clip. */
export interface CameraBrowser {
	readonly browser: Browser;
	/** Read anew each time a page opens the camera. */
	readonly cameraFile: string;
	/** Closes the browser and deletes the clip. */
	close(): Promise<void>;
}

/**
 * @param show puts the first clip where the camera reads it
 * @param format of the clip: JPEGs one after another, or frames as they are
 */
export async function launchCameraBrowser(
	show: (cameraFile: string) => Promise<void>,
	format: 'mjpeg' | 'y4m' = 'mjpeg',
): Promise<CameraBrowser> {
	const folder = await mkdtemp(join(tmpdir(), 'facetrack-camera-'));
	const cameraFile = join(folder, `camera.${format}`);
	await show(cameraFile);
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: fakeCameraArguments(cameraFile),
	});
	return {
		browser,
		cameraFile,
		async close() {
			await browser.close();
			await rm(folder, { recursive: true });
		},
	};
}
