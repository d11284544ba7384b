/**
 * Protects the school's look back (product.md, "Reports"): a class over a period as matrix, rates,
 * lateness and runs of absence; charts that are tables too; a file that a spreadsheet opens; paper;
 * and all of it on a phone and by keyboard.
 */
import { parse } from 'csv-parse/sync';
import { expect, test, type Page } from 'playwright/test';
import { readFile } from 'node:fs/promises';
import { messages } from '../../src/lib/messages';
import { startServer, type RunningServer } from '../helpers/server';
import { expectSound } from './soundness';
import { makeFirstAdmin } from './steps';

const { classes, common, imports, reports } = messages;
const CLASS = 'Biology 9B';
const DAY_MS = 86_400_000;
const WEEKS = 6;

/** One letter a week, oldest first. */
const HISTORY = { 'Amina Eze': 'PPPPPP', 'Jo Baker': 'PPPAAA', 'Rui Costa': 'PLPLPE' };
const WORDS: Record<string, string> = { P: 'present', L: 'late', A: 'absent', E: 'excused' };

let server: RunningServer;
let page: Page;

test.describe.configure({ mode: 'serial' });
test.use({ reducedMotion: 'reduce' });

/** The school's clock is UTC. */
const dayBefore = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** The last roll call was yesterday, each other a week before the next. */
function historyAsCsv(): string {
	const lines = Object.entries(HISTORY).flatMap(([name, letters]) =>
		Array.from(letters, (letter, week) => {
			const day = dayBefore(1 + (WEEKS - 1 - week) * 7);
			return [CLASS, day, '08:00', name, WORDS[letter], letter === 'L' ? 7 : ''].join(',');
		}),
	);
	return ['Class,Date,Start,Student,Status,Minutes late', ...lines].join('\n');
}

test.beforeAll(async ({ browser }) => {
	server = await startServer();
	const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
	page = await context.newPage();
	await makeFirstAdmin(page, server.adminLink ?? '');
	await makeClassSince(dayBefore(60));
	await page.goto(`${server.url}/reports/import`);
	await page.getByLabel(imports.csv).fill(historyAsCsv());
	await page.getByRole('button', { name: imports.check }).click();
	await page.getByRole('button', { name: imports.confirm('marks', 18) }).click();
	await expect(page.getByText(imports.done.marks(18, 0, 0))).toBeVisible();
});
test.afterAll(() => server.stop());

async function makeClassSince(day: string): Promise<void> {
	await page.goto(`${server.url}/classes`);
	await page.getByLabel(classes.list.name).fill(CLASS);
	await page.getByRole('button', { name: classes.list.submit }).click();
	await page.getByRole('link', { name: classes.one.add }).click();
	await page.getByLabel(classes.add.label).fill(Object.keys(HISTORY).join('\n'));
	await page.getByLabel(classes.add.since).fill(day);
	await page.getByRole('button', { name: classes.add.submit(3) }).click();
	await expect(page.getByText(classes.add.added(3))).toBeVisible();
}

const matrix = () => page.getByRole('grid', { name: reports.matrix.title });

test('shows a class over a period: rates, lateness, runs, and who needs a word', async () => {
	// By the menu, from a page that lives: what one chooses before that can be lost.
	await page.getByRole('link', { name: common.nav.reports, exact: true }).click();
	await page.getByLabel(reports.choose.class, { exact: true }).selectOption({ label: CLASS });
	await page.getByRole('button', { name: reports.choose.submit, exact: true }).click();
	// The links to periods know the class once its report is there.
	await expect(page.getByRole('heading', { level: 1, name: CLASS })).toBeVisible();
	await page.getByRole('link', { name: reports.choose.lastDays[91] }).click();
	await expect(matrix().getByRole('row')).toHaveCount(4);
	// 14 of 17: excused counts in neither.
	await expect(page.getByText('82.3%').first()).toBeVisible();
	await expect(matrix().getByRole('row', { name: /^Rui Costa/ })).toContainText('100%');
	const risk = page.getByRole('region', { name: reports.risk.title });
	await expect(risk.getByRole('link')).toHaveCount(1);
	await expect(risk.getByRole('link')).toContainText('Jo Baker');
	await expect(risk).toContainText(reports.risk.run(3));
	await expectSound(page, 'class report');
});

test('moves through the matrix by keys, each mark in words', async () => {
	await matrix().getByRole('link', { name: 'Jo Baker' }).focus();
	await page.keyboard.press('End');
	const focused = page.locator(':focus');
	await expect(focused).toBeVisible();
	await page.keyboard.press('Home');
	await page.keyboard.press('ArrowRight');
	await expect(focused).toHaveAccessibleName('present');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowRight');
	await expect(focused).toHaveAccessibleName(reports.matrix.cell('late', 7));
	await expect(focused).toBeInViewport();
});

test('shows every chart as a table, too', async () => {
	const { weeks, weekdays, arrivals } = reports.charts;
	for (const { title } of [weeks, weekdays, arrivals]) {
		await expect(page.getByRole('img', { name: title, exact: true })).toBeVisible();
		const name = `${title}: ${reports.charts.asTable}`;
		await page.getByRole('button', { name }).press('Enter');
		await expect(page.getByRole('table', { name: title, exact: true })).toBeVisible();
	}
	await expect(
		page.getByRole('table', { name: weeks.title, exact: true }).getByRole('row'),
	).toHaveCount(7);
	const weekday = new Date(Date.now() - DAY_MS).getUTCDay() || 7;
	await expect(page.getByRole('table', { name: weekdays.title })).toContainText(
		reports.charts.weekday[weekday] ?? '',
	);
	await expectSound(page, 'charts as tables');
});

test('gives a file with every mark', async () => {
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('link', { name: reports.export.link }).click(),
	]);
	const [head, ...lines] = parse(await readFile(await download.path()));
	expect(head?.slice(0, 4)).toEqual(['Class', 'Date', 'Start', 'Student']);
	expect(lines).toHaveLength(18);
	expect(lines.filter((line) => line[5] === 'late' && line[6] === '7')).toHaveLength(2);
});

test('fits on A4', async () => {
	const pdf = await page.pdf({ preferCSSPageSize: true });
	const text = pdf.toString('latin1');
	const box = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/.exec(text);
	// 297 by 210 mm, in points; the browser rounds to pixels, three quarters of a point.
	expect(Math.abs(Number(box?.[1]) - 841.89)).toBeLessThan(1);
	expect(Math.abs(Number(box?.[2]) - 595.28)).toBeLessThan(1);
	expect(text.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
});

test('leads to a student, and to the day', async () => {
	await matrix().getByRole('link', { name: 'Jo Baker' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Jo Baker' })).toBeVisible();
	await expect(page.getByRole('region', { name: reports.student.marks })).toContainText('absent');
	const { title } = reports.charts.days;
	await page.getByRole('button', { name: `${title}: ${reports.charts.asTable}` }).press('Enter');
	await expect(page.getByRole('table', { name: title, exact: true }).getByRole('row')).toHaveCount(
		7,
	);
	await expectSound(page, 'student report');

	await page.goto(`${server.url}/reports/day?day=${dayBefore(1)}`);
	await expect(page.getByText(reports.day.summary(1, 1))).toBeVisible();
	await expectSound(page, 'school day');
});
