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
