/**
 * Protects a roll call that goes on without a network: whatever takes it away (the network, the server, a
 * phone that sleeps, a tab that is closed, a device that is full), all that was marked and seen arrives when
 * it is back, once, from its own person, with the time at which it was. Counted in the database.
 */
import postgres from 'postgres';
import { expect, test, type BrowserContext, type Page } from 'playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messages } from '../../src/lib/messages';
import { startEmbeddedPostgres } from '../../src/lib/server/db/embedded';
import { createLog } from '../../src/lib/server/log';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { startCuttableNetwork, type CuttableNetwork } from '../helpers/cuttable-network';
import { headOf } from '../helpers/sample-faces';
import { freePort, startServer, type RunningServer } from '../helpers/server';
import {
	addTeacher,
	enrol,
	expectStatus,
	joinByInvitation,
	lastPartOf,
	makeClass,
	makeFirstAdmin,
	showHead,
	signIn,
	startCamera,
	startRollCall,
	statusOf,
} from './steps';

const NAMES = ['Amina Eze', 'Bo Lind', 'Cem Kaya', 'Dora Diaz'] as const;
const BACK_MS = 30_000;

let folder: string;
let database: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
let sql: postgres.Sql;
let env: Record<string, string>;
let server: RunningServer;
let network: CuttableNetwork;
let tablet: CameraBrowser;
let context: BrowserContext;
let teacher: Page;
let classAddress: string;
let colleague: Page;

test.describe.configure({ mode: 'serial', timeout: 240_000 });

test.beforeAll(async ({ browser }) => {
	folder = await mkdtemp(join(tmpdir(), 'facetrack-outbox-'));
	database = await startEmbeddedPostgres({
		dataDir: join(folder, 'postgres'),
		log: createLog('silent'),
		durable: false,
	});
	sql = postgres(database.url);
	env = {
		DATABASE_URL: database.url,
		DATA_DIR: join(folder, 'data'),
		PORT: String(await freePort()),
	};
	server = await startServer({ env });
	network = await startCuttableNetwork(() => server.url);
	tablet = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	context = await tablet.browser.newContext({ viewport: { width: 1024, height: 768 } });
	teacher = await context.newPage();
	await makeFirstAdmin(teacher, throughNetwork(server.adminLink ?? ''));
	classAddress = await makeClass(teacher, network.url, 'Biology 9B', NAMES);
	colleague = await addTeacher(teacher, browser, classAddress, 'Cora Colleague', 'cora');
});
test.afterAll(async () => {
	await tablet.close();
	await network.close();
	await sql.end();
	await server.stop();
	await database.stop();
	await rm(folder, { recursive: true, force: true });
});
test.afterEach(async () => {
	const info = test.info();
	if (info.status === info.expectedStatus) return;
	await teacher.screenshot({ path: info.outputPath('tablet.png') });
});

function throughNetwork(address: string): string {
	const { pathname } = new URL(address);
	return `${network.url}${pathname}`;
}

/** Another roll call each time: the one before is closed. */
async function openRollCall(page = teacher): Promise<string> {
	const address = await startRollCall(page, classAddress);
	await expectStatus(page, NAMES[0], 'waiting');
	return address;
}

/** Opens a roll call's page and waits until it listens to taps. */
async function visit(page: Page, address: string): Promise<void> {
	await page.goto(address);
	await expect(page.locator('[inert]')).toHaveCount(0);
}

async function closeRollCall(page = teacher): Promise<void> {
	const text = messages.rollCall.close;
	await page.getByRole('button', { name: text.actionLong }).click();
	await page.getByRole('button', { name: text.confirm }).click();
	await expect(page.getByText(/^Closed at/)).toBeVisible();
}

const tap = (page: Page, name: string) => statusOf(page, name).press('Space');
const offline = (page: Page) => page.getByText(/Offline\. /);
const waits = (page: Page, marks: number) =>
	page.getByText(new RegExp(`Offline\\. ${marks} marks? waits?\\b`));

async function goOffline(page = teacher): Promise<void> {
	await network.cut();
	await expect(offline(page)).toBeVisible({ timeout: BACK_MS });
}

