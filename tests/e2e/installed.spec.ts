/**
 * Protects the app on a device: without a network it says what still works and comes back by itself,
 * what it keeps belongs to nobody, and a new version comes when somebody says so, never during a roll
 * call.
 */
import { chromium, devices, expect, test, type Page } from 'playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ENGINE_CACHE, isEngineFile } from '../../src/lib/client/app/cached-files';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser } from '../helpers/camera-browser';
import { chromiumArguments, findChromium } from '../helpers/chromium';
import { makeNextBuild } from '../helpers/next-build';
import { headOf } from '../helpers/sample-faces';
import { freePort, startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import {
	expectStatus,
	makeClass,
	makeFirstAdmin,
	showHead,
	signIn,
	startCamera,
	startRollCall,
	statusOf,
} from './steps';

const { app, rollCall, common, accounts } = messages;

/** Names that no sentence of the app has as an example. */
const CLASS = 'Zoology 7Q';
const STUDENT = 'Wilma Quist';

/** Until the service worker answers for this page. */
async function whenInstalled(page: Page): Promise<void> {
	await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Everything that the app keeps on this device, text and address of each. */
function keptFiles(page: Page): Promise<{ cache: string; path: string; text: string }[]> {
	return page.evaluate(async () => {
		const names = await caches.keys();
		const lists = names.map(async (name) => {
			const cache = await caches.open(name);
			const answers = (await cache.keys()).map(async (request) => {
				const text = (await (await cache.match(request))?.text()) ?? '';
				return { cache: name, path: new URL(request.url).pathname, text };
			});
			return Promise.all(answers);
		});
		return (await Promise.all(lists)).flat();
	});
}

test.describe('one server', () => {
	let server: RunningServer;
	let rollCallAddress: string;

	test.describe.configure({ mode: 'serial' });

	test.beforeAll(async ({ browser }) => {
		server = await startServer();
		const page = await browser.newPage();
		await makeFirstAdmin(page, server.adminLink ?? '');
		const classAddress = await makeClass(page, server.url, CLASS, [STUDENT]);
		rollCallAddress = await startRollCall(page, classAddress);
		await page.close();
	});

	test.afterAll(async () => {
		await server.stop();
	});

	test('the manifest is whole, and its pictures are what it says', async ({ page }) => {
		await page.goto(`${server.url}/sign-in`);
		const href = await page.locator('link[rel="manifest"]').getAttribute('href');
		const answer = await page.request.get(new URL(href ?? '', server.url).href);
		expect(answer.headers()).toMatchObject({
			'content-type': 'application/manifest+json',
			'cache-control': 'no-cache',
		});
		const manifest: unknown = await answer.json();
		expect(manifest).toMatchObject({
			id: '/',
			name: common.productName,
			short_name: common.productName,
			start_url: '/today',
			scope: '/',
			display: 'standalone',
			shortcuts: [
				{ name: app.manifest.checkIn, url: '/check-in' },
				{ name: app.manifest.rollCall, url: '/today' },
			],
		});
		const { icons, screenshots } = manifest as {
			icons: { src: string; sizes: string; purpose: string }[];
			screenshots: { src: string; sizes: string; form_factor: string }[];
		};
		expect(screenshots.map(({ form_factor: form }) => form)).toEqual(['wide', 'narrow']);
		expect(icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual([
			'192x192 any',
			'512x512 any',
			'192x192 maskable',
			'512x512 maskable',
		]);
		for (const { src, sizes } of [...icons, ...screenshots]) {
			const picture = await page.request.get(new URL(src, server.url).href);
			const { width, height, format } = await sharp(await picture.body()).metadata();
			expect(`${width}x${height} ${format}`).toBe(`${sizes} png`);
		}
	});

	test('Chromium has nothing against installing it', async () => {
		// With a profile of its own: what is private can install nothing.
		const profile = await mkdtemp(join(tmpdir(), 'facetrack-profile-'));
		const context = await chromium.launchPersistentContext(profile, {
			executablePath: findChromium() ?? undefined,
			args: chromiumArguments(),
		});
		const page = await context.newPage();
		await page.goto(`${server.url}/sign-in`);
		const session = await context.newCDPSession(page);
		const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
		expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual([]);
		await context.close();
		await rm(profile, { recursive: true });
	});

	test('files of the build are kept for good, and the service worker is asked for anew', async ({
		page,
	}) => {
		await page.goto(`${server.url}/sign-in`);
		const script = await page.request.get(`${server.url}/service-worker.js`);
		expect(script.headers()).toMatchObject({
			'cache-control': 'no-cache',
			'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'",
		});
		const first = await page.locator('link[rel="modulepreload"]').first().getAttribute('href');
		const chunk = await page.request.get(new URL(first ?? '', server.url).href);
		expect(chunk.headers()['cache-control']).toBe('public,max-age=31536000,immutable');
	});

	test('without a network it says what still works, at any address, and comes back', async ({
		page,
	}) => {
		await signIn(page, server.url, 'ada');
		await whenInstalled(page);
		await page.context().setOffline(true);

		for (const [path, words] of [
			['/reports', app.offline.anywhere],
			['/check-in', app.offline.checkIn],
			[new URL(rollCallAddress).pathname, app.offline.rollCall],
		] as const) {
			await page.goto(`${server.url}${path}`);
			await expect(page.getByRole('heading', { name: words.title })).toBeVisible();
			await expect(page.getByText(words.works[0])).toBeVisible();
			await expect(page.getByText('Ada Admin')).toBeHidden();
			await expect(page.getByText(common.offline)).toBeHidden();
			await expectSound(page, `offline at ${path}`);
		}
		await page.getByRole('button', { name: app.offline.again }).click();
		await expect(page.getByText(app.offline.still)).toBeVisible();

		await page.context().setOffline(false);
		await expectStatus(page, STUDENT, 'waiting', 60_000);
		expect(page.url()).toBe(rollCallAddress);
	});

	test('a page that is walked to without a network says so too', async ({ page }) => {
		await signIn(page, server.url, 'ada');
		await whenInstalled(page);
		await page.context().setOffline(true);
		await page.getByRole('link', { name: common.nav.classes }).first().click();
		await expect(page.getByRole('heading', { name: app.offline.title })).toBeVisible();
		await page.context().setOffline(false);
		await expect(page.getByText(CLASS)).toBeVisible({ timeout: 60_000 });
	});

	test('what is kept is the shell, and nothing of whoever was signed in', async ({ page }) => {
		await signIn(page, server.url, 'ada');
		await whenInstalled(page);
		await page.goto(rollCallAddress);
		await expect(statusOf(page, STUDENT)).toBeVisible();
		await page.goto(`${server.url}/me`);
		await page.getByRole('button', { name: accounts.me.signOutHere }).click();
		await expect(page).toHaveURL(/\/sign-in$/);

		const kept = await keptFiles(page);
		const shell = kept.map(({ path }) => path);
		expect(shell).toContain('/offline');
		expect(shell.filter((path) => path.startsWith('/_app/immutable/')).length).toBeGreaterThan(5);
		const others = shell.filter(
			(path) => !/^\/(offline|favicon\.svg|_app\/immutable\/.*)$/.test(path),
		);
		expect(others).toEqual([]);
		const named = kept.filter(({ text }) => /Ada Admin|Wilma Quist|Zoology 7Q/.test(text));
		expect(named.map(({ path }) => path)).toEqual([]);
	});
});

test('the app is offered from the second visit on, and never again after a no', async ({
	page,
}) => {
	const server = await startServer();
	try {
		await makeFirstAdmin(page, server.adminLink ?? '');
		const hint = page.getByRole('region', { name: app.install.title });
		await expect(hint).toBeHidden();
		// What Chromium says to a page in a window of a person, once it finds that it can be installed.
		const offer = () =>
			page.evaluate(() => {
				const asks = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
					prompt: () => {
						document.documentElement.dataset.asked = 'yes';
						return Promise.resolve();
					},
				});
				window.dispatchEvent(asks);
				// What follows from it is drawn by then.
				return new Promise<boolean>((drawn) => {
					requestAnimationFrame(() => requestAnimationFrame(() => drawn(asks.defaultPrevented)));
				});
			});
		expect(await offer()).toBe(true);
		await expect(hint).toBeHidden();
		await page.reload();
		await whenInstalled(page);
		expect(await offer()).toBe(true);
		await expect(hint).toBeVisible();
		await page.getByRole('button', { name: app.install.dismiss }).click();
		await expect(hint).toBeHidden();
		await page.reload();
		await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
		await offer();
		await expect(hint).toBeHidden();
		// Where one looks for it, it stays.
		await page.getByRole('button', { name: common.accountOf('Ada Admin') }).click();
		await page.getByRole('menuitem', { name: common.nav.me }).click();
		await page.getByRole('button', { name: app.install.action }).click();
		expect(await page.evaluate(() => document.documentElement.dataset.asked)).toBe('yes');
		await expect(hint).toBeHidden();
	} finally {
		await server.stop();
	}
});

test('an iPhone is told what to tap', async ({ browser }) => {
	const server = await startServer();
	const context = await browser.newContext(devices['iPhone 15']);
	try {
		const page = await context.newPage();
		await makeFirstAdmin(page, server.adminLink ?? '');
		await whenInstalled(page);
		await page.reload();
		await expect(page.getByText(app.install.shareText)).toBeVisible();
		await expectSound(page, 'today on an iPhone');
		await page.getByRole('button', { name: app.install.dismiss }).click();
		await page.reload();
		await whenInstalled(page);
		await expect(page.getByText(app.install.shareText)).toBeHidden();
	} finally {
		await context.close();
		await server.stop();
	}
});

test('a camera says what it loads, loads it once, and starts without a network then', async () => {
	// A network of 1.5 MB a second, twice the engine's start, and it must not depend on the machine.
	test.slow();
	const server = await startServer();
	const tablet = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	try {
		const page = await tablet.browser.newPage();
		await makeFirstAdmin(page, server.adminLink ?? '');
		await whenInstalled(page);
		await startRollCall(page, await makeClass(page, server.url, CLASS, [STUDENT]));
		const size = page.getByText(/The first time on this device, 4\.\d\sMB are loaded/);
		await expect(size).toBeVisible();
		expect((await keptFiles(page)).filter(({ cache }) => cache === ENGINE_CACHE)).toEqual([]);

		// A slow network, so that there is something to see.
		const network = await page.context().newCDPSession(page);
		const slow = { latency: 0, downloadThroughput: 1_500_000, uploadThroughput: 1_500_000 };
		await network.send('Network.emulateNetworkConditions', { offline: false, ...slow });
		await startCamera(page);
		const bar = page.getByRole('progressbar', { name: /Getting ready to recognise faces/ });
		await expect(bar).toBeVisible();
		await expect(page.getByText(/4\.\d\sMB, only this first time/)).toBeVisible();
		const seen = page.getByText(rollCall.details.unknown(1));
		await expect(seen).toBeVisible({ timeout: 90_000 });
		const names = (await keptFiles(page))
			.filter(({ cache }) => cache === ENGINE_CACHE)
			.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
		expect(names).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^worker-.*\.js$/),
				'weights.bin',
				'blazeface.bin',
				'facemesh.bin',
				'tfjs-backend-wasm-simd.wasm',
			]),
		);

		// The engine starts anew, in a new worker, without a network.
		const loads: { path: string; kept: boolean }[] = [];
		page.on('response', (response) => {
			const path = new URL(response.url()).pathname;
			if (isEngineFile(path)) loads.push({ path, kept: response.fromServiceWorker() });
		});
		await page.context().setOffline(true);
		await page.getByTestId('details').click();
		const choice = page.getByLabel(rollCall.details.compute);
		await choice.selectOption({ label: rollCall.details.backend.wasm });
		await expect.poll(() => loads.length, { timeout: 60_000 }).toBe(names.length);
		await expect(bar).toBeHidden({ timeout: 60_000 });
		await expect(seen).toBeVisible();
		expect(loads.filter(({ kept }) => !kept)).toEqual([]);

		await page.context().setOffline(false);
		await page.reload();
		await expect(page.getByRole('button', { name: messages.camera.start })).toBeVisible();
		await expect(size).toBeHidden();
	} finally {
		await tablet.close();
		await server.stop();
	}
});

