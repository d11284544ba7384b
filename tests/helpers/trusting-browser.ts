import type { Browser } from 'playwright/test';

/**
 * Makes this browser trust one more certificate authority, as a school's device management does: by
 * the policy `CACertificates`, which Chromium lets one try on a page of its own. It lasts as long as
 * the browser and leaves nothing on the machine. A flag that overlooks wrong certificates would prove
 * nothing.
 *
 * @param authority DER
 * @returns false when this browser has no such page: Google Chrome's releases do not
 */
export async function trustAuthority(browser: Browser, authority: Buffer): Promise<boolean> {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		await page.goto('chrome://policy/test');
		if (!page.url().startsWith('chrome://policy/test')) return false;
		const policy = {
			namespace: 'chrome',
			name: 'CACertificates',
			value: [authority.toString('base64')],
			// Of the page's lists: an enterprise's default, for the current user, mandatory.
			source: 0,
			scope: 0,
			level: 0,
		};
		// A text, because the module is the browser's: no tool of ours should look for it.
		await page.evaluate(`import('chrome://resources/js/cr.js').then(({ sendWithPromise }) =>
			sendWithPromise('setLocalTestPolicies', ${JSON.stringify(JSON.stringify([policy]))}, ''))`);
		return true;
	} finally {
		await context.close();
	}
}