async function comeBack(page = teacher): Promise<void> {
	await network.restore();
	await expect(offline(page)).toBeHidden({ timeout: BACK_MS });
}

/** Every change of the roll call's marks: who, to what, and whether it took its time. */
async function changesOf(rollCallAddress: string) {
	const rows = await sql<{ name: string; to: string; method: string; waited: boolean }[]>`
		select users.name, new_status as to, method, coalesce(changed_at - made_at > interval '1 s', false) as waited
		from mark_changes join users on users.id = mark_changes.student_id
		where roll_call_id = ${lastPartOf(rollCallAddress)} and not conflict
		order by users.name, mark_changes.id`;
	return rows.map(({ name, to, method }) => `${name} ${to} ${method}`);
}

/** How much the device keeps. */
const keptOn = (page: Page) =>
	page.evaluate(
		() =>
			new Promise<number>((resolve, reject) => {
				const opening = indexedDB.open('facetrack-outbox');
				opening.onerror = () => reject(new Error('the outbox cannot be opened'));
				opening.onsuccess = () => {
					const counting = opening.result.transaction('records').objectStore('records').count();
					counting.onsuccess = () => {
						opening.result.close();
						resolve(counting.result);
					};
				};
			}),
	);

/** What each record of the device was encrypted with: another value each time it is kept. */
const versionsKeptOn = (page: Page) =>
	page.evaluate(
		() =>
			new Promise<string[]>((resolve, reject) => {
				const opening = indexedDB.open('facetrack-outbox');
				opening.onerror = () => reject(new Error('the outbox cannot be opened'));
				opening.onsuccess = () => {
					const reading = opening.result.transaction('records').objectStore('records').getAll();
					reading.onsuccess = () => {
						opening.result.close();
						resolve(reading.result.map(({ iv }: { iv: Uint8Array }) => iv.join()));
					};
				};
			}),
	);

test('offline in the middle, and back', async () => {
	const address = await openRollCall();
	await tap(teacher, 'Amina Eze');
	await expectStatus(teacher, 'Amina Eze', 'present');
	await expect.poll(() => changesOf(address)).toHaveLength(1);
	await goOffline();
	await tap(teacher, 'Bo Lind');
	await tap(teacher, 'Cem Kaya');
	await tap(teacher, 'Cem Kaya');
	await expect(waits(teacher, 3)).toBeVisible();
	// The roster can be read, and a student's line looked at.
	await expectStatus(teacher, 'Dora Diaz', 'waiting');
	await comeBack();
	await expect
		.poll(() => changesOf(address))
		.toEqual([
			'Amina Eze present teacher',
			'Bo Lind present teacher',
			'Cem Kaya present teacher',
			'Cem Kaya late teacher',
		]);
	await expect.poll(() => keptOn(teacher)).toBe(0);
	await teacher.reload();
	await expectStatus(teacher, 'Cem Kaya', 'late');
	await closeRollCall();
});

test('the server is killed and comes back, with a mark on its way', async () => {
	const address = await openRollCall();
	await tap(teacher, 'Amina Eze');
	await server.kill();
	await tap(teacher, 'Bo Lind');
	await expect(offline(teacher)).toBeVisible({ timeout: BACK_MS });
	await tap(teacher, 'Cem Kaya');
	server = await startServer({ env });
	await expect(offline(teacher)).toBeHidden({ timeout: BACK_MS });
	await expect
		.poll(() => changesOf(address))
		.toEqual(['Amina Eze present teacher', 'Bo Lind present teacher', 'Cem Kaya present teacher']);
	await closeRollCall();
});

