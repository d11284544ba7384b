/**
 * Protects the projector: it shows the code that lets students check in only while that code holds,
 * takes up again what it missed when the server comes back, and ends with the final counts.
 */
import { expect, test, type Page } from 'playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messages } from '../../src/lib/messages';
import { freePort, startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import { makeClass, makeFirstAdmin, startRollCall, statusOf } from './steps';

const words = messages.display;
const NAMES = Array.from({ length: 24 }, (_, i) => `Student ${String.fromCharCode(65 + i)}.`);

let dataDir: string;
let env: Record<string, string>;
let server: RunningServer;
let teacher: Page;
let display: Page;

test.describe.configure({ mode: 'serial' });
test.use({ reducedMotion: 'reduce' });

test.beforeAll(async ({ browser }) => {
	dataDir = await mkdtemp(join(tmpdir(), 'facetrack-data-'));
	env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
	server = await startServer({ env });
	teacher = await browser.newPage();
	await makeFirstAdmin(teacher, server.adminLink ?? '');
	await startRollCall(teacher, await makeClass(teacher, server.url, 'Biology 9B', NAMES));
	const link = teacher.getByRole('link', { name: messages.rollCall.displayLong });
	// A projector is nobody's account.
	display = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
	await display.goto(new URL((await link.getAttribute('href')) ?? '', server.url).href);
});
test.afterAll(async () => {
	await server.stop();
	await rm(dataDir, { recursive: true, force: true });
});

const code = () => display.getByTestId('check-in-code');
const digits = async () =>
	(await code()
		.getByText(/^\d{4} \d{4}$/)
		.textContent()) ?? '';

test('shows code and names large enough for the back row', async () => {
	await expect(code().getByText(/^\d{4} \d{4}$/)).toBeVisible();
	await expect(code().getByRole('img', { name: words.code.picture })).toBeVisible();
	await expectSound(display, 'the display');
	const sizes = await display
		.getByRole('list', { name: words.names })
		.evaluate((list) => getComputedStyle(list).fontSize);
	expect(parseFloat(sizes)).toBeGreaterThanOrEqual(28);
	const fits = await display.evaluate(() => document.documentElement.scrollHeight <= innerHeight);
	expect(fits, 'all of it is seen without scrolling').toBe(true);
});

test('changes the code, and the picture with it', async () => {
	const before = await digits();
	const picture = code().getByRole('img', { name: words.code.picture }).locator('path');
	const drawn = await picture.getAttribute('d');
	await expect.poll(digits, { timeout: 20_000 }).not.toBe(before);
	expect(await picture.getAttribute('d')).not.toBe(drawn);
});

test('hides a code that no longer holds, and comes back with what it missed', async () => {
	await server.kill();
	await expect(code().getByText(words.code.none)).toBeVisible({ timeout: 60_000 });
	await statusOf(teacher, NAMES[0]!).press('Space');
	server = await startServer({ env });
	await expect(code().getByText(/^\d{4} \d{4}$/)).toBeVisible({ timeout: 60_000 });
	await expect(display.getByText(words.of(1, NAMES.length))).toBeVisible({ timeout: 60_000 });
});

test('ends with the final counts and no code', async () => {
	await teacher.getByRole('button', { name: messages.rollCall.close.actionLong }).click();
	await teacher.getByRole('button', { name: messages.rollCall.close.confirm }).click();
	await expect(display.getByText(/^Closed at /)).toBeVisible({ timeout: 30_000 });
	await expect(code()).toBeHidden();
	await expect(display.getByText(words.of(1, NAMES.length))).toBeVisible();
	await expectSound(display, 'the display of a closed roll call');
});
