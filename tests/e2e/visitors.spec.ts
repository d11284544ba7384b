/**
 * Protects what a school decides about visitors: a student of another class is nobody while it is
 * off, and once an admin turns it on the teacher reads who it is, while nobody is marked by it.
 */
import { chromium, expect, test } from 'playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortName } from '../../src/lib/contract/names';
import { messages } from '../../src/lib/messages';
import { fakeCameraArguments, findChromium } from '../helpers/chromium';
import { headOf } from '../helpers/sample-faces';
import { startServer } from '../helpers/server';
import { watchDrawnNames } from './drawn-names';
import { expectSound } from './soundness';
import {
	enrol,
	expectStatus,
	makeClass,
	makeFirstAdmin,
	showHead,
	startCamera,
	startRollCall,
} from './steps';

const { common, recognition, rollCall } = messages;

test('a student at the wrong door is a visitor, where the school wants that', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'facetrack-camera-'));
	const cameraFile = join(folder, 'camera.mjpeg');
	await showHead(cameraFile, await headOf('dora'));
	const server = await startServer();
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: fakeCameraArguments(cameraFile),
	});
	try {
		const context = await browser.newContext({ viewport: { width: 1024, height: 768 } });
		const page = await context.newPage();
		const drawn = await watchDrawnNames(page);
		await makeFirstAdmin(page, server.adminLink ?? '');
		await enrol(page, await makeClass(page, server.url, 'Biology 8A', ['Dora Diaz']), 'Dora Diaz');
		const classAddress = await makeClass(page, server.url, 'Biology 9B', ['Jo Baker']);
		const address = await startRollCall(page, classAddress);
		await startCamera(page);
		const unknown = page.getByText(rollCall.details.unknown(1));
		await expect(unknown).toBeVisible({ timeout: 60_000 });
		expect(await drawn.leftToRight()).toEqual([rollCall.face.unknown]);

		await page.goto(`${server.url}/school`);
		await page.getByRole('checkbox', { name: recognition.visitors }).check();
		await page.getByRole('radio', { name: recognition.choice(300) }).check();
		await page.getByRole('button', { name: recognition.save }).click();
		await expect(page.getByText(common.saved)).toBeVisible();

		await page.goto(address);
		await startCamera(page);
		const list = page.getByRole('region', { name: rollCall.visitors.title(1) });
		await expect(list).toContainText('Dora Diaz, Biology 8A', { timeout: 60_000 });
		await expect.poll(drawn.leftToRight).toEqual([rollCall.face.visitor(shortName('Dora Diaz'))]);
		await expectStatus(page, 'Jo Baker', 'waiting');
		await expectSound(page, 'a roll call with a visitor');
		await page.getByRole('button', { name: rollCall.visitors.dismissLong('Dora Diaz') }).click();
		await expect(list).toBeHidden();

		await page.goto(`${server.url}/school`);
		await expect(page.getByRole('checkbox', { name: recognition.visitors })).toBeChecked();
		await expect(page.getByRole('radio', { name: recognition.choice(300) })).toBeChecked();
	} finally {
		await browser.close();
		await server.stop();
		await rm(folder, { recursive: true });
	}
});
