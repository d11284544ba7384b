/// <reference lib="webworker" />
import { Engine } from './engine';
import { FrameReader } from './frame';
import { Networks } from './networks';
import type { FromWorker, ToWorker } from './protocol';

declare const self: DedicatedWorkerGlobalScope;

let networks: Networks | null = null;
let engine: Engine | null = null;
const frames = new FrameReader();

function send(message: FromWorker, transfer: Transferable[] = []): void {
	self.postMessage(message, transfer);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

async function load(message: Extract<ToWorker, { type: 'load' }>): Promise<void> {
	try {
		networks = await Networks.load(message.models, message.backend, (progress) =>
			send({ type: 'progress', progress }),
		);
		engine = new Engine(networks, message.mode, message.firstTrackId);
		send({ type: 'ready', backend: networks.backend });
	} catch (error) {
		send({ type: 'load-failed', message: messageOf(error) });
	}
}

async function process(message: Extract<ToWorker, { type: 'frame' }>): Promise<void> {
	try {
		if (!engine || !networks) throw new Error('A frame came before the models were ready.');
		const frame = frames.read(message.bitmap);
		const result = await engine.process(frame, message.capturedAt);
		const buffers = result.faces.flatMap(({ vector }) => (vector ? [vector.buffer] : []));
		send({ type: 'result', result, tensors: networks.tensors }, buffers);
	} catch (error) {
		send({ type: 'error', message: messageOf(error) });
	} finally {
		message.bitmap.close();
	}
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
	if (data.type === 'load') void load(data);
	else if (data.type === 'frame') void process(data);
	else if (data.type === 'mode') {
		if (engine) engine.mode = data.mode;
	} else engine?.markDecided(data.trackIds, data.decided);
});
