/// <reference lib="webworker" />
import { Human } from '@vladmandic/human';
import type { FromHumanWorker, ToHumanWorker } from './protocol';

declare const self: DedicatedWorkerGlobalScope;

const address = new URL(self.location.href).searchParams;

/**
 * Human's default configuration, but for what a comparison needs: as many faces as we look for, and
 * no body, hand or gesture models, which attendance has no use for (they would slow Human further).
 */
const human = new Human({
	backend: 'wasm',
	wasmPath: address.get('wasm') ?? '',
	modelBasePath: address.get('models') ?? '',
	face: { detector: { maxDetected: 64 } },
	body: { enabled: false },
	hand: { enabled: false },
	gesture: { enabled: false },
});

self.addEventListener('message', ({ data }: MessageEvent<ToHumanWorker>) => {
	void human.detect(data.bitmap).then(({ face }) => {
		data.bitmap.close();
		const answer: FromHumanWorker = { faces: face.length };
		self.postMessage(answer);
	});
});
