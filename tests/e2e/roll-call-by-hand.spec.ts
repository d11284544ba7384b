/**
 * Protects a roll call without a camera: thirty students by keyboard or by touch in under a minute
 * and in counted keys and taps, undo of everything, two teachers who contradict each other and lose
 * nothing, details that stay, and a correction that says why.
 */
import { expect, test, type Browser, type Page } from 'playwright/test';
import type { MarkStatus } from '../../src/lib/contract/terms';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import {
	addTeacher,
	expectStatus,
	makeClass,
	makeFirstAdmin,
	startRollCall,
	statusOf,
} from './steps';

const { common, rollCall } = messages;
const { conflicts, history, keys, member, rest, roster } = rollCall;
/** What one person does by hand in a minute. */
const MINUTE_MS = 60_000;
const MOST_PRESSES = 60;

/** In the order in which the roster shows them. */
const NAMES = Array.from({ length: 30 }, (_, i) => `Student ${String(i + 1).padStart(2, '0')}`);
const [first = '', second = '', third = ''] = NAMES;

let server: RunningServer;
let page: Page;
let colleague: Page;
let classAddress: string;
let rollCallAddress: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	const context = await browser.newContext({ viewport: { width: 1024, height: 768 } });
	page = await context.newPage();
	await makeFirstAdmin(page, server.adminLink ?? '');
	classAddress = await makeClass(page, server.url, 'Biology 9B', NAMES);
	colleague = await addTeacher(page, browser, classAddress, 'Tess Teacher', 'tess');
	rollCallAddress = await startRollCall(page, classAddress);
	await ready(page);
});

test.afterAll(async () => {
	await colleague.context().close();
	await page.context().close();
	await server.stop();
});

test('thirty students are marked by keyboard in under a minute, and all of it is undone', async () => {
	const plan = NAMES.map((name, i) => ({ name, status: statusOfTurn(i) }));
	const begin = Date.now();
	const pressed = await press(page, ['/', 'Enter', ...plan.map(({ status }) => letterOf(status))]);
	await expect(page.getByRole('button', { name: roster.waiting(0) })).toBeVisible();
	expect(Date.now() - begin).toBeLessThan(MINUTE_MS);
	for (const { name, status } of plan) await expectStatus(page, name, status);
	expect(pressed).toBeLessThanOrEqual(MOST_PRESSES);

	await press(
		page,
		plan.map(() => 'Control+z'),
	);
	for (const { name } of plan) await expectStatus(page, name, 'waiting');
	await press(page, ['Control+z']);
	await expect(page.getByText(rollCall.undo.nothing)).toBeVisible();
});

test('with the rest marked at once it takes a few keys, and an undo brings only the rest back', async () => {
	const pressed = await press(page, ['/', 'Enter', 'a', 'ArrowDown', 'l', '*']);
	expect(pressed).toBeLessThan(10);
	const restNames = NAMES.filter((name) => name !== first && name !== third);
	for (const name of restNames) await expectStatus(page, name, 'present');
	await expectStatus(page, first, 'absent');
	await expectStatus(page, third, 'late');
	await expect(page.getByText(rest.done(restNames.length, 'present'))).toBeVisible();

	await press(page, ['Control+z']);
	for (const name of restNames) await expectStatus(page, name, 'waiting');
	await expectStatus(page, third, 'late');
	await press(page, ['Control+z', 'Control+z']);
	await expectStatus(page, third, 'waiting');
	await expectStatus(page, first, 'waiting');
});

test('the other keys do what the page says they do', async () => {
	await press(page, ['?']);
	const help = page.getByRole('dialog', { name: keys.title });
	await expect(help.getByText(keys.takeBack)).toBeVisible();
	await expectSound(page, 'the keys');
	// What lies over the page has the keys.
	await press(page, ['*', 'p']);
	await press(page, ['Escape']);
	await expect(help).toBeHidden();
	await expectStatus(page, first, 'waiting');

	await press(page, ['/', '0', '2', 'Enter', 'Space', 'Space']);
	await expectStatus(page, second, 'late');
	await press(page, ['Backspace']);
	await expectStatus(page, second, 'waiting');
	await press(page, ['/', 'Escape', 'Enter', 'End']);
	await expect(statusOf(page, NAMES.at(-1) ?? '')).toBeFocused();
	// One stop for the whole list: the next lies behind it.
	await press(page, ['Tab']);
	await expect(page.getByTestId('roster').locator(':focus')).toHaveCount(0);
});

test('on a phone thirty taps do, or one for all who wait', async ({ browser }) => {
	const phone = await openPhone(browser);
	const begin = Date.now();
	let taps = 0;
	const tap = async (name: string) => {
		taps++;
		await statusOf(phone, name).tap();
	};
	await phone.getByRole('button', { name: rollCall.camera.without }).first().tap();
	taps++;
	for (const name of NAMES) await tap(name);
	await expect(phone.getByRole('button', { name: roster.waiting(0) })).toBeVisible();
	expect(Date.now() - begin).toBeLessThan(MINUTE_MS);
	expect(taps).toBeLessThanOrEqual(MOST_PRESSES);

	// At once, while the line that offers it is there.
	const last = NAMES.at(-1) ?? '';
	await phone.getByRole('button', { name: common.undo }).tap();
	await expectStatus(phone, last, 'waiting');
	await phone.getByRole('button', { name: rest.action('present', 1) }).tap();
	// The first teacher sees all of it.
	for (const name of NAMES) await expectStatus(page, name, 'present');
	await expectSound(phone, 'a roll call by hand');

	await phone.reload();
	await expect(phone.getByRole('button', { name: rollCall.camera.with })).toBeVisible();
	await phone.context().close();
});

