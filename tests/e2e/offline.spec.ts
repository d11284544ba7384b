/**
 * Protects what a teacher did while the server was out of reach: it shows at once, the page says
 * that it waits, it is sent when the server is back, and it is there after a reload. What only the
 * server knows is asked for when it is back.
 */
import { expect, test } from 'playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messages } from '../../src/lib/messages';
import { freePort, startServer } from '../helpers/server';
import { expectStatus, makeClass, makeFirstAdmin, startRollCall, statusOf } from './steps';

const { roster, why } = messages.rollCall;

test('a mark by hand outlives a server that dies and comes back', async ({ page }) => {
	const dataDir = await mkdtemp(join(tmpdir(), 'facetrack-data-'));
	const env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
	let server = await startServer({ env });
	try {
		await makeFirstAdmin(page, server.adminLink ?? '');
		const classAddress = await makeClass(page, server.url, 'Biology 9B', ['Jo Baker', 'Rui Costa']);
		await startRollCall(page, classAddress);
		await expectStatus(page, 'Jo Baker', 'waiting');

		await server.kill();
		await expect(page.getByText(/Offline\. /)).toBeVisible({ timeout: 60_000 });
		// By keyboard: on a busy machine a mouse button can be down for as long as a long press.
		await statusOf(page, 'Jo Baker').press('Space');
		await expectStatus(page, 'Jo Baker', 'present');
		await expect(page.getByText(/Offline\. 1 mark\b/)).toBeVisible();

		await page.getByRole('button', { name: roster.details('Rui Costa') }).press('Enter');
		await expect(page.getByText(why.offline)).toBeVisible();

		server = await startServer({ env });
		await expect(page.getByText(why.empty)).toBeVisible({ timeout: 60_000 });
		await page.keyboard.press('Escape');
		await expect(page.getByText(/Offline\. /)).toBeHidden({ timeout: 60_000 });
		await page.reload();
		await expectStatus(page, 'Jo Baker', 'present');
		await expectStatus(page, 'Rui Costa', 'waiting');
	} finally {
		await server.stop();
		await rm(dataDir, { recursive: true, force: true });
	}
});
