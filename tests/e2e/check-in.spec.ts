/**
 * Protects the student's phone, from the invitation to the mark: signed in, its phone is registered by
 * itself; a code that is typed or scanned from the display, the student's face and the phone's key make
 * a mark that the teacher sees; whoever has no consent checks in without a face; whatever does not work
 * says what comes next. No picture leaves the phone on the way.
 */
import { encode } from 'uqr';
import { expect, test, type Page } from 'playwright/test';
import sharp from 'sharp';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { showToCamera } from '../helpers/fake-camera';
import { headOf, samplePhoto } from '../helpers/sample-faces';
import { startServer, type RunningServer } from '../helpers/server';
import { watchForPictures, type PrivacyWatch } from './privacy-watch';
import { expectKeyboardReaches, expectSound } from './soundness';
import {
	enrol,
	expectStatus,
	joinByInvitation,
	makeClass,
	makeFirstAdmin,
	showHead,
	signIn,
	startRollCall,
} from './steps';

const { checkInPage: text, classes, common, ownPlace } = messages;
const CLASS = 'Biology 9B';
/** Dora is enrolled; for Nora nobody has decided. */
const [DORA, NORA] = ['Dora Diaz', 'Nora Nash'] as const;
/** The models come, and a loaded machine looks at two or three frames a second. */
const PATIENCE_MS = 90_000;

let server: RunningServer;
let phones: CameraBrowser;
/** As nobody looks twice: the very frames of an enrolment would be copies. */
const ANOTHER_DAY = { size: [330, 420], angle: [8, 24] } satisfies Parameters<typeof showHead>[2];
let teacher: Page;
let display: Page;
let dora: Page;
let nora: Page;
let classAddress: string;
const watches: PrivacyWatch[] = [];

test.describe.configure({ mode: 'serial', timeout: 300_000 });

test.beforeAll(async () => {
	phones = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	server = await startServer();
	teacher = await (
		await phones.browser.newContext({ viewport: { width: 1024, height: 768 } })
	).newPage();
	await makeFirstAdmin(teacher, server.adminLink ?? '');
	classAddress = await makeClass(teacher, server.url, CLASS, [DORA, NORA]);
	await enrol(teacher, classAddress, DORA);
	await showHead(phones.cameraFile, await headOf('dora'), ANOTHER_DAY);
	dora = await newPhone();
	nora = await newPhone('dark');
	const { url } = server;
	await joinByInvitation(teacher, dora, { url, name: DORA, signInName: 'dora' });
	await joinByInvitation(teacher, nora, { url, name: NORA, signInName: 'nora' });
});
test.afterAll(async () => {
	await phones.close();
	await server.stop();
});
test.afterEach(async () => {
	const info = test.info();
	if (info.status === info.expectedStatus) return;
	await dora.screenshot({ path: info.outputPath('dora.png') });
	await nora.screenshot({ path: info.outputPath('nora.png') });
	await teacher.screenshot({ path: info.outputPath('teacher.png') });
});

/** A phone with storage of its own; what it sends is watched. */
async function newPhone(colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
	const context = await phones.browser.newContext({
		colorScheme,
		timezoneId: 'UTC',
		viewport: { width: 390, height: 844 },
		reducedMotion: 'reduce',
	});
	watches.push(watchForPictures(context));
	return context.newPage();
}

/** A photograph cannot turn its head. */
async function askForMovements(asked: boolean): Promise<void> {
	await teacher.goto(`${classAddress}?tab=settings`);
	const link = classes.settings.checkIn.links.checkInAsksLiveness;
	await teacher.getByRole('checkbox', { name: link }).setChecked(asked);
	await teacher.getByRole('button', { name: common.save, exact: true }).click();
	await expect(teacher.getByText(common.saved)).toBeVisible();
}

async function openDisplay(): Promise<Page> {
	const link = teacher.getByRole('link', { name: messages.rollCall.displayLong });
	const address = new URL((await link.getAttribute('href')) ?? '', server.url).href;
	const page = await (await phones.browser.newContext()).newPage();
	await page.goto(address);
	await expect(codeOf(page)).toBeVisible();
	return page;
}

const codeOf = (page: Page) => page.getByTestId('check-in-code').getByText(/^\d{4} \d{4}$/);

/** A code that has just changed, so that there is time to use it. */
async function freshCode(): Promise<string> {
	const before = await codeOf(display).innerText();
	await expect(codeOf(display)).not.toHaveText(before, { timeout: 20_000 });
	return codeOf(display).innerText();
}

