/**
 * Protects from one face under two names and two faces under one: the tablet says whose face it
 * knows, staff decide by tap or key, and only then it is stored.
 */
import { expect, test, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { headOf } from '../helpers/sample-faces';
import { startServer, type RunningServer } from '../helpers/server';
import { consent, enrol, makeClass, makeFirstAdmin, showHead } from './steps';

const text = messages.enrolment.capture;
const PATIENCE_MS = 90_000;

let server: RunningServer;
let tablet: CameraBrowser;
let page: Page;
let classAddress: string;

test.describe.configure({ mode: 'serial', timeout: 300_000 });

test.beforeAll(async () => {
	tablet = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	server = await startServer();
	page = await (
		await tablet.browser.newContext({ viewport: { width: 390, height: 844 } })
	).newPage();
	if (server.adminLink === null) throw new Error(server.output());
	await makeFirstAdmin(page, server.adminLink);
	classAddress = await makeClass(page, server.url, 'Biology 9B', ['Dora Diaz', 'Nora Diaz']);
	await enrol(page, classAddress, 'Dora Diaz');
});
test.afterAll(async () => {
	await tablet.close();
	await server.stop();
});
test.afterEach(async () => {
	const info = test.info();
	if (info.status === info.expectedStatus) return;
	await page.screenshot({ path: info.outputPath('tablet.png') });
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const enrolledCount = async (count: number) => {
	await page.goto(classAddress);
	await expect(page.getByText(messages.classes.coverage(count, 2))).toBeVisible();
};

test('a face that is enrolled already is shown with its name, and stopping stores nothing', async () => {
	await consent(page, classAddress, 'Nora Diaz');
	const known = messages.enrolment.sameFace([{ name: 'Dora Diaz', classNames: ['Biology 9B'] }]);
	await expect(page.getByText(known)).toBeVisible({ timeout: PATIENCE_MS });
	const { stop, confirm } = text.objection['same-face'];
	for (const name of [stop, confirm, text.again]) await expect(button(name)).toBeInViewport();
	const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
	expect(scrollWidth).toBe(clientWidth);

	await button(stop).click();
	await expect(page).toHaveURL(classAddress);
	await enrolledCount(1);
});

test('twins are enrolled when staff say so, by the keyboard, and the class page tells of them', async () => {
	await page.goto(classAddress);
	await page.getByRole('link', { name: messages.classes.one.enrolWhom('Nora Diaz') }).click();
	const { confirm } = text.objection['same-face'];
	await expect(button(confirm)).toBeVisible({ timeout: PATIENCE_MS });
	await button(text.objection['same-face'].stop).focus();
	await page.keyboard.press('Tab');
	await expect(button(confirm)).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByText(text.doneText('Nora Diaz'))).toBeVisible();
	await enrolledCount(2);
	await expect(
		page.getByText(messages.classes.one.faces.alike('Dora Diaz', 'Nora Diaz')),
	).toBeVisible();
});

test('another face than before takes its place only when staff say so', async () => {
	await showHead(tablet.cameraFile, await headOf('hana'));
	await page.goto(classAddress);
	await page.getByRole('link', { name: messages.classes.one.enrolWhom('Nora Diaz') }).click();
	await button(messages.enrolment.captureAgain).click();
	const { confirm } = text.objection['other-face'];
	await expect(button(confirm)).toBeVisible({ timeout: PATIENCE_MS });
	await expect(page.getByText(/enrolled as Nora Diaz on \d+ \w+ \d{4}\./)).toBeVisible();
	await button(confirm).click();
	await expect(page.getByText(text.doneText('Nora Diaz'))).toBeVisible();
	await enrolledCount(2);
	await expect(
		page.getByText(messages.classes.one.faces.alike('Dora Diaz', 'Nora Diaz')),
	).toHaveCount(0);
});
