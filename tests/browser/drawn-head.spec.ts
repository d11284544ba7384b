// Protects the movements of a check-in against the engine that reads them: a head with depth that does what
// is asked passes the server's judgement, and the same photograph without depth, moved alike, does not.
import { expect, test, type Page } from 'playwright/test';
import sharp from 'sharp';
import { prepareModels } from '../../models/prepare.js';
import type { Challenge, TraceFrame } from '../../src/lib/contract/liveness';
import { judgeTrace, type LivenessVerdict } from '../../src/lib/server/domain/liveness';
import { drawHead, prepareHead, VIEW, type DrawnHead } from '../helpers/drawn-head';
import { posesOf } from '../helpers/made-head';
import { startHarness } from './harness/server';

let page: Page;
let stop: () => Promise<void>;
let head: DrawnHead;

test.beforeAll(async ({ browser }) => {
	await prepareModels();
	head = await prepareHead();
	const harness = await startHarness();
	stop = () => harness.close();
	page = await browser.newPage();
	await page.goto(harness.url);
	await page.waitForFunction(() => 'harness' in window);
});
test.afterAll(async () => {
	await page.close();
	await stop();
});

/** @param relief 1: a head; 0: a photograph of it */
async function judge(challenge: Challenge, relief: number): Promise<LivenessVerdict> {
	await page.evaluate(() => window.harness.start('check-in'));
	const trace: TraceFrame[] = [];
	for (const { at, pose } of posesOf(challenge, { relief })) {
		const raw = { width: VIEW.width, height: VIEW.height, channels: 3 } as const;
		const jpeg = await sharp(drawHead(head, pose), { raw }).jpeg({ quality: 92 }).toBuffer();
		const landmarks = await page.evaluate(
			([url, capturedAt]) => window.harness.landmarks(url, capturedAt),
			[`data:image/jpeg;base64,${jpeg.toString('base64')}`, at] as const,
		);
		if (landmarks === null) continue;
		trace.push({ at, points: Float32Array.from(landmarks, (value) => value / VIEW.width) });
	}
	return judgeTrace(challenge, trace);
}

/** Every movement once first and once second. */
const CHALLENGES: Challenge[] = [
	['turn-left', 'nod'],
	['nod', 'blink'],
	['blink', 'turn-right'],
	['turn-right', 'come-closer'],
	['come-closer', 'turn-left'],
];

for (const challenge of CHALLENGES) {
	test(`a head that does ${challenge.join(' and ')} passes, and a photograph does not`, async () => {
		const verdict = await judge(challenge, 1);
		expect(verdict.reason, JSON.stringify(verdict.scores)).toBeNull();
		expect((await judge(challenge, 0)).passed).toBe(false);
	});
}
