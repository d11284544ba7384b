/**
 * Protects a slow network: the first load of a page without a camera sends less than 150 KB of script,
 * and nothing that only a camera needs.
 */
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from 'playwright/test';
import { isEngineFile } from '../../src/lib/client/app/cached-files';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { makeClass, makeFirstAdmin, startRollCall, statusOf } from './steps';

const { rollCall, reports } = messages;
const CLIENT = fileURLToPath(new URL('../../build/client', import.meta.url));
const MOST_BYTES = 150_000;

let server: RunningServer;
let classAddress: string;
let display: string;
let signedIn: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

// The kept shell would hide what a first visit loads.
test.use({ serviceWorkers: 'block', viewport: { width: 390, height: 844 } });

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	const context = await browser.newContext();
	const page = await context.newPage();
	await makeFirstAdmin(page, server.adminLink ?? '');
	classAddress = await makeClass(page, server.url, 'Biology 9B', ['Jo Baker']);
	await startRollCall(page, classAddress);
	await statusOf(page, 'Jo Baker').press('Space');
	display = (await page.locator('a[href^="/display/"]').getAttribute('href')) ?? '';
	await page.getByRole('button', { name: rollCall.close.actionLong }).click();
	await page.getByRole('button', { name: rollCall.close.confirm }).click();
	await expect(page.getByRole('button', { name: rollCall.close.actionLong })).toBeHidden();
	signedIn = await context.storageState();
	await context.close();
});

test.afterAll(async () => {
	await server.stop();
});

/** Loads a page with nothing kept. @returns the script files that came, by path, in bytes of gzip */
async function scriptsOf(page: Page, url: string): Promise<Map<string, number>> {
	const paths: string[] = [];
	page.on('response', (response) => {
		if (response.request().resourceType() === 'script') {
			paths.push(new URL(response.url()).pathname);
		}
	});
	await page.goto(url, { waitUntil: 'networkidle' });
	const sizes = paths.map(
		async (path) => [path, (await stat(`${CLIENT}${path}.gz`)).size] as const,
	);
	return new Map(await Promise.all(sizes));
}

const report = () => `/reports?class=${new URL(classAddress).pathname.split('/').pop() ?? ''}`;

const places: [name: string, address: () => string][] = [
	['today', () => '/today'],
	['classes', () => '/classes'],
	['a class', () => new URL(classAddress).pathname],
	['a report', report],
	['an import', () => '/reports/import'],
	['people', () => '/people'],
	['the school', () => '/school'],
	['me', () => '/me'],
	['a display', () => display],
];

test('sign-in', async ({ page }) => {
	await expectLight(page, `${server.url}/sign-in`);
});

for (const [name, address] of places) {
	test(name, async ({ page }) => {
		await page.context().addCookies(signedIn.cookies);
		await expectLight(page, `${server.url}${address()}`);
	});
}

test('a report draws its charts when they come into sight', async ({ page }) => {
	await page.context().addCookies(signedIn.cookies);
	await page.goto(`${server.url}${report()}`);
	const chart = page.getByRole('img', { name: reports.charts.weekdays.title });
	await chart.scrollIntoViewIfNeeded();
	await expect(chart.locator('svg').first()).toBeVisible();
});

test('a chart that was never looked at is on paper as a table', async ({ page }) => {
	await page.context().addCookies(signedIn.cookies);
	await page.setViewportSize({ width: 390, height: 160 });
	await page.goto(`${server.url}${report()}`);
	await page.getByRole('link', { name: 'Jo Baker' }).click();
	const { title } = reports.charts.days;
	const chart = page.getByRole('img', { name: title, exact: true });
	await expect(chart).toBeAttached();
	const table = page.getByRole('table', { name: title, exact: true });
	await expect(table).toBeHidden();
	await page.emulateMedia({ media: 'print' });
	await expect(table).toBeVisible();
	await expect(chart).toBeHidden();
});

async function expectLight(page: Page, url: string): Promise<void> {
	const scripts = await scriptsOf(page, url);
	expect(new URL(page.url()).pathname).toBe(new URL(url).pathname);
	expect(scripts.size).toBeGreaterThan(5);
	expect([...scripts.keys()].filter(isEngineFile)).toEqual([]);
	const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
	expect(bytes).toBeLessThan(MOST_BYTES);
}
