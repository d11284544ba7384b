/**
 * Protects a student's way by phone alone: invited, they agree and enrol on their own phone; that face
 * checks nobody in before the teacher has confirmed it, once, and then it does. No picture leaves the
 * phone on the way.
 */
import { expect, test, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { headOf } from '../helpers/sample-faces';
import { startServer, type RunningServer } from '../helpers/server';
import { watchForPictures, type PrivacyWatch } from './privacy-watch';
import { expectKeyboardReaches, expectSound } from './soundness';
import {
	expectStatus,
	joinByInvitation,
	makeClass,
	makeFirstAdmin,
	showHead,
	startRollCall,
} from './steps';

const { checkIn, checkInPage, classes, common, enrolment, ownPlace } = messages;
const DORA = 'Dora Diaz';
/** The models come, and a loaded machine looks at two or three frames a second. */
const PATIENCE_MS = 90_000;

let server: RunningServer;
let phones: CameraBrowser;
let teacher: Page;
let dora: Page;
let watch: PrivacyWatch;
let classAddress: string;

test.describe.configure({ mode: 'serial', timeout: 300_000 });

test.beforeAll(async () => {
	phones = await launchCameraBrowser(async (file) => showHead(file, await headOf('dora')));
	server = await startServer();
	teacher = await (
		await phones.browser.newContext({ viewport: { width: 1024, height: 768 } })
	).newPage();
	await makeFirstAdmin(teacher, server.adminLink ?? '');
	classAddress = await makeClass(teacher, server.url, 'Biology 9B', [DORA]);
	const phone = await phones.browser.newContext({
		...{ timezoneId: 'UTC', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' },
	});
	watch = watchForPictures(phone);
	dora = await phone.newPage();
});
test.afterAll(async () => {
	await phones.close();
	await server.stop();
});
test.afterEach(async () => {
	const info = test.info();
	if (info.status === info.expectedStatus) return;
	await dora.screenshot({ path: info.outputPath('dora.png') });
	await teacher.screenshot({ path: info.outputPath('teacher.png') });
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('an invited student agrees and enrols on their own phone', async () => {
	await joinByInvitation(teacher, dora, { url: server.url, name: DORA, signInName: 'dora' });

	// Nothing is captured of whoever has not agreed.
	await dora.goto(`${server.url}/me/enrol`);
	await expect(dora).toHaveURL(/\/me\/consent$/);
	await dora.getByRole('checkbox', { name: enrolment.consent.tick(DORA) }).check();
	await button(dora, ownPlace.consent.yes).click();
	await expect(dora).toHaveURL(/\/me\/enrol$/);
	await expect(dora.getByRole('region', { name: enrolment.capture.label })).toBeVisible();
	await expectSound(dora, 'own enrolment');
	const done = dora.getByText(ownPlace.enrolment.done).first();
	await expect(done).toBeVisible({ timeout: PATIENCE_MS });
	await expect(dora).toHaveURL(/\/me$/);
	await expect(dora.getByText(/has to confirm once that it is you/)).toBeVisible();
	await expectSound(dora, 'me, to be confirmed');
});

test('the face checks nobody in before the teacher has confirmed it', async () => {
	const { links } = classes.settings.checkIn;
	await teacher.goto(`${classAddress}?tab=settings`);
	await teacher.getByRole('checkbox', { name: links.checkInAsksCode }).setChecked(false);
	await teacher.getByRole('checkbox', { name: links.checkInAsksLiveness }).setChecked(false);
	await button(teacher, common.save).click();
	await expect(teacher.getByText(common.saved)).toBeVisible();
	await startRollCall(teacher, classAddress);
	await dora.goto(`${server.url}/check-in`);
	await button(dora, checkInPage.today.action).click();
	await expect(dora.getByText(checkIn.refusals['face-unconfirmed'])).toBeVisible();
	await expectSound(dora, 'a face to be confirmed');
	await expectStatus(teacher, DORA, 'waiting');
});

test('the teacher confirms it from the class, and then it does', async () => {
	const rollCall = teacher.url();
	await teacher.goto(classAddress);
	await expect(teacher.getByText(classes.one.enrolment.unconfirmed)).toBeVisible();
	await expect(teacher.getByText(classes.one.faces.unconfirmed(1))).toBeVisible();
	await teacher.getByRole('link', { name: classes.one.confirmWhom(DORA) }).click();
	await expect(teacher.getByText(enrolment.unconfirmed.text(DORA))).toBeVisible();
	await expectSound(teacher, 'a face to confirm');
	await expectKeyboardReaches(teacher, 'a face to confirm');
	await button(teacher, enrolment.unconfirmed.confirm(DORA)).click();
	// A capture ends with three poses, and may have kept two more frames on the way.
	const sentences = [3, 4, 5].map((captures) => enrolment.enrolledAlready(captures));
	await expect(teacher.getByText(new RegExp(`^(${sentences.join('|')})$`))).toBeVisible();

	await showHead(phones.cameraFile, await headOf('dora'), { size: [330, 420], angle: [8, 24] });
	await teacher.goto(rollCall);
	await button(dora, checkInPage.refused.again).click();
	await button(dora, checkInPage.today.action).click();
	const outcome = dora.getByTestId('checked-in');
	await expect(outcome).toContainText(common.statuses.present.word, { timeout: PATIENCE_MS });
	await expectStatus(teacher, DORA, 'present');
	await dora.goto(`${server.url}/me`);
	await expect(dora.getByText(/^Enrolled, /)).toBeVisible();
});

test('no picture left the phone on the way', () => {
	expect(watch.found).toEqual([]);
	expect(watch.requests()).toBeGreaterThan(10);
	expect(watch.socketFrames()).toBeGreaterThan(3);
});
