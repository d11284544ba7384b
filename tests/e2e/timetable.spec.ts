/**
 * Protects the way from a timetable to a taken roll call: a lesson that is due stands first on Today,
 * one tap starts it, one that closed can be opened again with a reason, and a mistake in a form is
 * said in words and loses nothing; on a phone, by both themes, and without a camera.
 */
import { expect, test, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import { expectStatus, makeClass, makeFirstAdmin, statusOf } from './steps';

const { classes, rollCall, timetable } = messages;
const CLASS = 'Biology 9B';
const NAMES = ['Amina Eze', 'Jo Baker'];

let server: RunningServer;
let page: Page;
let classAddress: string;
let start: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	const context = await browser.newContext({
		timezoneId: 'UTC',
		viewport: { width: 390, height: 844 },
		colorScheme: 'dark',
		reducedMotion: 'reduce',
	});
	page = await context.newPage();
	await makeFirstAdmin(page, server.adminLink ?? '');
	classAddress = await makeClass(page, server.url, CLASS, NAMES);
});
test.afterAll(async () => {
	await page.context().close();
	await server.stop();
});

/** The school's clock is UTC: "09:05", so many minutes from now. */
const clock = (minutes: number) =>
	new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);

async function addLesson(startsAt: string): Promise<void> {
	const form = page.getByRole('region', { name: timetable.add });
	await form.getByLabel(timetable.start).fill(startsAt);
	await form.getByRole('button', { name: timetable.addSubmit }).click();
}

test('a teacher adds a lesson, and is told of one that overlaps it', async () => {
	await page.goto(classAddress);
	await page.getByRole('link', { name: timetable.tab }).click();
	await expect(page.getByText(timetable.empty)).toBeVisible();
	start = clock(0);
	await addLesson(start);
	await expect(page.getByText(timetable.added)).toBeVisible();
	await expect(page.getByRole('link', { name: new RegExp(start) })).toBeVisible();

	const overlapping = clock(5);
	await addLesson(overlapping);
	await expect(page.getByRole('alert')).toContainText(start);
	await expect(page.getByLabel(timetable.start)).toHaveValue(overlapping);
	await expectSound(page, 'timetable');
});

test('a lesson’s editor opens by keyboard, and cancels one day and takes that back', async () => {
	const edit = page.getByRole('link', { name: new RegExp(start) });
	await edit.focus();
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog', { name: timetable.editTitle });
	await expect(dialog).toBeFocused();
	await expectSound(page, 'lesson editor');
	await dialog.getByRole('button', { name: timetable.except.submit }).click();
	await expect(dialog).toBeHidden();
	const restore = page.getByRole('button', { name: timetable.except.restore });
	await expect(restore).toBeVisible();

	await page.goto(`${server.url}/today`);
	await expect(page.getByRole('heading', { name: timetable.today.now })).toBeHidden();
	await page.goto(`${classAddress}?tab=timetable`);
	await restore.click();
	await expect(restore).toBeHidden();
});

test('the lesson that is due stands first on Today, and one tap starts it', async () => {
	await page.goto(`${server.url}/today`);
	await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(timetable.today.now);
	await expectSound(page, 'today');
	await page.getByRole('button', { name: timetable.today.startLong(CLASS, start) }).click();
	await expect(page).toHaveURL(/\/roll-calls\/[0-9a-f-]{36}$/);
	await expect(page.getByRole('heading', { level: 1, name: CLASS })).toBeVisible();
	for (const name of NAMES) await expectStatus(page, name, 'waiting');

	await page.goto(`${server.url}/today`);
	await page.getByRole('link', { name: classes.today.continueWhat(CLASS) }).click();
	await expectStatus(page, 'Amina Eze', 'waiting');
});

test('what closed is opened again with a reason', async () => {
	await statusOf(page, 'Amina Eze').click();
	await expectStatus(page, 'Amina Eze', 'present');
	await page.getByRole('button', { name: rollCall.close.actionLong }).click();
	await page.getByRole('button', { name: rollCall.close.confirm }).click();
	await expectStatus(page, 'Jo Baker', 'absent');

	await page.getByRole('button', { name: timetable.reopen.action }).click();
	const dialog = page.getByRole('dialog', { name: timetable.reopen.title });
	const submit = dialog.getByRole('button', { name: timetable.reopen.submit });
	await submit.click();
	await expect(dialog.getByText(messages.validation.reasonMissing)).toBeVisible();
	await dialog.getByLabel(timetable.reopen.reason).fill('The bus was late');
	await submit.click();
	await expect(dialog).toBeHidden();
	await expectStatus(page, 'Jo Baker', 'waiting');
	await expectStatus(page, 'Amina Eze', 'present');
});
