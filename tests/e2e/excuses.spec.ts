/**
 * Protects the way of an excuse: a student asks on a phone and sees the answer there, a teacher
 * decides by keyboard alone, a guardian's call is written down, the roll call shows who is excused
 * and why, and closing it leaves them so.
 */
import { expect, test, type Browser, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import { expectStatus, makeClass, makeFirstAdmin, PASSWORD, startRollCall } from './steps';

const { accounts, excuses, rollCall, validation } = messages;
const CLASS = 'Biology 9B';
const AMINA = 'Amina Eze';
const JO = 'Jo Baker';
const REASON = 'Braces at the dentist';

let server: RunningServer;
/** The teacher is the first admin: whoever takes a class is one or the other, and this one is both. */
let teacher: Page;
let student: Page;
let classAddress: string;

test.describe.configure({ mode: 'serial' });

const newPage = async (browser: Browser, viewport: { width: number; height: number }) =>
	(await browser.newContext({ timezoneId: 'UTC', viewport, reducedMotion: 'reduce' })).newPage();

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	teacher = await newPage(browser, { width: 1024, height: 768 });
	student = await newPage(browser, { width: 390, height: 844 });
	await makeFirstAdmin(teacher, server.adminLink ?? '');
	classAddress = await makeClass(teacher, server.url, CLASS, [AMINA, JO, 'Rui Costa']);
	await inviteStudent();
});
test.afterAll(async () => {
	await Promise.all([teacher, student].map((page) => page.context().close()));
	await server.stop();
});

/** Amina takes up an account. */
async function inviteStudent(): Promise<void> {
	const text = accounts.people;
	await teacher.goto(`${server.url}/people?role=student`);
	await teacher.getByRole('link', { name: text.manageWhom(AMINA) }).click();
	await teacher.getByRole('button', { name: text.inviteStudent }).click();
	const link = teacher.getByLabel(text.inviteLink);
	await expect(link).toBeVisible();
	await student.goto(await link.inputValue());
	// The school knows the name already.
	await student.getByLabel(accounts.invitation.signInName).fill('amina');
	await student.getByLabel(accounts.invitation.password, { exact: true }).fill(PASSWORD);
	await student.getByRole('button', { name: accounts.invitation.submit }).click();
	await expect(student).toHaveURL(/\/today$/);
}

test('a student asks on a phone, and a mistake is said and loses nothing', async () => {
	await student.goto(`${server.url}/record/excuses`);
	await expect(student.getByText(excuses.own.empty)).toBeVisible();
	await student.getByLabel(excuses.fields.class).selectOption(CLASS);
	await student.getByLabel(excuses.fields.lastDay).fill('2020-01-01');
	await student.getByLabel(excuses.fields.reason).fill(REASON);
	const submit = student.getByRole('button', { name: excuses.own.submit, exact: true });
	await submit.click();
	await expect(student.getByText(validation.lastDay)).toBeVisible();
	await expect(student.getByLabel(excuses.fields.reason)).toHaveValue(REASON);

	const firstDay = await student.getByLabel(excuses.fields.firstDay).inputValue();
	await student.getByLabel(excuses.fields.lastDay).fill(firstDay);
	await submit.click();
	await expect(student.getByText(excuses.own.asked)).toBeVisible();
	await expect(student.getByText(excuses.state.asked)).toBeVisible();
	await expectSound(student, 'own excuses');
});

test('a teacher approves it by keyboard, with a sentence', async () => {
	await teacher.goto(`${server.url}/excuses`);
	await expect(teacher.getByText(REASON)).toBeVisible();
	await expectSound(teacher, 'excuses to decide');
	const approve = teacher.getByRole('button', { name: excuses.decide.approveWhom(AMINA) });
	await approve.focus();
	await teacher.keyboard.press('Tab');
	await teacher.keyboard.press('Tab');
	await teacher.keyboard.press('Enter');
	await teacher.keyboard.press('Tab');
	await teacher.keyboard.type('Get well soon');
	await approve.focus();
	await teacher.keyboard.press('Enter');
	await expect(teacher.getByText(excuses.decide.approved(AMINA))).toBeVisible();
	await expect(teacher.getByText(excuses.empty.waiting.title)).toBeVisible();

	await student.reload();
	await expect(student.getByText(excuses.answer('Get well soon'))).toBeVisible();
});

test('the office writes down what a guardian said on the phone', async () => {
	await teacher.goto(`${server.url}/excuses?view=write`);
	await teacher.getByLabel(excuses.write.search).fill('bak');
	await expectSound(teacher, 'finding a student');
	await teacher.getByRole('link', { name: JO }).click();
	await expect(teacher.getByRole('heading', { name: JO })).toBeVisible();
	await teacher.getByLabel(excuses.fields.reason).fill('Moving house');
	await expectSound(teacher, 'writing an excuse down');
	await teacher.getByRole('button', { name: excuses.write.submit }).click();
	await expect(teacher.getByText(excuses.write.done(JO))).toBeVisible();
	await teacher.goto(`${server.url}/excuses?view=current`);
	await expect(teacher.getByRole('heading', { level: 3 })).toHaveText([AMINA, JO]);
	await expectSound(teacher, 'current excuses');
});

test('the roll call shows who is excused, and closing it leaves them so', async () => {
	await startRollCall(teacher, classAddress);
	await expectStatus(teacher, AMINA, 'excused');
	await expectStatus(teacher, JO, 'excused');
	await expectStatus(teacher, 'Rui Costa', 'waiting');
	await expect(teacher.getByText(REASON)).toBeVisible();
	await teacher.getByRole('button', { name: rollCall.close.actionLong }).click();
	await teacher.getByRole('button', { name: rollCall.close.confirm }).click();
	await expectStatus(teacher, 'Rui Costa', 'absent');
	await expectStatus(teacher, AMINA, 'excused');
});

test('what is withdrawn becomes absent there', async () => {
	const address = teacher.url();
	await teacher.goto(`${server.url}/excuses?view=current`);
	await teacher.getByText(excuses.withdraw.label(JO)).click();
	await teacher.getByRole('button', { name: excuses.withdraw.submit }).click();
	await expect(teacher.getByText(excuses.withdraw.done)).toBeVisible();
	await teacher.goto(address);
	await expectStatus(teacher, JO, 'absent');
	await expectStatus(teacher, AMINA, 'excused');
});
