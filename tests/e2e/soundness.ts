import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';

/** Nothing that a checker for accessibility calls serious, and nothing that scrolls sideways. */
export async function expectSound(page: Page, what: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	const serious = violations.filter(({ impact }) => impact !== 'minor');
	expect(
		serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
		`${what} has nothing serious`,
	).toEqual([]);
	expect(
		await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
		`${what} does not scroll sideways`,
	).toBeLessThanOrEqual(0);
}

/** More stops than any page has. */
const MOST_STOPS = 400;

/**
 * Everything that can be acted on is reached by Tab; of a group of radio buttons one, as arrow keys
 * lead on from there; and while a dialog is open, what is in it.
 */
export async function expectKeyboardReaches(page: Page, what: string): Promise<void> {
	await page.evaluate(() => {
		document
			.querySelectorAll('[data-reached]')
			.forEach((one) => one.removeAttribute('data-reached'));
		document.body.focus();
	});
	let ends = 0;
	for (let stop = 0; stop < MOST_STOPS; stop++) {
		await page.keyboard.press('Tab');
		const isNew = await page.evaluate(() => {
			const focused = document.activeElement;
			if (!(focused instanceof HTMLElement) || focused === document.body) return null;
			// Day, month and year of a date are stops of one field.
			const isDate = focused.matches('input[type="date"], input[type="time"]');
			const isKnown = focused.dataset.reached !== undefined;
			focused.dataset.reached = '';
			return isDate || !isKnown;
		});
		// After the page's end it goes on from its beginning: focus may have stood in the middle.
		if (isNew === null ? ++ends > 1 : !isNew) break;
	}
	const missed = await page.evaluate(() =>
		[
			...(document.querySelector('[role="dialog"]') ?? document).querySelectorAll<HTMLElement>(
				'a[href], button, input, select, textarea, summary',
			),
		]
			.filter(
				(one) => one.checkVisibility() && !one.matches(':disabled, [inert] *, [tabindex="-1"]'),
			)
			.filter((one) => !one.matches('input[type="radio"]:not(:checked)'))
			.filter((one) => one.dataset.reached === undefined)
			.map((one) => one.outerHTML.slice(0, 160)),
	);
	expect(missed, `${what} is reached by keyboard`).toEqual([]);
}