test('two teachers who contradict each other: nothing is lost, one chooses', async () => {
	await colleague.goto(rollCallAddress);
	await ready(colleague);
	await expectStatus(colleague, first, 'present');

	await page.context().setOffline(true);
	// The socket goes when the page hears of it: until then it would still see what the other does.
	await expect(page.getByText(/Offline\. /)).toBeVisible();
	await statusOf(colleague, first).focus();
	await press(colleague, ['l', 'l']);
	await expectStatus(colleague, second, 'late');
	await statusOf(page, first).focus();
	await press(page, ['a', 'a']);
	await expectStatus(page, first, 'absent');
	await page.context().setOffline(false);

	const lane = page.getByRole('region', { name: conflicts.title(2) });
	await expect(lane).toBeVisible({ timeout: 60_000 });
	await expect(lane.getByText('Tess Teacher says late, you said absent.')).toHaveCount(2);
	await expectStatus(page, first, 'late');
	await expectSound(page, 'two answers');

	await page.reload();
	await page.getByRole('button', { name: conflicts.keepLong(first, 'late') }).click();
	await page.getByRole('button', { name: conflicts.makeLong(second, 'absent') }).click();
	await expect(page.getByRole('region', { name: conflicts.title(1) })).toBeHidden();
	await expectStatus(colleague, second, 'absent');
	await expectStatus(colleague, first, 'late');
});

test('what a teacher writes beside a mark stays', async () => {
	await statusOf(page, third).focus();
	await press(page, ['l']);
	const dialog = await openDetails(third);
	// Opened before the server had the mark: the history comes with it.
	const past = dialog.getByRole('region', { name: history.title });
	await expect(past.getByText(history.changed('present', 'late'))).toBeVisible();
	await dialog.getByLabel(member.leftAt).fill('23:59');
	await dialog.getByLabel(member.remark).fill('dentist');
	await dialog.getByRole('button', { name: member.save }).click();
	await expect(dialog.getByText(member.notYet)).toBeVisible();
	const [left = ''] = /\d\d:\d\d/.exec((await rowOf(third).textContent()) ?? '') ?? [];
	await dialog.getByLabel(member.leftAt).fill(left);
	await expectSound(page, 'the details of a mark');
	await dialog.getByRole('button', { name: member.save }).click();
	await expect(dialog).toBeHidden();
	await page.reload();
	await expect(rowOf(third)).toContainText('dentist');
	await expect(rowOf(third)).toContainText(roster.left(left));

	// Marked otherwise, and taken back: time and remark are there again.
	await statusOf(page, third).focus();
	await press(page, ['a']);
	await expect(rowOf(third)).not.toContainText(roster.left(left));
	await press(page, ['Control+z']);
	await expect(rowOf(third)).toContainText(roster.left(left));
});

test('a correction after closing asks why, and the history tells it', async () => {
	await page.getByRole('button', { name: rollCall.close.actionLong }).click();
	await page.getByRole('button', { name: rollCall.close.confirm }).click();
	await expect(page.getByText(rollCall.closed.text)).toBeVisible();

	await statusOf(page, second).press('Space');
	const dialog = page.getByRole('dialog', { name: second });
	await dialog.getByRole('radio', { name: common.statuses.late.word }).check({ force: true });
	await dialog.getByLabel(member.reason).fill('the bus');
	await dialog.getByRole('button', { name: member.save }).click();
	await expectStatus(page, second, 'late');

	await openDetails(second);
	const past = dialog.getByRole('region', { name: history.title });
	await expect(past.getByText(history.reason('the bus'))).toBeVisible();
	await expect(past.getByText(history.conflict('absent', 'late'))).toBeVisible();
	await expectSound(page, 'the history of a mark');
});

/** The socket is there: what is done from here on is done online. */
async function ready(on: Page): Promise<void> {
	await expect(on.getByTestId('roster').locator('[data-student]')).toHaveCount(NAMES.length);
	await expect(on.getByText(/Offline\. /)).toBeHidden();
}

/** @returns how many keys it took, a key held with another counting once */
async function press(on: Page, sequence: readonly string[]): Promise<number> {
	for (const key of sequence) await on.keyboard.press(key);
	return sequence.length;
}

/** Mostly present, as a class is; somebody of each status. */
function statusOfTurn(turn: number): MarkStatus {
	if (turn % 9 === 4) return 'absent';
	return turn % 10 === 5 ? 'late' : 'present';
}

function letterOf(status: MarkStatus): string {
	return common.statuses[status].letter.toLowerCase();
}

function rowOf(name: string) {
	return page.getByTestId('roster').getByRole('listitem').filter({ hasText: name });
}

async function openDetails(name: string) {
	await statusOf(page, name).press('Enter');
	const dialog = page.getByRole('dialog', { name });
	await expect(dialog).toBeVisible();
	return dialog;
}

/** The same teacher, on a telephone. */
async function openPhone(browser: Browser): Promise<Page> {
	const context = await browser.newContext({
		storageState: await page.context().storageState(),
		viewport: { width: 390, height: 844 },
		colorScheme: 'dark',
		hasTouch: true,
		isMobile: true,
	});
	const phone = await context.newPage();
	await phone.goto(rollCallAddress);
	await ready(phone);
	return phone;
}
