import type { Page } from 'playwright';
import { showAll, type ShowingOptions, type Stage } from '../extraction/showings';
import type { TimedPose } from '../page/liveness/protocol';
import type { Part, SentFace } from '../page/passive/protocol';
import type { Scene } from '../page/passive/stage';

/** Something before the tablet: people of a clip, or a photo that is held there. */
export type Presentation =
	| { kind: 'length'; file: string }
	| { kind: 'people'; file: string; part: Part }
	| { kind: 'photo'; file: string; clipAt: number | null; poses: TimedPose[]; scene: Scene };

/** The faces that would have been sent; null where the file shows none, or cannot be read. */
export type Sent = SentFace[] | null;

const STAGE: Stage<Presentation, Sent | number> = {
	name: 'passive',
	folder: 'evaluation/page/passive',
	sources: ['evaluation/page/liveness', 'src/lib/contract/liveness.ts'],
	async open(page, models) {
		await page.waitForFunction(() => 'passive' in window);
		await page.evaluate((index) => window.passive.start(index), models);
	},
	show: (page, url, presentation) => present(page, url, presentation),
};

function present(page: Page, url: string, how: Presentation): Promise<Sent | number> {
	switch (how.kind) {
		case 'length':
			return page.evaluate((of) => window.passive.length(of), url);
		case 'people':
			return page.evaluate(([of, part]) => window.passive.arrive(of, part), [
				url,
				how.part,
			] as const);
		case 'photo':
			return page.evaluate(
				([of, clipAt, poses, scene]) => window.passive.hold(of, clipAt, poses, scene),
				[url, how.clipAt, how.poses, how.scene] as const,
			);
	}
}

/**
 * @returns how long each clip is, ms; null for what no browser plays; null when the signal ended it
 * @throws Error when the browser or the face engine cannot start
 */
export async function lengthsOf(
	clips: readonly string[],
	options: ShowingOptions,
): Promise<(number | null)[] | null> {
	const showings = clips.map((file): Presentation => ({ kind: 'length', file }));
	const lengths = await showAll(STAGE, showings, options);
	return lengths && lengths.map((one) => (typeof one === 'number' ? one : null));
}

/**
 * @returns what was sent of each, in their order; null when the signal ended it
 * @throws Error when the browser or the face engine cannot start
 */
export async function sightingsOf(
	presentations: readonly Exclude<Presentation, { kind: 'length' }>[],
	options: ShowingOptions,
): Promise<Sent[] | null> {
	const sent = await showAll<Presentation, Sent | number>(STAGE, presentations, options);
	return sent && sent.map((one) => (typeof one === 'number' ? null : one));
}
