import { createRequire } from 'node:module';
import path from 'node:path';
import { FACE_DATA } from '../../helpers/face-data';
import { startPageHarness, type PageHarness } from '../../../vite/page-harness';

const SAMPLES = path.join(
	path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
	'demo',
);
const FACES = /^\/(videos|groups)\/([\w-]+\.(?:mp4|mkv|jpg))$/;
const SAMPLE = /^\/samples\/([\w-]+\.jpg)$/;

/**
 * Serves the harness page with the engine's real sources, compiled by Vite, the prepared models,
 * the photographs below `/samples/`, and where they exist the videos and groups of FACE_DATA.
 * @returns the page's address, and how to stop
 */
export function startHarness(): Promise<PageHarness> {
	return startPageHarness({
		script: '/tests/browser/harness/face-engine.ts',
		name: 'harness',
		fileAt: (pathname) => {
			const photo = SAMPLE.exec(pathname)?.[1];
			if (photo !== undefined) return path.join(SAMPLES, photo);
			const [, folder, name] = FACES.exec(pathname) ?? [];
			return folder === undefined || name === undefined ? null : path.join(FACE_DATA, folder, name);
		},
	});
}
