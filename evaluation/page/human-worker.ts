/// <reference lib="webworker" />
import { Human, type FaceResult } from '@vladmandic/human';
import { mainFirst } from '$lib/client/face/photo';
import type { MeasuredFace, MeasuredPicture } from './protocol';

declare const self: DedicatedWorkerGlobalScope;

/** A picture to measure; the first message is answered when the models are ready. */
export interface ToHumanWorker {
	bitmap: ImageBitmap | null;
}

export type FromHumanWorker = { measured: MeasuredPicture | null } | { error: string };

const address = new URL(self.location.href).searchParams;

/**
 * Human's default detector, mesh and description. Changed is only what single pictures need: nothing
 * is remembered from one to the next, and of several faces the main one is chosen as ours is. Iris
 * and emotion change no embedding and are left out, which makes Human faster.
 */
const human = new Human({
	backend: 'wasm',
	wasmPath: address.get('wasm') ?? '',
	modelBasePath: address.get('models') ?? '',
	cacheSensitivity: 0,
	face: { detector: { maxDetected: 10 }, iris: { enabled: false }, emotion: { enabled: false } },
	body: { enabled: false },
	hand: { enabled: false },
	gesture: { enabled: false },
});

/** @returns the main face that has an embedding */
function mainFace(faces: readonly FaceResult[], size: ImageBitmap): MeasuredFace | null {
	const described = faces.flatMap(({ box, score, embedding }) => {
		const [x, y, width, height] = box;
		return embedding && embedding.length > 0
			? [{ box: { x, y, width, height }, confidence: score, keypoints: [], embedding }]
			: [];
	});
	const [main] = mainFirst(described, size) as typeof described;
	return main ? { vector: Float32Array.from(main.embedding), quality: main.confidence } : null;
}

async function answer({ bitmap }: ToHumanWorker): Promise<FromHumanWorker> {
	try {
		if (bitmap === null) {
			await human.load();
			return { measured: null };
		}
		const began = performance.now();
		const result = await human.detect(bitmap);
		const ms = performance.now() - began;
		return { measured: { face: mainFace(result.face, bitmap), ms } };
	} catch (error) {
		return { error: error instanceof Error ? error.message : String(error) };
	} finally {
		bitmap?.close();
	}
}

self.addEventListener('message', ({ data }: MessageEvent<ToHumanWorker>) => {
	void answer(data).then((message) => self.postMessage(message));
});
