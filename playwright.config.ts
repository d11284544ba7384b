import { defineConfig } from 'playwright/test';
import { chromiumArguments, findChromium } from './tests/helpers/chromium';

/**
 * Two projects: `browser` (one part in a real browser: the worker, the camera) and `e2e` (journeys
 * against server.js). A journey mostly waits for its camera, so two go side by side; what measures
 * the engine goes alone.
 */
export default defineConfig({
	testDir: 'tests',
	outputDir: 'test-results/output',
	workers: 2,
	fullyParallel: false,
	forbidOnly: Boolean(process.env.CI),
	retries: 0,
	timeout: 120_000,
	expect: { timeout: 15_000 },
	reporter: [
		['list'],
		['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? 'test-results/report.json' }],
	],
	use: {
		browserName: 'chromium',
		trace: 'off',
		launchOptions: { executablePath: findChromium() ?? undefined, args: chromiumArguments() },
	},
	projects: [
		{ name: 'browser', testDir: 'tests/browser', workers: 1 },
		{ name: 'e2e', testDir: 'tests/e2e', workers: 2 },
	],
});
