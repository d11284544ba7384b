/**
 * Protects the passkey as a student meets it: a class that asks for one says so and where it works; a
 * phone makes one once and confirms each check-in by its lock; without it, nothing is sent and the page
 * says what comes next; a phone that its student or the school takes out of use is refused in words. A
 * real browser with a lock of its own in software. No picture leaves the phone on the way.
 */
import { expect, test, type CDPSession, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { headOf } from '../helpers/sample-faces';
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
	startRollCall,
} from './steps';

const { checkIn, checkInPage: text, classes, common } = messages;
const CLASS = 'Biology 9B';
/** Dora is enrolled; for Nora nobody has decided, and she came by an address of numbers. */
const [DORA, NORA] = ['Dora Diaz', 'Nora Nash'] as const;
/** The models come, and a loaded machine looks at two or three frames a second. */
const PATIENCE_MS = 90_000;
/** As nobody looks twice: the very frames of an enrolment would be copies. */
const OTHER_DAYS = [
	{ size: [330, 420], angle: [8, 24] },
	{ size: [330, 410], angle: [-26, -16] },
] satisfies Parameters<typeof showHead>[2][];

let server: RunningServer;
let phones: CameraBrowser;
let teacher: Page;
let display: Page;
let dora: Page;
let nora: Page;
let lock: Lock;
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
	dora = await newPhone();
	lock = await Lock.of(dora);
	nora = await newPhone('dark');
	const { url } = server;
	await joinByInvitation(teacher, dora, { url, name: DORA, signInName: 'dora' });
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

/** The phone's own lock, as the browser sees it (CDP's virtual authenticator). */
class Lock {
	private constructor(
		private readonly cdp: CDPSession,
		private readonly authenticatorId: string,
	) {}

	static async of(page: Page): Promise<Lock> {
		const cdp = await page.context().newCDPSession(page);
		await cdp.send('WebAuthn.enable');
		const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
			options: {
				...{ protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true },
				...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
			},
		});
		return new Lock(cdp, authenticatorId);
	}

	/** Whether it knows again who holds the phone. */
	async knowsOwner(isUserVerified: boolean): Promise<void> {
		const { cdp, authenticatorId } = this;
		await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
	}

	/** As in the phone's settings: all its passkeys are gone. */
	async clear(): Promise<void> {
		await this.cdp.send('WebAuthn.clearCredentials', { authenticatorId: this.authenticatorId });
	}

	async count(): Promise<number> {
		const { authenticatorId } = this;
		const { credentials } = await this.cdp.send('WebAuthn.getCredentials', { authenticatorId });
		return credentials.length;
	}
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { name });

async function startLesson(): Promise<void> {
	await startRollCall(teacher, classAddress);
	const link = teacher.getByRole('link', { name: messages.rollCall.displayLong });
	const address = new URL((await link.getAttribute('href')) ?? '', server.url).href;
	display = await (await phones.browser.newContext()).newPage();
	await display.goto(address);
	await expect(codeOf(display)).toBeVisible();
}

async function endLesson(): Promise<void> {
	await button(teacher, messages.rollCall.close.actionLong).click();
	await button(teacher, messages.rollCall.close.confirm).click();
	await expect(button(teacher, messages.rollCall.close.actionLong)).toHaveCount(0);
	await display.context().close();
}

const codeOf = (page: Page) => page.getByTestId('check-in-code').getByText(/^\d{4} \d{4}$/);

/** A code that has just changed, so that there is time to use it. */
async function typeFreshCode(page: Page): Promise<void> {
	const before = await codeOf(display).innerText();
	await expect(codeOf(display)).not.toHaveText(before, { timeout: 20_000 });
	await page.getByLabel(text.code.label).fill(await codeOf(display).innerText());
	await button(page, text.code.submit).click();
}

async function openCheckIn(page: Page, origin = server.url): Promise<void> {
	await page.goto(`${origin}/today`);
	await page.getByRole('link', { name: text.today.actionLong(CLASS) }).click();
}

async function expectCheckedIn(page: Page): Promise<void> {
	await expect(page.getByTestId('checked-in')).toContainText(common.statuses.present.word);
}

test('a class asks for a passkey among its settings, which say where it works', async () => {
	await enrol(teacher, classAddress, DORA);
	await teacher.goto(`${classAddress}?tab=settings`);
	const { checkIn: links } = classes.settings;
	await expect(teacher.getByRole('radio', { name: links.signatures.device.label })).toBeChecked();
	await expect(teacher.getByText(links.passkeyAddresses([server.url]))).toBeVisible();
	await teacher.getByRole('radio', { name: links.signatures.passkey.label }).check();
	// A photograph cannot turn its head.
	await teacher.getByRole('checkbox', { name: links.links.checkInAsksLiveness }).uncheck();
	await button(teacher, common.save).click();
	await expect(teacher.getByText(common.saved)).toBeVisible();
	await expect(teacher.getByRole('radio', { name: links.signatures.passkey.label })).toBeChecked();
	await expectSound(teacher, 'settings');
});

