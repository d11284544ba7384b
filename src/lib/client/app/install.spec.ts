/** Protects the hint for iPhones and iPads: it says to them, and to nobody else, what to tap. */
import { expect, it } from 'vitest';
import { installsByShare } from './install.svelte';

const IPHONE =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const MAC =
	'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15';
const ANDROID =
	'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';

it.each([
	['an iPhone', IPHONE, 5, true],
	['an iPad, which says that it is a Mac', MAC, 5, true],
	['a Mac', MAC, 0, false],
	['an Android phone', ANDROID, 5, false],
])('%s', (_, userAgent, touchPoints, expected) =>
	expect(installsByShare(userAgent, touchPoints)).toBe(expected),
);
