/**
 * Protects the screens themselves: nothing that a checker for accessibility calls serious, no page
 * that scrolls sideways, everything by keyboard, forms that work without script, and nothing typed
 * that is lost when a form is refused or the network is gone.
 */
import { expect, test, type BrowserContext, type Page } from 'playwright/test';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectKeyboardReaches, expectSound } from './soundness';
import { makeClass, makeFirstAdmin } from './steps';

const NAMES = ['Amina Eze, 20401', 'Jo Baker', 'Anna-Maria von Hohenberg-Lichtenstein, 20403'];
/** One look at each size; the colours of both themes are measured in tokens.spec.ts besides. */
const LOOKS = [
	{ size: 'phone', colorScheme: 'light', width: 390, height: 844 },
	{ size: 'tablet', colorScheme: 'dark', width: 1024, height: 768 },
	{ size: 'projector', colorScheme: 'light', width: 1920, height: 1080 },
] as const;

const { accounts, classes, common } = messages;

let server: RunningServer;
let admin: Awaited<ReturnType<BrowserContext['storageState']>>;
let classPath: string;

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	const page = await browser.newPage();
	await makeFirstAdmin(page, server.adminLink ?? '');
	classPath = new URL(await makeClass(page, server.url, 'Biology 9B', NAMES)).pathname;
	admin = await page.context().storageState();
	await page.close();
});

test.afterAll(() => server.stop());

/** A page of the admin's; whatever the test made goes with it. */
async function adminPage(
	{ browser }: { browser: { newContext(options: object): Promise<BrowserContext> } },
	options: object = {},
): Promise<Page> {
	const context = await browser.newContext({
		baseURL: server.url,
		storageState: admin,
		...options,
	});
	return context.newPage();
}

/** Every page of an admin, and the panels that lie over one. */
async function pagesToSee(page: Page): Promise<string[]> {
	await page.goto(classPath);
	const edit = page.getByRole('link', { name: classes.one.editWhom('Jo Baker') });
	const studentId = /edit=([0-9a-f-]+)/.exec((await edit.getAttribute('href')) ?? '')?.[1] ?? '';
	return [
		'/today',
		'/classes',
		classPath,
		`${classPath}?tab=add`,
		`${classPath}?tab=timetable`,
		`${classPath}?tab=settings`,
		`${classPath}?edit=${studentId}`,
		'/people',
		`/people?role=student&person=${studentId}`,
		'/school',
		'/me',
		'/record',
		'/reports',
		'/reports/day',
		'/reports/import',
		`/reports/students/${studentId}`,
		'/excuses',
		'/disputes',
		'/phones',
		'/no-such-page',
	];
}

for (const { size, colorScheme, width, height } of LOOKS) {
	test(`pages are accessible and fit: ${size}, ${colorScheme}`, async ({ browser }) => {
		const page = await adminPage(
			{ browser },
			{ colorScheme, viewport: { width, height }, reducedMotion: 'reduce' },
		);
		for (const path of await pagesToSee(page)) await expectPageSound(page, path);
		await page.context().close();
	});
}

async function expectPageSound(page: Page, path: string): Promise<void> {
	await page.goto(path);
	await expect(page.getByRole('heading', { level: 1, includeHidden: true })).toBeVisible();
	await expectSound(page, path);
}

test('everything on every page is reached by keyboard', async ({ browser }) => {
	const page = await adminPage({ browser });
	for (const path of await pagesToSee(page)) {
		await page.goto(path);
		await expectKeyboardReaches(page, path);
	}
	await page.context().close();
});

test('one reaches the content, the menu and a dialog by keyboard', async ({ browser }) => {
	const page = await adminPage({ browser });
	await page.goto(classPath);
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: common.skipToContent })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.locator('main')).toBeFocused();

	const menuButton = page.getByRole('button', { name: common.accountOf('Ada Admin') });
	const firstItem = page.getByRole('menuitem', { name: common.nav.me });
	// Until the page has come to life, a key does nothing.
	await expect(async () => {
		await menuButton.press('Enter');
		await expect(firstItem).toBeFocused({ timeout: 2_000 });
	}).toPass();
	await page.keyboard.press('Escape');
	await expect(menuButton).toBeFocused();

	await page.getByRole('link', { name: classes.one.editWhom('Jo Baker') }).focus();
	await page.keyboard.press('Enter');
	await expect(page.getByRole('dialog')).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toBeHidden();
	await expect(page).not.toHaveURL(/edit=/);
	await page.context().close();
});