test('a phone without one is told before the code, and makes it there', async () => {
	await showHead(phones.cameraFile, await headOf('dora'), OTHER_DAYS[0]);
	await startLesson();
	await openCheckIn(dora);
	await expect(heading(dora, text.phone.passkeyTitle)).toBeVisible();
	await expect(dora.getByText(text.phone['no-passkey'])).toBeVisible();
	await expectSound(dora, 'no passkey');
	await expectKeyboardReaches(dora, 'no passkey');

	await lock.knowsOwner(false);
	await button(dora, text.passkey.make).click();
	await expect(dora.getByText(text.passkey.failed.make)).toBeVisible();
	expect(await lock.count()).toBe(0);
	await lock.knowsOwner(true);
	await button(dora, text.passkey.make).click();
	await expect(dora.getByRole('heading', { name: text.code.title })).toBeFocused();
	expect(await lock.count()).toBe(1);
});

test('code, face, key and passkey make a mark, and no other finger does', async () => {
	await lock.knowsOwner(false);
	await typeFreshCode(dora);
	await expect(dora.getByRole('heading', { name: text.passkey.title })).toBeFocused({
		timeout: PATIENCE_MS,
	});
	await button(dora, text.passkey.confirm).click();
	await expect(dora.getByText(text.passkey.failed.sign)).toBeVisible();
	await expect(button(dora, text.passkey.makeNew)).toBeVisible();
	await expectStatus(teacher, DORA, 'waiting');
	await lock.knowsOwner(true);
	await button(dora, text.refused.again).click();
	await expectCheckedIn(dora);
	await expectStatus(teacher, DORA, 'present');
	await endLesson();
});

test('a passkey that is gone from the phone is made anew, and counts once staff approve it', async () => {
	await showHead(phones.cameraFile, await headOf('dora'), OTHER_DAYS[1]);
	await startLesson();
	await lock.clear();
	await openCheckIn(dora);
	await typeFreshCode(dora);
	await expect(dora.getByRole('heading', { name: text.passkey.title })).toBeFocused({
		timeout: PATIENCE_MS,
	});
	await expectSound(dora, 'passkey');
	await expectKeyboardReaches(dora, 'passkey');
	await button(dora, text.passkey.confirm).click();
	await expect(dora.getByText(text.passkey.failed.sign)).toBeVisible({ timeout: 60_000 });
	await button(dora, text.passkey.makeNew).click();
	await expect(dora.getByText(text.passkey.replacing)).toBeVisible();
	await expectSound(dora, 'a passkey that waits');

	const rollCall = teacher.url();
	await teacher.goto(`${server.url}/today`);
	await teacher.getByRole('link', { name: text.approve.onToday(1) }).click();
	await expectSound(teacher, 'a passkey to approve');
	await button(teacher, text.approve.approvePasskeyWhose(DORA)).click();
	await expect(teacher.getByText(text.approve.done['passkey-approved'])).toBeVisible();
	await teacher.goto(rollCall);

	await button(dora, text.refused.again).click();
	await typeFreshCode(dora);
	await button(dora, text.passkey.confirm).click({ timeout: PATIENCE_MS });
	await expectCheckedIn(dora);
	await expectStatus(teacher, DORA, 'present');
	await endLesson();
});

