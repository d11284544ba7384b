/**
 * Protects the way of a file into the school's record, on a phone: its problems are told by line and
 * nothing is imported, they are mended on the page, what would change is shown, and one tap does it;
 * and all of that without a script, too.
 */
import { expect, test, type Browser, type BrowserContext, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import { makeClass, makeFirstAdmin } from './steps';

const { imports, validation } = messages;
const CLASS = 'Biology 9B';
const PHONE = { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' } as const;

let server: RunningServer;
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
/** The school's day, on which the students became members; its clock is UTC. */
const today = new Date().toISOString().slice(0, 10);

const csvOf = (...statuses: string[]) =>
	['Class,Date,Start,Student,Status,How']
		.concat(statuses.map((one) => `${CLASS},${today},00:00,${one},by camera`))
		.join('\n');

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	const page = await browser.newPage();
	await makeFirstAdmin(page, server.adminLink ?? '');
	await makeClass(page, server.url, CLASS, ['Amina Eze, 20401', 'Jo Baker']);
	signedIn = await page.context().storageState();
	await page.context().close();
});
test.afterAll(() => server.stop());

async function openImport(browser: Browser, options: object = {}): Promise<Page> {
	const context = await browser.newContext({ ...PHONE, storageState: signedIn, ...options });
	const page = await context.newPage();
	await page.goto(`${server.url}/reports`);
	await page.getByRole('link', { name: messages.reports.tabs.import }).click();
	await expect(page.getByRole('heading', { level: 1, name: imports.title })).toBeVisible();
	return page;
}

const chooseFile = (page: Page, bytes: Buffer) =>
	page
		.getByLabel(imports.file)
		.setInputFiles({ name: 'marks.csv', mimeType: 'text/csv', buffer: bytes });

test('problems are told, mended, and then all of it is imported', async ({ browser }) => {
	const page = await openImport(browser);
	await expectSound(page, 'import');
	await chooseFile(page, Buffer.from([0xff, 0xfe, 0x41]));
	await expect(page.getByText(validation.importNotUtf8)).toBeVisible();

	await chooseFile(page, Buffer.from(`\uFEFF${csvOf('Amina Eze,late', 'Jo Bakerr,ill')}`));
	await expect(page.getByText(imports.fileRead('marks.csv', 3))).toBeVisible();
	const lines = page.getByLabel(imports.csv);
	await expect(lines).toHaveValue(csvOf('Amina Eze,late', 'Jo Bakerr,ill'));
	await page.getByRole('button', { name: imports.check }).click();
	await expect(page.getByRole('group', { name: imports.problems(2) })).toBeVisible();
	await expect(page.getByText(imports.problem['student-unknown'](''))).toBeVisible();
	await expect(
		page.getByText(imports.problem.status('present, late, absent, excused')),
	).toBeVisible();
	await expect(page.getByRole('button', { name: imports.confirm('marks', 2) })).toBeHidden();
	await expectSound(page, 'import with problems');

	await lines.fill(csvOf('Amina Eze,late', 'Jo Baker,present'));
	await expect(page.getByText(imports.stale)).toBeVisible();
	await page.getByRole('button', { name: imports.check }).click();
	const confirm = page.getByRole('button', { name: imports.confirm('marks', 2) });
	await expect(confirm).toBeVisible();
	await expect(page.getByText(imports.rollCallsText(1))).toBeVisible();
	await expect(page.getByText(imports.ignored('How'))).toBeVisible();
	await expectSound(page, 'import preview');
	await confirm.click();
	await expect(page.getByText(imports.done.marks(2, 0, 0))).toBeVisible();
	await expect(lines).toHaveValue('');

	await page.getByRole('link', { name: imports.done.link }).click();
	await expect(page).toHaveURL(/\/reports$/);
	await page
		.getByLabel(messages.reports.choose.class, { exact: true })
		.selectOption({ label: CLASS });
	await page.getByRole('button', { name: messages.reports.choose.submit, exact: true }).click();
	await expect(page.getByRole('row', { name: /Jo Baker/ })).toContainText('100');
	await page.context().close();
});

test('without a script the file itself is sent, and shown to be confirmed', async ({ browser }) => {
	const page = await openImport(browser, { javaScriptEnabled: false });
	await chooseFile(page, Buffer.from(csvOf('Amina Eze,excused', 'Jo Baker,present')));
	await page.getByRole('button', { name: imports.check }).click();
	await expect(page.getByLabel(imports.csv)).toHaveValue(/Amina Eze,excused/);
	await expect(page.getByText(imports.from)).toBeVisible();
	await page.getByRole('button', { name: imports.confirm('marks', 1) }).click();
	await expect(page.getByText(imports.done.marks(0, 1, 1))).toBeVisible();

	await page.getByRole('button', { name: imports.check }).click();
	await expect(page.getByText(validation.importEmpty)).toBeVisible();
	await page.context().close();
});
