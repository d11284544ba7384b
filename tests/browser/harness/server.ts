import { createRequire } from 'node:module';
import path from 'node:path';
import { startPageHarness, type PageHarness } from '../../../vite/page-harness';

const SAMPLES = path.join(
	path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
	'demo',
);
const SAMPLE = /^\/samples\/([\w-]+\.jpg)$/;

/**
 * Serves the harness page with the engine's real sources, compiled by Vite, the prepared models, and
 * the photographs below `/samples/`.
 * @returns the page's address, and how to stop
 */
export function startHarness(): Promise<PageHarness> {
	return startPageHarness({
		script: '/tests/browser/harness/face-engine.ts',
		name: 'harness',
		fileAt: (pathname) => {
			const name = SAMPLE.exec(pathname)?.[1];
			return name === undefined ? null : path.join(SAMPLES, name);
		},
	});
}