test('staff take a phone out of use: its next check-in is refused, and says by whom', async () => {
	await startLesson();
	await openCheckIn(dora);
	await expect(dora.getByRole('heading', { name: text.code.title })).toBeVisible();
	const rollCall = teacher.url();
	await teacher.goto(`${server.url}/phones`);
	await teacher.getByRole('link', { name: text.approve.view['in-use'] }).click();
	await expect(teacher.getByText(text.approve.inUse.withPasskey)).toBeVisible();
	await expectSound(teacher, 'phones in use');
	await expectKeyboardReaches(teacher, 'phones in use');
	await teacher.getByRole('link', { name: text.approve.inUse.revokeWhose(DORA) }).click();
	const dialog = teacher.getByRole('dialog', { name: text.approve.inUse.revokeTitle(DORA) });
	await expect(dialog.getByText(text.approve.inUse.revokeText)).toBeVisible();
	await expectSound(teacher, 'the question before a phone is taken out of use');
	await expectKeyboardReaches(teacher, 'the question before a phone is taken out of use');
	await button(teacher, text.approve.inUse.revoke).click();
	await expect(teacher.getByText(text.approve.done.revoked)).toBeVisible();
	await teacher.getByRole('link', { name: text.approve.view.changes }).click();
	const { what } = text.approve.changes;
	const phone = await teacher.getByText(`${DORA}: `).first().innerText();
	expect(phone).toMatch(/taken out of use$/);
	await expect(teacher.getByText(new RegExp(`^${what.registered(DORA, '.*')}$`))).toBeVisible();
	await expectSound(teacher, 'what was done with phones');

	// The page was open before: it is the server that refuses.
	await typeFreshCode(dora);
	await expect(dora.getByRole('alert').getByText(checkIn.ended.revoked)).toBeVisible({
		timeout: PATIENCE_MS,
	});
	await teacher.goto(rollCall);
	await teacher.getByText(text.refusedList.title).click();
	await expect(teacher.getByText(checkIn.why['device-revoked'])).toBeVisible();
	await openCheckIn(dora);
	await expect(dora.getByText(text.phone.revoked)).toBeVisible();
	await expectSound(dora, 'a phone that the school took out of use');
});

test('a student forgets a phone, and is told what follows', async () => {
	await button(dora, text.refused.register).click();
	await expect(dora.getByText(text.phone.waits)).toBeVisible();
	const rollCall = teacher.url();
	await teacher.goto(`${server.url}/phones`);
	await button(teacher, text.approve.approveWhose(DORA)).click();
	await expect(teacher.getByText(text.approve.done.approved)).toBeVisible();

	await dora.goto(`${server.url}/me`);
	const section = dora.getByRole('region', { name: text.device.title });
	await button(dora, text.passkey.make).click();
	await expect(section.getByText(text.device.passkeyMade)).toBeVisible();
	await expect(section.getByText(text.device.passkey.active)).toBeVisible();
	await expect(section.getByText(text.device.this)).toBeVisible();
	await expectSound(dora, 'me');
	await expectKeyboardReaches(dora, 'me');

	await section.getByRole('link', { name: /^Take .* out of use$/ }).click();
	const dialog = dora.getByRole('dialog');
	await expect(dialog.getByText(text.device.forgetText)).toBeVisible();
	await expectSound(dora, 'the question before a phone is forgotten');
	await expectKeyboardReaches(dora, 'the question before a phone is forgotten');
	await dora.keyboard.press('Escape');
	await expect(dialog).toHaveCount(0);
	await expect(section.getByText(text.device.state.active, { exact: true })).toBeVisible();
	await section.getByRole('link', { name: /^Take .* out of use$/ }).click();
	await button(dora, text.device.forget).click();
	await expect(section.getByText(text.device.forgotten)).toBeVisible();
	await expect(section.getByText(text.device.ended.forgotten)).toBeVisible();
	await openCheckIn(dora);
	await expect(dora.getByText(text.phone.forgotten)).toBeVisible();
	await expectSound(dora, 'a phone that was forgotten');
	await teacher.goto(rollCall);
});

test('at an address of numbers the phone is told to come by name', async () => {
	const byNumber = server.url.replace('localhost', '127.0.0.1');
	const { people, invitation } = messages.accounts;
	await teacher.goto(`${server.url}/people?role=student`);
	await teacher.getByRole('link', { name: people.manageWhom(NORA) }).click();
	await button(teacher, people.inviteStudent).click();
	const link = await teacher.getByLabel(people.inviteLink).inputValue();
	await nora.goto(link.replace(server.url, byNumber));
	await nora.getByLabel(invitation.signInName).fill('nora');
	await nora.getByLabel(invitation.password, { exact: true }).fill('correct horse battery');
	await nora.getByRole('button', { name: invitation.submit }).click();
	await expect(nora).toHaveURL(/\/today$/);
	await openCheckIn(nora, byNumber);
	await expect(heading(nora, text.phone.passkeyTitle)).toBeVisible();
	await expect(nora.getByText(checkIn.passkeys.address([server.url]))).toBeVisible();
	await expect(button(nora, text.teacher.action)).toBeVisible();
	await expectSound(nora, 'an address of numbers');
	await nora.goto(`${byNumber}/me`);
	await expect(nora.getByText(checkIn.passkeys.address([server.url]))).toBeVisible();
	await expectSound(nora, 'me at an address of numbers');
});

test('no picture left a phone on the way', () => {
	for (const watch of watches) expect(watch.found).toEqual([]);
	const [first] = watches;
	expect(first?.requests()).toBeGreaterThan(20);
	expect(first?.socketFrames()).toBeGreaterThan(4);
});
