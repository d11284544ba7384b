import { open } from 'node:fs/promises';
import type { Action } from '../../src/lib/contract/liveness';
import { drawHead, prepareHead, VIEW } from './drawn-head';
import { AT_REST, onTheWay, type HeadPose } from './made-head';

/**
 * A camera before which somebody does what they are asked while the page looks: the file that
 * Chromium's fake camera plays holds one frame, which is read again for every picture, and drawn
 * anew fifteen times a second.
 */
export interface LivingCamera {
	/** Does it once, and comes back. */
	act(action: Action): Promise<void>;
	stop(): Promise<void>;
}

const FRAMES_PER_SECOND = 15;
const HEADER = `YUV4MPEG2 W${VIEW.width} H${VIEW.height} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\nFRAME\n`;
/** The way out, and back; and the stay between them, ms. */
const WAY_MS = 900;
const STAY_MS = 1_200;

/** @param cameraFile ends in .y4m */
export async function startLivingCamera(cameraFile: string): Promise<LivingCamera> {
	const head = await prepareHead();
	const file = await open(cameraFile, 'w');
	const began = performance.now();
	let acting: { action: Action; from: number; finish: () => void } | null = null;

	function poseAt(now: number): HeadPose {
		const rest = atRest((now - began) / 1_000);
		if (acting === null) return rest;
		const since = now - acting.from;
		const left = 2 * WAY_MS + STAY_MS - since;
		const part = (1 - Math.cos(Math.PI * Math.min(1, since / WAY_MS, left / WAY_MS))) / 2;
		if (left > 0) return onTheWay(rest, acting.action, part);
		acting.finish();
		acting = null;
		return rest;
	}
	async function show(): Promise<void> {
		const frame = toYuv(drawHead(head, poseAt(performance.now())));
		await file.write(frame, 0, undefined, HEADER.length);
	}

	await file.write(HEADER);
	await show();
	let showing = Promise.resolve();
	const timer = setInterval(() => {
		showing = showing.then(show);
	}, 1_000 / FRAMES_PER_SECOND);
	return {
		act: (action) =>
			new Promise((finish) => {
				acting = { action, from: performance.now(), finish };
			}),
		async stop() {
			clearInterval(timer);
			await showing;
			await file.close();
		},
	};
}

/** Nobody holds still: each number sways at a pace of its own. */
function atRest(seconds: number): HeadPose {
	return {
		...AT_REST,
		yaw: 3 * Math.sin(1.1 * seconds),
		pitch: 2 * Math.sin(0.8 * seconds + 1),
		distance: AT_REST.distance + 1.5 * Math.sin(0.6 * seconds),
	};
}

/** RGB to the planes of full-range YUV with the colour of every second pixel. */
function toYuv(picture: Buffer): Buffer {
	const { width, height } = VIEW;
	const planes = Buffer.alloc((width * height * 3) / 2);
	const [blueFrom, redFrom] = [width * height, (width * height * 5) / 4];
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 3;
			const [r = 0, g = 0, b = 0] = [picture[at], picture[at + 1], picture[at + 2]];
			planes[y * width + x] = 0.299 * r + 0.587 * g + 0.114 * b;
			if (x % 2 === 1 || y % 2 === 1) continue;
			const place = (y / 2) * (width / 2) + x / 2;
			planes[blueFrom + place] = 128 - 0.169 * r - 0.331 * g + 0.5 * b;
			planes[redFrom + place] = 128 + 0.5 * r - 0.419 * g - 0.081 * b;
		}
	}
	return planes;
}
