import * as faceapi from '@vladmandic/face-api';
import { FaceClient, type FrameResult } from '$lib/client/face/face-client';
import humanWorker from './human-worker?worker&url';
import { Evidence } from './evidence';
import type { EngineTimes, FromHumanWorker, PipelineTask, PipelineTimes } from './protocol';

/** Longer than a track outlives its face, and than Human keeps a result. */
const BLANK_MS = 3_500;
/** The first runs compile and warm up; they are nobody's steady state. */
const WARM_UP_FRAMES = 4;
const MAX_EVIDENCE_FRAMES = 120;

const STEPS = ['expose', 'detect', 'mesh', 'embed'] as const;

/** Hands out copies of the frames in turn: a worker takes a bitmap away. */
class Clip {
	#next = 0;
	private constructor(
		private readonly pictures: readonly ImageBitmap[],
		private readonly blank: ImageBitmap,
	) {}

	static async load(addresses: readonly string[]): Promise<Clip> {
		const pictures = await Promise.all(
			addresses.map(async (address) => createImageBitmap(await (await fetch(address)).blob())),
		);
		const { width, height } = pictures[0] ?? { width: 1280, height: 720 };
		return new Clip(pictures, await createImageBitmap(new ImageData(width, height)));
	}

	frame(): Promise<ImageBitmap> {
		const picture = this.pictures[this.#next++ % this.pictures.length];
		if (picture === undefined) throw new Error('The clip has no frames.');
		return createImageBitmap(picture);
	}

	empty(): Promise<ImageBitmap> {
		return createImageBitmap(this.blank);
	}
}

/** Takes a frame and answers when it is done with it. */
type Pipeline<T> = (frame: ImageBitmap) => Promise<T>;

interface Timed<T> {
	ms: number;
	result: T;
}

async function timed<T>(pipeline: Pipeline<T>, bitmap: ImageBitmap): Promise<Timed<T>> {
	const began = performance.now();
	const result = await pipeline(bitmap);
	return { ms: performance.now() - began, result };
}

async function repeat<T>(count: number, work: () => Promise<T>): Promise<T[]> {
	const results: T[] = [];
	for (let i = 0; i < count; i++) results.push(await work());
	return results;
}

/** Shows nobody until both pipelines have forgotten everybody. */
async function forget(pipeline: Pipeline<unknown>, clip: Clip): Promise<void> {
	const until = performance.now() + BLANK_MS;
	while (performance.now() < until) await pipeline(await clip.empty());
}

const mean = (values: readonly number[]) =>
	values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function stepMeans(frames: readonly Timed<FrameResult>[]) {
	return Object.fromEntries(
		STEPS.map((step) => [step, mean(frames.map(({ result }) => result.timings[step]))]),
	) as Record<(typeof STEPS)[number], number>;
}

/** Our engine: cold while every face needs evidence, steady once all are decided. */
window.measureEngine = async (task: PipelineTask): Promise<EngineTimes> => {
	const clip = await Clip.load(task.frames);
	const client = new FaceClient({ models: task.models, backend: 'wasm' });
	await client.start('door');
	const pipeline: Pipeline<FrameResult> = async (frame) => {
		const result = await client.process(frame, Date.now());
		if (result === null) throw new Error('The engine was busy though it had answered.');
		return result;
	};
	const next = async () => timed(pipeline, await clip.frame());
	await repeat(WARM_UP_FRAMES, next);
	await forget(pipeline, clip);
	const cold = await repeat(task.coldFrames, next);
	await decideAll(task, client, next);
	const steady = await repeat(task.steadyFrames, next);
	client.dispose();
	return {
		cold: mean(cold.map(({ ms }) => ms)),
		steady: mean(steady.map(({ ms }) => ms)),
		found: steady.at(-1)?.result.faces.length ?? 0,
		steps: { cold: stepMeans(cold), steady: stepMeans(steady) },
	};
};

async function decideAll(
	task: PipelineTask,
	client: FaceClient,
	next: () => Promise<Timed<FrameResult>>,
): Promise<void> {
	const evidence = new Evidence(client);
	for (let i = 0; i < MAX_EVIDENCE_FRAMES; i++) {
		evidence.add((await next()).result);
		if (evidence.decided >= task.faces) return;
	}
	throw new Error(`Only ${evidence.decided} of ${task.faces} faces were decided.`);
}

/** Human with its default face pipeline, which reuses results while frames are alike. */
window.measureHuman = async (task: PipelineTask): Promise<PipelineTimes> => {
	const clip = await Clip.load(task.frames);
	const query = new URLSearchParams({ wasm: task.models.wasm.url, models: task.humanModels });
	const script = new URL(humanWorker, location.href);
	script.search = query.toString();
	const worker = new Worker(script, { type: 'module' });
	const pipeline: Pipeline<FromHumanWorker> = (bitmap) =>
		new Promise((resolve, reject) => {
			worker.onmessage = ({ data }: MessageEvent<FromHumanWorker>) => resolve(data);
			worker.onerror = ({ message }) => reject(new Error(message));
			worker.postMessage({ bitmap }, [bitmap]);
		});
	const times = await timeRival(task, clip, pipeline, ({ faces }) => faces);
	worker.terminate();
	return times;
};

/** face-api's large detector, 68 points and 128 numbers; on the page, as it knows no worker. */
window.measureFaceApi = async (task: PipelineTask): Promise<PipelineTimes> => {
	const clip = await Clip.load(task.frames);
	await startFaceApi(task);
	const canvas = document.createElement('canvas');
	const options = new faceapi.SsdMobilenetv1Options();
	return timeRival(
		task,
		clip,
		async (bitmap) => {
			canvas.width = bitmap.width;
			canvas.height = bitmap.height;
			canvas.getContext('2d', { willReadFrequently: true })?.drawImage(bitmap, 0, 0);
			bitmap.close();
			const found: unknown = await faceapi
				.detectAllFaces(canvas, options)
				.withFaceLandmarks()
				.withFaceDescriptors();
			return Array.isArray(found) ? found.length : 0;
		},
		(faces) => faces,
	);
};

/** What face-api's TensorFlow.js can do besides what its types tell. */
interface FaceApiTensorflow {
	setWasmPaths(folder: string): void;
	setBackend(name: string): Promise<boolean>;
	ready(): Promise<void>;
}

async function startFaceApi({ models, faceApiModels }: PipelineTask): Promise<void> {
	const tf = faceapi.tf as unknown as FaceApiTensorflow;
	tf.setWasmPaths(models.wasm.url);
	await tf.setBackend('wasm');
	await tf.ready();
	await faceapi.nets.ssdMobilenetv1.loadFromUri(faceApiModels);
	await faceapi.nets.faceLandmark68Net.loadFromUri(faceApiModels);
	await faceapi.nets.faceRecognitionNet.loadFromUri(faceApiModels);
}

/** @param count how many faces an answer tells of */
async function timeRival<T>(
	task: PipelineTask,
	clip: Clip,
	pipeline: Pipeline<T>,
	count: (result: T) => number,
): Promise<PipelineTimes> {
	const next = async () => timed(pipeline, await clip.frame());
	await repeat(WARM_UP_FRAMES, next);
	await forget(pipeline, clip);
	const cold = await repeat(task.coldFrames, next);
	// As long as our engine gathered evidence: both are then as steady as they get.
	await repeat(MAX_EVIDENCE_FRAMES / 10, next);
	const steady = await repeat(task.steadyFrames, next);
	const last = steady.at(-1);
	return {
		cold: mean(cold.map(({ ms }) => ms)),
		steady: mean(steady.map(({ ms }) => ms)),
		found: last === undefined ? 0 : count(last.result),
	};
}
