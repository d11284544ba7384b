import type { Page } from 'playwright';
import type { TraceFrame } from '$lib/contract/liveness';
import { showAll, type ShowingOptions, type Stage } from '../extraction/showings';
import type { SeenFace, TimedPose } from '../page/liveness/protocol';

/** Something that is shown to the face engine: a clip, or a photo on a sheet that is moved. */
export type Showing =
	| { kind: 'clip'; file: string; isMirrored: boolean }
	| { kind: 'sheet'; file: string; poses: TimedPose[] };

/** The main face of each frame that shows one; null where the file cannot be used. */
export type Sighting = SeenFace[] | null;

/** As the product records a trace, ms between two frames. */
const CLIP_FRAME_MS = 100;

const STAGE: Stage<Showing, Sighting> = {
	name: 'liveness',
	folder: 'evaluation/page/liveness',
	sources: ['src/lib/contract/liveness.ts'],
	async open(page, models) {
		await page.waitForFunction(() => 'liveness' in window);
		await page.evaluate((index) => window.liveness.start(index), models);
	},
	show: (page, url, showing) =>
		showing.kind === 'clip' ? playClip(page, url, showing) : holdSheet(page, url, showing),
};

const playClip = (page: Page, url: string, { isMirrored }: { isMirrored: boolean }) =>
	page.evaluate(([of, every, mirrored]) => window.liveness.clip(of, every, mirrored), [
		url,
		CLIP_FRAME_MS,
		isMirrored,
	] as const);

const holdSheet = (page: Page, url: string, { poses }: { poses: TimedPose[] }) =>
	page.evaluate(([of, through]) => window.liveness.sheet(of, through), [url, poses] as const);

/**
 * Shows everything to the face engine, or takes from the cache what was shown before.
 * @returns what was seen, in the order of the showings; null when the signal ended it
 * @throws Error when the browser or the face engine cannot start
 */
export function readTraces(
	showings: readonly Showing[],
	options: ShowingOptions,
): Promise<Sighting[] | null> {
	return showAll(STAGE, showings, options);
}

/** @returns what a phone would have sent of it */
export function traceOf(faces: readonly SeenFace[]): TraceFrame[] {
	return faces.map(({ at, points }) => ({ at, points: Float32Array.from(points) }));
}