test('a tab that was closed sends what waits when it is opened again, for its own person alone', async () => {
	const address = await openRollCall();
	await goOffline();
	await tap(teacher, 'Amina Eze');
	await tap(teacher, 'Bo Lind');
	await expect(waits(teacher, 2)).toBeVisible();
	await expect.poll(() => keptOn(teacher)).toBe(2);
	await teacher.close();
	await network.restore();

	// Somebody else on the same device: sees nothing of it, and sends nothing.
	const [session] = (await context.cookies()).filter(({ httpOnly }) => httpOnly);
	await context.clearCookies();
	const other = await context.newPage();
	await signIn(other, network.url, 'cora');
	await visit(other, address);
	await expectStatus(other, 'Amina Eze', 'waiting');
	await tap(other, 'Dora Diaz');
	await expect.poll(() => changesOf(address)).toEqual(['Dora Diaz present teacher']);
	expect(await keptOn(other)).toBe(2);
	await other.close();

	await context.clearCookies();
	expect(session).toBeDefined();
	teacher = await context.newPage();
	await signIn(teacher, network.url, 'ada');
	const { leftBehind } = messages.classes.today;
	await teacher.goto(`${network.url}/today`);
	await teacher.getByRole('link', { name: leftBehind.of('Biology 9B') }).click();
	await expect(teacher).toHaveURL(address);
	await expectStatus(teacher, 'Bo Lind', 'present');
	await expect
		.poll(() => changesOf(address))
		.toEqual(['Amina Eze present teacher', 'Bo Lind present teacher', 'Dora Diaz present teacher']);
	await expect.poll(() => keptOn(teacher)).toBe(0);
	await closeRollCall();
});

test('two tabs, one of which is closed', async () => {
	const address = await openRollCall();
	const [second, third] = [await context.newPage(), await context.newPage()];
	await visit(second, address);
	await visit(third, address);
	for (const page of [second, third]) await expectStatus(page, 'Amina Eze', 'waiting');
	await goOffline();
	await expect(offline(second)).toBeVisible({ timeout: BACK_MS });
	await expect(offline(third)).toBeVisible({ timeout: BACK_MS });
	await tap(teacher, 'Amina Eze');
	await tap(second, 'Bo Lind');
	await tap(third, 'Cem Kaya');
	await tap(teacher, 'Dora Diaz');
	await expect.poll(() => keptOn(teacher)).toBe(4);
	await third.close();
	await comeBack();
	await expect
		.poll(() => changesOf(address))
		.toEqual(NAMES.map((name) => `${name} present teacher`));
	for (const page of [teacher, second]) {
		for (const name of NAMES) await expectStatus(page, name, 'present');
	}
	await expect.poll(() => keptOn(teacher)).toBe(0);
	await second.close();
	await closeRollCall();
});

test('a phone that sleeps, and wakes without having seen the network come back', async () => {
	const address = await openRollCall();
	await goOffline();
	await tap(teacher, 'Amina Eze');
	await expect(waits(teacher, 1)).toBeVisible();
	const wake = await fallAsleep();
	try {
		await network.restore();
		await visit(colleague, address.replace(network.url, server.url));
		await expectStatus(colleague, 'Bo Lind', 'waiting');
		await tap(colleague, 'Bo Lind');
		await expect.poll(() => changesOf(address)).toEqual(['Bo Lind present teacher']);
	} finally {
		wake();
	}
	await expect(offline(teacher)).toBeHidden({ timeout: BACK_MS });
	await expectStatus(teacher, 'Bo Lind', 'present');
	await tap(teacher, 'Cem Kaya');
	await expect
		.poll(() => changesOf(address))
		.toEqual(['Amina Eze present teacher', 'Bo Lind present teacher', 'Cem Kaya present teacher']);
	await closeRollCall();
});

/**
 * Stops the processes of the tablet's pages, as a device that sleeps does: no timer runs, and nothing is
 * answered. (This Chromium does not freeze a page that a test looks at.) @returns wakes it
 */
async function fallAsleep(): Promise<() => void> {
	const session = await tablet.browser.newBrowserCDPSession();
	const { processInfo } = await session.send('SystemInfo.getProcessInfo');
	await session.detach();
	const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
	expect(pages.length).toBeGreaterThan(0);
	for (const pid of pages) process.kill(pid, 'SIGSTOP');
	return () => {
		for (const pid of pages) process.kill(pid, 'SIGCONT');
	};
}

