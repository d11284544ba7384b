/**
 * Protects a student's own record: signed in by invitation they see each mark with how, when, by whom
 * and every change, dispute one, also without script, and find the answer; the teacher finds the
 * dispute on Today and changes the mark. On a phone, and by a checker for accessibility.
 */
import { expect, test, type Browser, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import {
	expectStatus,
	joinByInvitation,
	makeClass,
	makeFirstAdmin,
	startRollCall,
	statusOf,
} from './steps';

const { accounts, disputes, record, rollCall } = messages;
const CLASS = 'Biology 9B';
const [AMINA, JO] = ['Amina Eze', 'Jo Baker'] as const;
const CLAIM = 'I was there, in the last row by the window';
const ANSWER = 'You are right, I overlooked you.';

let server: RunningServer;
let teacher: Page;
let student: Page;

test.describe.configure({ mode: 'serial' });

const phone = (browser: Browser, options: object = {}) =>
	browser.newContext({
		timezoneId: 'UTC',
		viewport: { width: 390, height: 844 },
		reducedMotion: 'reduce',
		...options,
	});

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	teacher = await (await phone(browser)).newPage();
	student = await (await phone(browser, { colorScheme: 'dark' })).newPage();
	await makeFirstAdmin(teacher, server.adminLink ?? '');
	const classAddress = await makeClass(teacher, server.url, CLASS, [AMINA, JO]);
	await startRollCall(teacher, classAddress);
	await statusOf(teacher, JO).click();
	await expectStatus(teacher, JO, 'present');
	await teacher.getByRole('button', { name: rollCall.close.actionLong }).click();
	await teacher.getByRole('button', { name: rollCall.close.confirm }).click();
	await expectStatus(teacher, AMINA, 'absent');
	await joinByInvitation(teacher, student, { url: server.url, name: AMINA, signInName: 'amina' });
});
test.afterAll(async () => {
	await teacher.context().close();
	await student.context().close();
	await server.stop();
});

/** From Today by way of the record, as a thumb goes. */
async function openOwnMark(): Promise<void> {
	await student.goto(`${server.url}/today`);
	await student.getByRole('link', { name: messages.classes.today.ownRecord }).click();
	await expect(student.getByRole('heading', { name: accounts.record.title })).toBeVisible();
	await expectSound(student, 'record');
	await student.getByRole('link', { name: new RegExp(CLASS) }).click();
	await expect(student.getByRole('heading', { level: 1, name: CLASS })).toBeVisible();
}

const partOf = (page: Page, name: string) => page.getByRole('region', { name });

test('a student sees how, when and by whom they were marked, and every change', async () => {
	await openOwnMark();
	await expectSound(student, 'own mark');
	const mark = partOf(student, record.mark);
	await expect(mark).toContainText(messages.common.statuses.absent.word);
	await expect(mark).toContainText(messages.common.method.rule);
	await expect(mark).toContainText(/\d\d:\d\d/);
	const changes = partOf(student, record.history).getByRole('listitem');
	await expect(changes).toHaveCount(1);
	await expect(changes).toContainText(rollCall.history.rule.closing);
});

test('a dispute has to say what is wrong, and works without script', async ({ browser }) => {
	const submit = disputes.own.submit;
	await student.getByRole('button', { name: submit }).click();
	const claim = student.getByLabel(disputes.own.label);
	await expect(claim).toBeFocused();
	await expect(claim).toHaveAccessibleDescription(new RegExp(messages.validation.disputeMissing));
	await expectSound(student, 'a dispute without a word');

	const storageState = await student.context().storageState();
	const plain = await phone(browser, { storageState, javaScriptEnabled: false });
	const page = await plain.newPage();
	await page.goto(student.url());
	await page.getByLabel(disputes.own.label).fill(CLAIM);
	await page.getByRole('button', { name: submit }).click();
	await expect(page.getByText(disputes.own.sent)).toBeVisible();
	await expect(page.getByText(CLAIM)).toBeVisible();
	await expect(page.getByRole('button', { name: submit })).toBeHidden();
	await plain.close();

	// The other device still shows its form: one dispute waits, and that is said.
	await claim.fill('Again');
	await student.getByRole('button', { name: submit }).click();
	await expect(student.getByRole('alert')).toContainText(disputes.cannot.waiting());
	await student.reload();
	await expect(student.getByText(disputes.own.waits)).toBeVisible();
});

test('the teacher finds it on Today, beside who is at risk, and changes the mark', async () => {
	await teacher.goto(`${server.url}/today`);
	await expect(partOf(teacher, disputes.today.risk)).toContainText(AMINA);
	await expectSound(teacher, 'today');
	await teacher.getByRole('link', { name: disputes.today.waiting(1) }).click();
	await expect(teacher.getByText(CLAIM)).toBeVisible();
	await expectSound(teacher, 'disputes');

	const answering = teacher.getByRole('group', { name: AMINA });
	const minutes = answering.getByLabel(disputes.minutesLate);
	await answering.getByLabel(disputes.changeTo).selectOption('late');
	await answering.getByRole('button', { name: disputes.change }).click();
	await expect(minutes).toHaveAccessibleDescription(messages.validation.minutesMissing);
	await answering.getByLabel(disputes.changeTo).selectOption('present');
	await expect(minutes).toBeHidden();
	await answering.getByLabel(disputes.answer).fill(ANSWER);
	await answering.getByRole('button', { name: disputes.change }).click();
	await expect(teacher.getByText(disputes.done.changed(AMINA))).toBeVisible();
	await expect(teacher.getByText(disputes.empty)).toBeVisible();
	await expect(partOf(teacher, disputes.answered)).toContainText(ANSWER);
	await expectSound(teacher, 'answered disputes');
	await teacher.goto(`${server.url}/today`);
	await expect(partOf(teacher, disputes.today.risk)).toContainText(disputes.today.riskNobody);
	await expect(teacher.getByRole('link', { name: disputes.today.waiting(1) })).toBeHidden();
});

test('the student finds the answer on Today, and why the mark changed in its history', async () => {
	await student.goto(`${server.url}/today`);
	await expectSound(student, 'a student’s today');
	await partOf(student, disputes.today.ownAnswers).getByRole('link').click();
	await expect(partOf(student, record.mark)).toContainText(messages.common.statuses.present.word);
	await expect(partOf(student, record.mark)).toContainText(record.byName('Ada Admin'));
	await expect(partOf(student, disputes.own.earlier)).toContainText(ANSWER);
	const changes = partOf(student, record.history).getByRole('listitem');
	await expect(changes).toHaveCount(2);
	await expect(changes.last()).toContainText(CLAIM);
	await expect(changes.last()).toContainText('Ada Admin');
	await expectSound(student, 'an answered dispute');
	await expect(student.getByRole('button', { name: disputes.own.submit })).toBeVisible();
});
