/**
 * Protects what a school decides about visitors: a student of another class is nobody while it is
 * off, and once an admin turns it on the teacher reads who it is, while nobody is marked by it.
 */
import { expect, test } from 'playwright/test';
import { shortName } from '../../src/lib/contract/names';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser } from '../helpers/camera-browser';
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
	const tablet = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	const server = await startServer();
	try {
		const context = await tablet.browser.newContext({ viewport: { width: 1024, height: 768 } });
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
		await tablet.close();
		await server.stop();
	}
});