test('forms work without script, and keep what was typed', async ({ browser }) => {
	const page = await adminPage({ browser }, { javaScriptEnabled: false });
	const names = page.getByLabel(classes.add.label);
	await page.goto(`${classPath}?tab=add`);
	await names.fill('Rui Costa, 7\nRui Pereira, 7');
	await page.getByRole('button', { name: classes.add.submit(0) }).click();
	await expect(page.getByText(messages.validation.numberRepeated('7', 1))).toBeVisible();
	await expect(names).toHaveValue('Rui Costa, 7\nRui Pereira, 7');
	await names.fill('Rui Costa, 7');
	await page.getByRole('button', { name: classes.add.submit(0) }).click();
	await expect(page.getByText(classes.add.added(1))).toBeVisible();

	await page.goto(classPath);
	await page.getByRole('link', { name: classes.one.editWhom('Rui Costa') }).click();
	await page.getByText(classes.edit.remove).click();
	await page.getByRole('button', { name: classes.edit.removeSubmit('Rui Costa') }).click();
	await expect(page.getByRole('link', { name: classes.one.editWhom('Jo Baker') })).toBeVisible();
	await expect(page.getByRole('link', { name: classes.one.editWhom('Rui Costa') })).toBeHidden();
	await page.context().close();
});

test('a removal is said, and closes its dialog', async ({ browser }) => {
	const page = await adminPage({ browser });
	await page.goto(`${classPath}?tab=add`);
	await page.getByLabel(classes.add.label).fill('Yuki Tanaka');
	await page.getByRole('button', { name: classes.add.submit(1) }).click();
	await expect(page.getByText(classes.add.added(1))).toBeVisible();
	await page.goto(classPath);
	await page.getByRole('link', { name: classes.one.editWhom('Yuki Tanaka') }).click();
	await page.getByText(classes.edit.remove).click();
	await page.getByRole('button', { name: classes.edit.removeSubmit('Yuki Tanaka') }).click();
	await expect(page.getByText(classes.edit.removed('Yuki Tanaka'))).toBeVisible();
	await expect(page.getByRole('dialog')).toBeHidden();
	await expect(page).not.toHaveURL(/edit=/);
	await page.context().close();
});

test('a problem stands beside its field, which gets the focus', async ({ browser }) => {
	const page = await adminPage({ browser });
	await page.goto(`${classPath}?tab=settings`);
	const late = page.getByLabel(classes.settings.late);
	await late.fill('-3');
	await page.getByRole('button', { name: common.save }).click();
	await expect(late).toHaveAccessibleDescription(
		`${classes.settings.lateHint} ${messages.validation.minutesNegative}`,
	);
	await expect(late).toBeFocused();
	await expect(late).toHaveValue('-3');
	await page.context().close();
});

test('without a network one is told, and nothing typed is lost', async ({ browser }) => {
	const page = await adminPage({ browser });
	await page.goto('/school');
	const name = page.getByLabel(accounts.school.name);
	await name.fill('Valley School');
	await page.context().setOffline(true);
	await expect(page.getByText(common.offline)).toBeVisible();
	const save = page.getByRole('button', { name: common.save, exact: true });
	await save.click();
	await expect(page.getByText(common.notSent)).toBeVisible();
	await expect(name).toHaveValue('Valley School');
	await page.context().setOffline(false);
	await expect(page.getByText(common.offline)).toBeHidden();
	await save.click();
	await expect(page.getByText(common.saved)).toBeVisible();
	await page.context().close();
});

test('the chosen theme holds from the first paint on', async ({ browser }) => {
	const page = await adminPage({ browser }, { colorScheme: 'light' });
	await page.goto('/me');
	await page.getByRole('radio', { name: common.theme.dark }).check();
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await page.reload();
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await expect(page.getByRole('radio', { name: common.theme.dark })).toBeChecked();
	await page.context().close();
});
