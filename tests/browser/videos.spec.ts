// Protects tracking on living people: whoever turns the head, speaks with the hands or sits beside somebody
// keeps one id, and no id is ever two people.
import { expect, test, type Page } from 'playwright/test';
import { hasVideos } from '../helpers/face-data';
import { startHarness } from './harness/server';
import type { VideoFace } from './harness/video';

test.skip(!hasVideos, 'needs the videos of FACE_DATA, or of shared/data beside the checkout');

let page: Page;
let stop: () => Promise<void>;

test.beforeAll(async ({ browser }) => {
	const harness = await startHarness();
	stop = () => harness.close();
	page = await browser.newPage();
	await page.goto(harness.url);
	await page.waitForFunction(() => 'harness' in window);
});

test.afterAll(async () => {
	if (!hasVideos) return;
	await page.close();
	await stop();
});

interface Seen {
	frames: number;
	vectors: number[][];
}

/** Ten frames a second of the first ten seconds. */
async function peopleIn(video: string): Promise<{ frames: number; people: Seen[] }> {
	await page.evaluate(() => window.harness.start('door'));
	const frames: VideoFace[][] = await page.evaluate(
		(name) => window.harness.video(`/videos/${name}`, { every: 100, until: 10_000 }),
		video,
	);
	const tracks = new Map<number, Seen>();
	for (const { trackId, vector } of frames.flat()) {
		const seen = tracks.get(trackId) ?? { frames: 0, vectors: [] };
		seen.frames++;
		if (vector) seen.vectors.push(vector);
		tracks.set(trackId, seen);
	}
	return { frames: frames.length, people: [...tracks.values()] };
}

function cosine(a: readonly number[], b: readonly number[]): number {
	return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/** Each of a person's vectors is more like the person's first than this. */
const SAME = 0.38;

for (const [video, what] of [
	['head-pose-face-detection-female.mp4', 'turns her head from side to side'],
	['head-pose-face-detection-male.mp4', 'turns his head'],
	['yes.mkv', 'signs “yes”'],
	['no.mkv', 'signs “no”'],
	['walk.mkv', 'signs “walk”'],
] as const) {
	test(`somebody who ${what} keeps one id`, async () => {
		const { frames, people } = await peopleIn(video);
		expect(people).toHaveLength(1);
		const [person = { frames: 0, vectors: [] }] = people;
		expect(person.frames).toBeGreaterThan(0.9 * frames);
		expect(person.vectors.length).toBeGreaterThan(4);
	});
}

test('two people side by side keep an id each, and no vector goes to the other', async () => {
	const { frames, people } = await peopleIn('head-pose-face-detection-female-and-male.mp4');
	expect(people).toHaveLength(2);
	const [one, other] = people;
	if (!one?.vectors[0] || !other?.vectors[0]) throw new Error('Nobody was embedded.');
	expect(Math.min(one.frames, other.frames)).toBe(frames);
	expect(cosine(one.vectors[0], other.vectors[0])).toBeLessThan(SAME);
	for (const { vectors } of people)
		for (const vector of vectors) expect(cosine(vectors[0] ?? [], vector)).toBeGreaterThan(SAME);
});