async function closeRollCall(): Promise<void> {
	await teacher.getByRole('button', { name: messages.rollCall.close.actionLong }).click();
	await teacher.getByRole('button', { name: messages.rollCall.close.confirm }).click();
	await expect(
		teacher.getByRole('button', { name: messages.rollCall.close.actionLong }),
	).toHaveCount(0);
	await display.context().close();
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function openCheckIn(page: Page): Promise<void> {
	await page.goto(`${server.url}/today`);
	await page.getByRole('link', { name: text.today.actionLong(CLASS) }).click();
	await expect(page.getByRole('heading', { name: text.code.title })).toBeVisible();
}

async function typeCode(page: Page, code: string): Promise<void> {
	await page.getByLabel(text.code.label).fill(code);
	await button(page, text.code.submit).click();
}

async function expectCheckedIn(page: Page): Promise<void> {
	const outcome = page.getByTestId('checked-in');
	await expect(outcome).toContainText(common.statuses.present.word, { timeout: PATIENCE_MS });
	await expect(outcome.getByText(/^at \d\d:\d\d$/)).toBeVisible();
}

test('a phone is registered by itself when its student signs in', async () => {
	await expect(async () => {
		await dora.goto(`${server.url}/me`);
		const device = dora.getByRole('region', { name: text.device.title });
		await expect(device.getByText(text.device.state.active, { exact: true })).toBeVisible({
			timeout: 1_000,
		});
	}).toPass({ timeout: PATIENCE_MS });
	await expectSound(dora, 'me');
	await expectKeyboardReaches(dora, 'me');
});

test('without an open roll call there is nothing to check in to, and the page says so', async () => {
	await dora.goto(`${server.url}/check-in`);
	await expect(dora.getByText(text.choose.none)).toBeVisible();
	await expectSound(dora, 'check-in with nothing open');
});

test('code, face and key make a mark, and the teacher sees it', async () => {
	await askForMovements(false);
	await startRollCall(teacher, classAddress);
	display = await openDisplay();
	await openCheckIn(dora);
	await expectSound(dora, 'code');
	await expectKeyboardReaches(dora, 'code');

	await typeCode(dora, '0000');
	await expect(dora.getByText(text.code.incomplete)).toBeVisible();
	await typeCode(dora, '0000 0000');
	await expect(dora.getByText(messages.checkIn.refusals['wrong-code'])).toBeVisible();
	await expect(dora.getByLabel(text.code.label)).toHaveValue('0000 0000');

	await typeCode(dora, await freshCode());
	await expect(dora.getByRole('heading', { name: text.face.title })).toBeFocused();
	await expect(button(dora, text.teacher.action)).toBeVisible();
	await expectCheckedIn(dora);
	await expectSound(dora, 'done');
	await expectStatus(teacher, DORA, 'present');
	await teacher.getByText(text.refusedList.title).click();
	await expect(teacher.getByText(messages.checkIn.why['wrong-code'])).toBeVisible();

	await dora.goto(`${server.url}/today`);
	await expect(dora.getByRole('link', { name: text.today.actionLong(CLASS) })).toHaveCount(0);
	await expectSound(dora, 'today');
});

test('who has not consented scans the code and is done: no face is asked for', async () => {
	await openCheckIn(nora);
	const code = await freshCode();
	await showToCamera(phones.cameraFile, await displayScene(code));
	await button(nora, text.code.scan).click();
	await expectSound(nora, 'scan');
	await expectCheckedIn(nora);
	await expectStatus(teacher, NORA, 'present');
	await expect(nora.getByText(text.steps.face, { exact: true })).toHaveCount(0);
	await closeRollCall();
});

/** The display as a phone sees it: its picture, held before the camera. */
async function displayScene(code: string) {
	const url = new URL('/check-in', server.url);
	url.searchParams.set('roll-call', new URL(teacher.url()).pathname.split('/').at(-1) ?? '');
	url.searchParams.set('code', code.replace(' ', ''));
	const { data, size } = encode(url.href, { border: 4 });
	const pixels = Buffer.from(data.flat().map((isDark) => (isDark ? 0 : 255)));
	const picture = await sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
		.resize(size * 8, size * 8, { kernel: 'nearest' })
		.png()
		.toBuffer();
	return {
		background: samplePhoto(2),
		seconds: 1,
		headsAt: () => [{ picture, x: 640, y: 360, size: 520 }],
	};
}

test('a class that asks for movements leads through them, and the teacher is one tap away', async () => {
	await showHead(phones.cameraFile, await headOf('dora'), ANOTHER_DAY);
	await askForMovements(true);
	await startRollCall(teacher, classAddress);
	display = await openDisplay();
	// As the phone's own camera app opens it: with the code in the address.
	const rollCallId = new URL(teacher.url()).pathname.split('/').at(-1) ?? '';
	const code = (await freshCode()).replace(' ', '');
	await dora.goto(`${server.url}/check-in?roll-call=${rollCallId}&code=${code}`);
	await expect(dora.getByRole('heading', { name: text.face.title })).toBeVisible();
	await expect(dora.getByText(text.face.text)).toBeVisible();
	const asked = [messages.liveness.hint['look-straight'], ...Object.values(messages.liveness.ask)];
	await expect(dora.getByTestId('movement')).toContainText(
		new RegExp(asked.map((one) => one.replaceAll('.', '\\.')).join('|')),
		{ timeout: PATIENCE_MS },
	);
	await expectSound(dora, 'face');
	// A photograph does nothing: it is not checked in, and is told so without a suspicion.
	await expect(dora.getByRole('alert').getByText(text.expired)).toBeVisible({ timeout: 75_000 });
	await expectSound(dora, 'refused');
	await button(dora, text.refused.again).click();
	await expect(dora.getByRole('heading', { name: text.code.title })).toBeVisible();
	await button(dora, text.teacher.action).click();
	await expect(dora.getByRole('dialog')).toContainText(text.teacher.text);
	await dora.getByRole('dialog').getByRole('link').click();
	await expect(dora).toHaveURL(/\/today$/);
	await expectStatus(teacher, DORA, 'waiting');
});

test('without a network it says so at once, and goes on when it is back', async () => {
	await openCheckIn(dora);
	await expect(button(dora, text.code.scan)).toBeEnabled();
	await dora.context().setOffline(true);
	await expect(dora.getByText(text.network.offline)).toBeVisible({ timeout: 3_000 });
	await expect(button(dora, text.code.scan)).toBeDisabled();
	await dora.context().setOffline(false);
	await expect(button(dora, text.code.scan)).toBeEnabled({ timeout: 30_000 });
});

test('a second phone is registered when its student asks for it, and waits until staff approve it', async () => {
	const rollCallAddress = teacher.url();
	const second = await newPhone();
	await signIn(second, server.url, 'dora');
	await second.goto(`${server.url}/check-in`);
	await expect(second.getByText(text.phone.unregistered)).toBeVisible();
	await expectSound(second, 'another phone');
	await button(second, text.refused.register).click();
	await expect(second.getByText(text.phone.waits)).toBeVisible();
	await expect(second.getByRole('heading', { name: text.phone.title })).toBeFocused();
	await button(second, text.phone.look).click();
	await expect(second.getByText(text.phone.stillWaits)).toBeVisible();
	await expectSound(second, 'a phone that waits');

	await teacher.goto(`${server.url}/today`);
	await teacher.getByRole('link', { name: text.approve.onToday(1) }).click();
	await expectSound(teacher, 'phones');
	await button(teacher, text.approve.approveWhose(DORA)).click();
	await expect(teacher.getByText(text.approve.done.approved)).toBeVisible();
	await button(second, text.phone.look).click();
	await expect(second.getByRole('heading', { name: text.code.title })).toBeFocused();
	await second.goto(`${server.url}/me`);
	await expect(second.getByText(text.device.state.active, { exact: true })).toBeVisible();
	await expect(second.getByText(text.device.state.revoked, { exact: true })).toBeVisible();
	await second.context().close();
	await teacher.goto(rollCallAddress);
	await closeRollCall();
});

test('a student takes their data along and withdraws, with a dated receipt', async () => {
	await dora.goto(`${server.url}/me`);
	const [download] = await Promise.all([
		dora.waitForEvent('download'),
		dora.getByRole('link', { name: ownPlace.data.action }).click(),
	]);
	expect(download.suggestedFilename()).toBe(ownPlace.data.fileName);

	await dora.getByText(ownPlace.consent.withdraw).click();
	await button(dora, ownPlace.consent.withdrawConfirm).click();
	await expect(dora.getByText(ownPlace.consent.state.withdrawn)).toBeVisible();
	await expect(dora.getByTestId('receipt')).toContainText(/Withdrawn by you on .*\d\d:\d\d/);
	await teacher.goto(classAddress);
	await expect(teacher.getByText(classes.coverage(0, 2))).toBeVisible();

	await dora.getByRole('link', { name: ownPlace.consent.decide }).click();
	await button(dora, ownPlace.consent.yes).click();
	await expect(dora.getByText(messages.enrolment.consent.tickFirst)).toBeVisible();
	await expectSound(dora, 'consent');
});

test('no picture left a phone on the way', () => {
	for (const watch of watches) expect(watch.found).toEqual([]);
	const [first] = watches;
	expect(first?.requests()).toBeGreaterThan(20);
	expect(first?.socketFrames()).toBeGreaterThan(4);
});
