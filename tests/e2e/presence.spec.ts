/**
 * Protects the whole chain of a check-in, as a class has it by default: a student who agreed and
 * enrolled on their own phone checks in by the display's code, the movements that the server chose,
 * their face and their phone's key. The head is drawn, has depth, and does what the page asks for.
 */
import { expect, test, type Locator, type Page } from 'playwright/test';
import { ACTIONS } from '../../src/lib/contract/liveness';
import { messages } from '../../src/lib/messages';
import { launchCameraBrowser, type CameraBrowser } from '../helpers/camera-browser';
import { startLivingCamera, type LivingCamera } from '../helpers/living-camera';
import { startServer, type RunningServer } from '../helpers/server';
import { watchForPictures, type PrivacyWatch } from './privacy-watch';
import { expectStatus, joinByInvitation, makeClass, makeFirstAdmin, startRollCall } from './steps';

const { checkInPage: text, classes, common, enrolment, liveness, ownPlace } = messages;
const DORA = 'Dora Diaz';
/** The models come, and a loaded machine looks at two or three frames a second. */
const PATIENCE_MS = 90_000;

let server: RunningServer;
let phones: CameraBrowser;
let camera: LivingCamera;
let teacher: Page;
let display: Page;
let dora: Page;
let watch: PrivacyWatch;
let classAddress: string;

test.describe.configure({ mode: 'serial', timeout: 300_000 });

test.beforeAll(async () => {
	phones = await launchCameraBrowser(async (file) => {
		camera = await startLivingCamera(file);
	}, 'y4m');
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
	await camera.stop();
	await server.stop();
});
test.afterEach(async () => {
	const info = test.info();
	if (info.status === info.expectedStatus) return;
	await dora.screenshot({ path: info.outputPath('dora.png') });
	await teacher.screenshot({ path: info.outputPath('teacher.png') });
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('the student agrees, enrols on their phone, and the teacher confirms it', async () => {
	await joinByInvitation(teacher, dora, { url: server.url, name: DORA, signInName: 'dora' });
	await dora.goto(`${server.url}/me/enrol`);
	await dora.getByRole('checkbox', { name: enrolment.consent.tick(DORA) }).check();
	await button(dora, ownPlace.consent.yes).click();
	await expect(dora.getByRole('region', { name: enrolment.capture.label })).toBeVisible();
	await expect(dora.getByText(ownPlace.enrolment.done).first()).toBeVisible({
		timeout: PATIENCE_MS,
	});

	await teacher.goto(classAddress);
	await teacher.getByRole('link', { name: classes.one.confirmWhom(DORA) }).click();
	await button(teacher, enrolment.unconfirmed.confirm(DORA)).click();
	await expect(teacher.getByText(enrolment.unconfirmed.text(DORA))).toHaveCount(0);
});

test('code, movements, face and key make a mark', async () => {
	await startRollCall(teacher, classAddress);
	const link = teacher.getByRole('link', { name: messages.rollCall.displayLong });
	const address = new URL((await link.getAttribute('href')) ?? '', server.url).href;
	display = await (await phones.browser.newContext()).newPage();
	await display.goto(address);
	const code = display.getByTestId('check-in-code').getByText(/^\d{4} \d{4}$/);
	await expect(code).toBeVisible();
	await dora.goto(`${server.url}/today`);
	await dora.getByRole('link', { name: text.today.actionLong('Biology 9B') }).click();
	const before = await code.innerText();
	await expect(code).not.toHaveText(before, { timeout: 20_000 });
	await dora.getByLabel(text.code.label).fill(await code.innerText());
	await button(dora, text.code.submit).click();

	await expect(dora.getByTestId('movement')).toBeVisible({ timeout: PATIENCE_MS });
	const outcome = dora.getByTestId('checked-in');
	await doWhatIsAsked(outcome);
	await expect(outcome).toContainText(common.statuses.present.word);
	await expectStatus(teacher, DORA, 'present');
});

/** As a student does: reads the sentence, does it once, and looks again. */
async function doWhatIsAsked(until: Locator): Promise<void> {
	const sentence = dora.getByTestId('movement').or(until);
	await expect(async () => {
		const asked = await sentence.first().innerText();
		const action = ACTIONS.find((one) => asked.startsWith(liveness.ask[one]));
		if (action !== undefined && !asked.includes(liveness.hint.back)) await camera.act(action);
		await expect(until).toBeVisible({ timeout: 100 });
	}).toPass({ timeout: PATIENCE_MS, intervals: [0] });
}

test('no picture left the phone on the way', () => {
	expect(watch.found).toEqual([]);
	expect(watch.requests()).toBeGreaterThan(10);
	expect(watch.socketFrames()).toBeGreaterThan(3);
});