test('a device without room says so, and loses nothing while the page stays open', async () => {
	const address = await openRollCall();
	// A device that never kept anything: the browser remembers for a while how much room there was. (To
	// Chromium 0 is no override.)
	const full = await tablet.browser.newContext({ viewport: { width: 390, height: 844 } });
	const page = await full.newPage();
	await signIn(page, network.url, 'ada');
	const device = await full.newCDPSession(page);
	const { origin } = new URL(network.url);
	await device.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
	await visit(page, address);
	await expectStatus(page, 'Amina Eze', 'waiting');
	await goOffline(page);
	await tap(page, 'Amina Eze');
	await tap(page, 'Bo Lind');
	const { problem } = messages.rollCall.connection;
	await expect(page.getByText(problem.full)).toBeVisible();
	await expect(waits(page, 2)).toBeVisible();
	// Room again: what could not be kept is kept with what comes next.
	await device.send('Storage.overrideQuotaForOrigin', { origin });
	await tap(page, 'Cem Kaya');
	await expect(page.getByText(problem.full)).toBeHidden();
	await expect.poll(() => keptOn(page)).toBe(3);
	await device.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
	await comeBack(page);
	await expect
		.poll(() => changesOf(address))
		.toEqual(['Amina Eze present teacher', 'Bo Lind present teacher', 'Cem Kaya present teacher']);
	await full.close();
	await expect(offline(teacher)).toBeHidden({ timeout: BACK_MS });
	await closeRollCall();
});

test('what the camera sees without a network comes in late, after somebody else has closed', async () => {
	await showHead(tablet.cameraFile, await headOf('dora'));
	await enrol(teacher, classAddress, 'Dora Diaz');
	const address = await openRollCall();
	// Only a device that the server knew before the closing may send late.
	const isKnown = () =>
		sql`select from roll_call_devices where roll_call_id = ${lastPartOf(address)}`;
	await expect.poll(isKnown).toHaveLength(1);
	await goOffline();
	await tap(teacher, 'Amina Eze');
	await startCamera(teacher);
	await expect(teacher.getByText(/Offline\. 1 mark and [1-9]\d* seen faces? wait/)).toBeVisible({
		timeout: 90_000,
	});
	// Kept once a second where there is something new: seen often enough to be sure, on a slow machine too.
	const kept = new Set<string>();
	await expect
		.poll(
			async () => {
				for (const version of await versionsKeptOn(teacher)) kept.add(version);
				return kept.size;
			},
			{ timeout: 60_000 },
		)
		.toBeGreaterThan(8);
	await visit(colleague, address.replace(network.url, server.url));
	await closeRollCall(colleague);
	await expectStatus(colleague, 'Dora Diaz', 'absent');

	await comeBack();
	await expectStatus(teacher, 'Dora Diaz', 'present', BACK_MS);
	await expectStatus(colleague, 'Dora Diaz', 'present');
	await expectStatus(colleague, 'Amina Eze', 'present');
	const row = colleague.getByRole('listitem').filter({ hasText: 'Dora Diaz' });
	await expect(row.getByText(messages.rollCall.roster.cameInLate)).toBeVisible();
	await expect
		.poll(() => changesOf(address))
		.toEqual([
			'Amina Eze absent rule',
			'Amina Eze present teacher',
			'Bo Lind absent rule',
			'Cem Kaya absent rule',
			'Dora Diaz absent rule',
			'Dora Diaz present camera',
		]);
	await expect.poll(() => keptOn(teacher)).toBe(0);
});

test('a student’s check-in needs the network, says so at once, and keeps nothing for later', async () => {
	await openRollCall();
	const student = await (await tablet.browser.newContext()).newPage();
	const account = { url: network.url, name: 'Amina Eze', signInName: 'amina' };
	await joinByInvitation(teacher, student, account);
	const { network: words, today, code } = messages.checkInPage;
	await student.getByRole('link', { name: today.actionLong('Biology 9B') }).click();
	await expect(student.getByRole('heading', { name: code.title })).toBeVisible();
	await expect(student.getByText(words.offline)).toBeHidden();
	await network.cut();
	await expect(student.getByText(words.offline)).toBeVisible({ timeout: 5_000 });
	expect(await student.evaluate(() => indexedDB.databases())).not.toContainEqual(
		expect.objectContaining({ name: 'facetrack-outbox' }),
	);
	await network.restore();
	await expect(student.getByText(words.offline)).toBeHidden({ timeout: BACK_MS });
	await student.context().close();
});
