import { createRequire } from 'node:module';
import path from 'node:path';
import { FACE_DATA } from '../../helpers/face-data';
import { startPageHarness, type PageHarness } from '../../../vite/page-harness';

const SAMPLES = path.join(
	path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
	'demo',
);
const VIDEO = /^\/videos\/([\w-]+\.(?:mp4|mkv))$/;
const SAMPLE = /^\/samples\/([\w-]+\.jpg)$/;

/**
 * Serves the harness page with the engine's real sources, compiled by Vite, the prepared models,
 * the photographs below `/samples/`, and where they exist the videos of FACE_DATA below `/videos/`.
 * @returns the page's address, and how to stop
 */
export function startHarness(): Promise<PageHarness> {
	return startPageHarness({
		script: '/tests/browser/harness/face-engine.ts',
		name: 'harness',
		fileAt: (pathname) => {
			const photo = SAMPLE.exec(pathname)?.[1];
			if (photo !== undefined) return path.join(SAMPLES, photo);
			const video = VIDEO.exec(pathname)?.[1];
			return video === undefined ? null : path.join(FACE_DATA, 'videos', video);
		},
	});
}
