/**
 * Protects the way of a tablet to a camera without a certificate of the school's: by the page that it
 * opens first to an encrypted address where everything works that browsers keep for those. The browser
 * trusts the authority of this installation beside the public ones, and no flag overlooks anything.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { chromium, expect, test, type Browser, type Page } from 'playwright/test';
import { issueCertificate, makeAuthority, readAuthority } from '../../server/certificates.js';
import { messages } from '../../server/messages.js';
import { chromiumArguments, findChromium } from '../helpers/chromium';
import { startServer, type RunningServer } from '../helpers/server';
import { trustAuthority } from '../helpers/trusting-browser';
import { expectSound } from './soundness';
import { expectStatus, makeClass, makeFirstAdmin, startRollCall } from './steps';

const text = messages.trust;

let server: RunningServer;
let browser: Browser;
/** The page to open first, and FaceTrack, both by this machine's address on the network. */
let trustUrl: string;
let appUrl: string;

test.beforeAll(async () => {
	server = await startServer({ args: ['--lan'] });
	trustUrl = /http:\/\/[^/\s]+/.exec(server.output())?.[0] ?? '';
	appUrl = `https://${new URL(trustUrl).hostname}:${new URL(server.url).port}`;
	browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: [
			...chromiumArguments(),
			'--use-fake-ui-for-media-stream',
			'--use-fake-device-for-media-stream',
		],
	});
});

test.afterAll(async () => {
	await browser.close();
	await server.stop();
});

/** The certificate as the page hands it out, which is the one that the terminal names. */
async function downloadAuthority(page: Page): Promise<Buffer> {
	const link = page.getByRole('link', { name: text.downloadLink });
	const answer = await page.request.get(
		new URL((await link.getAttribute('href')) ?? '', trustUrl).href,
	);
	const der = await answer.body();
	const { fingerprint256 } = new X509Certificate(der);
	await expect(page.getByText(fingerprint256)).toBeVisible();
	expect(server.output()).toContain(fingerprint256);
	return der;
}

/** In a page of its own: the browser's page of the error comes after the refusal. */
async function expectUntrusted(url: string): Promise<void> {
	const page = await browser.newPage();
	await expect(page.goto(url)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
	await page.close();
}

/** An encrypted server at the same address, whose authority nobody trusts. */
async function startStranger(host: string) {
	const authority = await readAuthority(await makeAuthority('FaceTrack', ['local'], new Date()));
	const local = { names: ['localhost'], addresses: [host] };
	const pair = await issueCertificate(authority, local, new Date());
	const stranger = createServer(pair, (_request, response) => response.end('a stranger'));
	stranger.listen(0, '0.0.0.0');
	await once(stranger, 'listening');
	const address = stranger.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return { url: `https://${host}:${port}`, stop: () => stranger.close() };
}

test('the page to open first is sound on a phone, light and dark, without script', async () => {
	for (const colorScheme of ['light', 'dark'] as const) {
		const viewport = { width: 390, height: 844 };
		const context = await browser.newContext({ colorScheme, viewport });
		const page = await context.newPage();
		await page.goto(trustUrl);
		for (const { device } of text.guides) await page.getByText(device, { exact: true }).click();
		await expectSound(page, `the page to open first, ${colorScheme}`);
		expect(await page.locator('script').count()).toBe(0);
		await context.close();
	}
});

test('a browser that trusts the authority has camera, worker, socket and cookie', async () => {
	const page = await browser.newPage();
	await page.goto(trustUrl);
	const authority = await downloadAuthority(page);
	await expectUntrusted(appUrl);
	const trusted = await trustAuthority(browser, authority);
	test.skip(
		!trusted,
		'this browser has no page for trying policies: set CHROMIUM_PATH to a Chromium',
	);

	const stranger = await startStranger(new URL(appUrl).hostname);
	await expectUntrusted(stranger.url);
	stranger.stop();

	const { pathname } = new URL(server.adminLink ?? '');
	await makeFirstAdmin(page, appUrl + pathname);
	expect(await page.evaluate(() => isSecureContext)).toBe(true);
	const cookies = await page.context().cookies();
	expect(cookies.map(({ secure, httpOnly }) => ({ secure, httpOnly }))).toContainEqual({
		secure: true,
		httpOnly: true,
	});

	const socket = page.waitForEvent('websocket');
	await startRollCall(page, await makeClass(page, appUrl, 'Biology 9B', ['Jo Baker']));
	await expectStatus(page, 'Jo Baker', 'waiting');
	expect((await socket).url()).toContain(appUrl.replace('https:', 'wss:'));

	const label = await page.evaluate(async () => {
		const stream = await navigator.mediaDevices.getUserMedia({ video: true });
		const [track] = stream.getVideoTracks();
		track?.stop();
		return track?.label;
	});
	expect(label).toContain('fake_device');

	// Where a certificate is not trusted, the browser says so here, before it asks for the script.
	const refusal = await page.evaluate(() =>
		navigator.serviceWorker.register('/no-such-worker.js').then(
			() => 'registered',
			(error: unknown) => String(error),
		),
	);
	expect(refusal).toContain('(404)');
	await page.close();
});
