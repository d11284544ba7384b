/**
 * Protects: an admin says on one page what is sent by e-mail and sees what such mails look like, and
 * keeps the addresses of staff and guardians; what cannot be taken is said and loses nothing; on a
 * phone too.
 */
import { expect, test, type Browser, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import { makeClass, makeFirstAdmin } from './steps';

const { accounts, common, notices, validation } = messages;
const text = notices.people;

let server: RunningServer;
let admin: Page;

test.describe.configure({ mode: 'serial' });

const newPage = async (browser: Browser) =>
	(
		await browser.newContext({
			timezoneId: 'UTC',
			viewport: { width: 390, height: 844 },
			reducedMotion: 'reduce',
		})
	).newPage();

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	admin = await newPage(browser);
	await makeFirstAdmin(admin, server.adminLink ?? '');
	await makeClass(admin, server.url, 'Biology 9B', ['Amina Eze']);
});
test.afterAll(async () => {
	await admin.context().close();
	await server.stop();
});

test('what is sent is kept, and shown by made-up mails', async () => {
	await admin.goto(`${server.url}/school`);
	const section = admin.getByRole('region', { name: notices.title });
	await expect(section.getByLabel(notices.week)).toBeChecked();
	await expect(section.getByLabel(notices.toGuardians)).not.toBeChecked();
	await expect(section.getByText(notices.none)).toBeVisible();
	await section.getByLabel(notices.weekday).selectOption('1');
	await section.getByLabel(notices.toGuardians).check();
	await section.getByLabel(notices.office).fill('030 1234');
	await section.getByRole('button', { name: notices.save }).press('Enter');
	await expect(section.getByText(common.saved)).toBeVisible();
	await section.getByText(notices.preview).click();
	await expect(section.getByText('030 1234')).toBeVisible();
	await expectSound(admin, 'the School page');
	await admin.reload();
	await expect(section.getByLabel(notices.weekday)).toHaveValue('1');
	await expect(section.getByLabel(notices.toGuardians)).toBeChecked();
});

test('a member of the staff has an address, and a mistake in it loses nothing', async () => {
	await admin.goto(`${server.url}/people?role=admin`);
	await admin.getByRole('link', { name: accounts.people.manage }).click();
	const email = admin.getByLabel(text.email);
	await email.fill('ada@');
	await email.press('Enter');
	await expect(admin.getByText(validation.email)).toBeVisible();
	await expect(email).toHaveValue('ada@');
	await email.fill('Ada@School.example');
	await email.press('Enter');
	await expect(admin.getByText(text.emailSaved)).toBeVisible();
	await admin.reload();
	await expect(email).toHaveValue('ada@school.example');
});

test('a student has guardians, who can be removed', async () => {
	await admin.goto(`${server.url}/people?role=student`);
	await admin.getByRole('link', { name: accounts.people.manageWhom('Amina Eze') }).click();
	await expect(admin.getByText(text.noGuardians)).toBeVisible();
	await admin.getByLabel(text.guardianName).fill('Grace Eze');
	await admin.getByLabel(text.guardianEmail).fill('grace@home.example');
	await admin.getByRole('button', { name: text.add }).press('Enter');
	await expect(admin.getByText(text.added)).toBeVisible();
	await expect(admin.getByText('grace@home.example')).toBeVisible();
	await expectSound(admin, 'a student with guardians');
	await admin.getByRole('button', { name: text.removeWhom('Grace Eze') }).press('Enter');
	await expect(admin.getByText(text.removed)).toBeVisible();
	await expect(admin.getByText('grace@home.example')).toBeHidden();
});