test('a new version waits for a yes, and never comes during a roll call', async ({ page }) => {
	const next = await makeNextBuild();
	const dataDir = await mkdtemp(join(tmpdir(), 'facetrack-data-'));
	const env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
	let server = await startServer({ env });
	try {
		await makeFirstAdmin(page, server.adminLink ?? '');
		await whenInstalled(page);
		const classAddress = await makeClass(page, server.url, 'Biology 9B', ['Jo Baker']);
		const rollCallAddress = await startRollCall(page, classAddress);
		await expectStatus(page, 'Jo Baker', 'waiting');

		await server.stop();
		server = await startServer({ env, root: next.root });
		await expect(page.getByText(/Offline\. /)).toBeHidden({ timeout: 60_000 });
		const isWaiting = () =>
			page.evaluate(async () => {
				const registration = await navigator.serviceWorker.getRegistration();
				await registration?.update();
				return registration?.waiting?.state;
			});
		await expect.poll(isWaiting, { timeout: 30_000 }).toBe('installed');
		const bar = page.getByText(app.update.ready);
		const update = page.getByRole('button', { name: app.update.action });

		// Another tab is in nobody's way, but it may not change the version under the roll call either.
		const other = await page.context().newPage();
		await other.goto(`${server.url}/classes`);
		await expect(other.getByRole('heading', { name: messages.classes.list.title })).toBeVisible();
		await page.bringToFront();
		await page.getByRole('button', { name: rollCall.close.actionLong }).click();
		const confirm = page.getByRole('button', { name: rollCall.close.confirm });
		await expect(confirm).toBeVisible();
		await expect(bar).toBeHidden();
		await expect(other.getByText(app.update.ready)).toBeHidden();
		await confirm.click();
		await expect(bar).toBeVisible();
		await expect(other.getByText(app.update.ready)).toBeVisible();

		let loads = 0;
		let otherLoads = 0;
		page.on('load', () => loads++);
		other.on('load', () => otherLoads++);
		const loaded = page.waitForEvent('load');
		await update.click();
		await loaded;
		expect(page.url()).toBe(rollCallAddress);
		await expect(page.getByText('Jo Baker').first()).toBeVisible();
		await expect(bar).toBeHidden();
		expect(await isWaiting()).toBeUndefined();
		expect({ loads, otherLoads }).toEqual({ loads: 1, otherLoads: 0 });
	} finally {
		await server.stop();
		await next.remove();
		await rm(dataDir, { recursive: true, force: true });
	}
});
