/// <reference lib="webworker" />
import { Engine } from './engine';
import { FrameReader } from './frame';
import { Networks } from './networks';
import type { FromWorker, ToWorker } from './protocol';
import { tryNetworks } from './trial';

declare const self: DedicatedWorkerGlobalScope;

type LoadMessage = Extract<ToWorker, { type: 'load' }>;

let networks: Networks | null = null;
let engine: Engine | null = null;
const frames = new FrameReader();

function send(message: FromWorker, transfer: Transferable[] = []): void {
	self.postMessage(message, transfer);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function loadNetworks({ models, backend }: Pick<LoadMessage, 'models' | 'backend'>) {
	return Networks.load(
		models,
		backend,
		(progress) => send({ type: 'progress', progress }),
		() => send({ type: 'lost', message: 'The graphics processor was taken away.' }),
	);
}

async function load(message: LoadMessage): Promise<void> {
	try {
		networks = await loadNetworks(message);
		engine = new Engine(networks, message.mode, message.firstTrackId);
		send({ type: 'ready', backend: message.backend });
	} catch (error) {
		send({ type: 'load-failed', message: messageOf(error) });
	}
}

async function tryOut(message: Extract<ToWorker, { type: 'try' }>): Promise<void> {
	try {
		const trial = await tryNetworks(await loadNetworks(message), message.backend);
		send({ type: 'tried', trial });
	} catch (error) {
		send({ type: 'load-failed', message: messageOf(error) });
	}
}

async function process(message: Extract<ToWorker, { type: 'frame' }>): Promise<void> {
	try {
		if (!engine || !networks) throw new Error('A frame came before the models were ready.');
		const frame = frames.read(message.bitmap);
		const result = await engine.process(frame, message.capturedAt);
		const buffers = result.faces.flatMap(({ vector, landmarks }) => [
			...(vector ? [vector.buffer] : []),
			...(landmarks ? [landmarks.buffer] : []),
		]);
		send({ type: 'result', result, tensors: networks.tensors }, buffers);
	} catch (error) {
		send({ type: 'error', message: messageOf(error) });
	} finally {
		message.bitmap.close();
	}
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
	if (data.type === 'load') void load(data);
	else if (data.type === 'try') void tryOut(data);
	else if (data.type === 'frame') void process(data);
	else if (data.type === 'mode') {
		if (engine) engine.mode = data.mode;
	} else engine?.markDecided(data.trackIds, data.decided);
});
