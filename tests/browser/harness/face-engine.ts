import { Human } from '@vladmandic/human';
import { array, looseObject, object, parse, tuple, unknown } from 'valibot';
import type { Stretch } from '../../../evaluation/page/liveness/clip';
import {
	FaceClient,
	type EngineMode,
	type EngineState,
} from '../../../src/lib/client/face/face-client';
import { startTensorflow } from '../../../src/lib/client/face/backend';
import { Engine } from '../../../src/lib/client/face/engine';
import { FrameReader } from '../../../src/lib/client/face/frame';
import { Networks } from '../../../src/lib/client/face/networks';
import type { FaceObservation, FrameResult } from '../../../src/lib/client/face/protocol';
import { ModelIndexSchema } from '../../../src/lib/contract/models';
import { countFaces, type FaceCount } from './detections';
import { jpegsOf, watchVideo, type VideoFace } from './video';

/** A part of a photo, put somewhere on a frame. Pixels. */
export interface Piece {
	photo: string;
	from: { x: number; y: number; width: number; height: number };
	to: { x: number; y: number; width: number; height: number };
}

/** What a test sees of a frame: vectors as plain lists. */
export type SeenFace = Omit<FaceObservation, 'vector'> & { vector: number[] | null };
export type SeenFrame = Omit<FrameResult, 'faces'> & { faces: SeenFace[] };

/** A face as Human's own pipeline sees it. */
export interface ReferenceFace {
	box: [number, number, number, number];
	mesh: [number, number][];
}

const photos = new Map<string, Promise<ImageBitmap>>();

function photo(url: string): Promise<ImageBitmap> {
	const known =
		photos.get(url) ??
		fetch(url)
			.then((response) => response.blob())
			.then((blob) => createImageBitmap(blob));
	photos.set(url, known);
	return known;
}

function seen(result: FrameResult): SeenFrame {
	const faces = result.faces.map((face) => ({
		...face,
		vector: face.vector ? Array.from(face.vector) : null,
	}));
	return { ...result, faces };
}

async function frameOf(width: number, height: number, pieces: Piece[]): Promise<OffscreenCanvas> {
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d');
	if (!context) throw new Error('no canvas');
	context.fillStyle = '#808080';
	context.fillRect(0, 0, width, height);
	for (const { photo: url, from, to } of pieces) {
		const image = await photo(url);
		context.drawImage(
			image,
			from.x,
			from.y,
			from.width,
			from.height,
			to.x,
			to.y,
			to.width,
			to.height,
		);
	}
	return canvas;
}

/** A photo on a black square: Human stretches other shapes, which moves the points that it finds. */
async function squareOf(url: string): Promise<OffscreenCanvas> {
	const image = await photo(url);
	const side = Math.max(image.width, image.height);
	const canvas = new OffscreenCanvas(side, side);
	const context = canvas.getContext('2d', { alpha: false });
	if (!context) throw new Error('no canvas');
	context.drawImage(image, 0, 0);
	return canvas;
}

const index = fetch('/models/index.json')
	.then((response) => response.json())
	.then((json: unknown) => parse(ModelIndexSchema, json));

class Harness {
	readonly states: EngineState[] = [];
	#client: FaceClient | null = null;
	#networks: Promise<Networks> | null = null;
	#human: Human | null = null;

	/** Starts a new client, with other models where a test wants them. */
	async start(mode: EngineMode, changes: { detectorUrl?: string } = {}): Promise<void> {
		this.#client?.dispose();
		this.states.length = 0;
		const models = await index;
		this.#client = new FaceClient({
			models: { ...models, detector: { url: changes.detectorUrl ?? models.detector.url } },
			onState: (state) => this.states.push(state),
		});
		await this.#client.start(mode);
	}

	get client(): FaceClient {
		if (!this.#client) throw new Error('not started');
		return this.#client;
	}

	/** @returns x and y of each landmark of the main face of a picture, pixels; null where none is */
	async landmarks(url: string, capturedAt: number): Promise<number[] | null> {
		const { faces = [] } = (await this.photo(url, capturedAt)) ?? {};
		const face = faces.find(({ landmarks }) => landmarks);
		return face?.landmarks ? Array.from(face.landmarks) : null;
	}

	/** Sends a whole photo through the worker. */
	async photo(url: string, capturedAt: number): Promise<SeenFrame | null> {
		const bitmap = await createImageBitmap(await photo(url));
		const result = await this.client.process(bitmap, capturedAt);
		return result && seen(result);
	}

	/** Sends a composed frame through the worker. */
	async frame(
		width: number,
		height: number,
		pieces: Piece[],
		capturedAt: number,
	): Promise<SeenFrame | null> {
		const canvas = await frameOf(width, height, pieces);
		const result = await this.client.process(canvas.transferToImageBitmap(), capturedAt);
		return result && seen(result);
	}

	/** Sends a video through the worker, frame by frame. */
	video(address: string, stretch: Stretch): Promise<VideoFace[][]> {
		return watchVideo(this.client, address, stretch);
	}

	/** A video's frames as JPEGs, in base64. */
	jpegs(address: string, stretch: Stretch): Promise<string[]> {
		return jpegsOf(address, stretch);
	}

	/** Counts the faces of a photo as one round of the search finds them. */
	async count(address: string, mode: 'door' | 'classroom'): Promise<FaceCount> {
		return countFaces(await this.networks(), await photo(address), mode);
	}

	/** Sends two frames at once. @returns what each was answered, and whether the second was closed */
	async twoAtOnce(url: string): Promise<{ first: boolean; second: boolean; closed: boolean }> {
		const one = await createImageBitmap(await photo(url));
		const two = await createImageBitmap(await photo(url));
		const now = Date.now();
		const [first, second] = await Promise.all([
			this.client.process(one, now),
			this.client.process(two, now),
		]);
		return { first: first !== null, second: second !== null, closed: two.width === 0 };
	}

	/** The networks in this thread, for what a worker cannot show. */
	networks(): Promise<Networks> {
		this.#networks ??= index.then((models) => Networks.load(models, 'wasm', () => undefined));
		return this.#networks;
	}

	/** @returns tensors alive before, and after each of some frames */
	async tensorsOver(url: string, frames: number): Promise<number[]> {
		const networks = await this.networks();
		const engine = new Engine(networks, 'door', 1);
		const frame = new FrameReader().read(await photo(url));
		const counts = [networks.tensors];
		for (let i = 0; i < frames; i++) {
			await engine.process(frame, i * 300);
			counts.push(networks.tensors);
		}
		return counts;
	}

	/**
	 * Embeds by a model that the test made, on the backend that browsers use.
	 * @param model `model.json` of a graph model, and its weights as base64
	 * @param values n x 112 x 112 x 3, RGB 0..255
	 */
	async embed(
		model: { json: string; weights: string },
		values: number[],
		n: number,
	): Promise<number[][]> {
		const tf = await startTensorflow('wasm', (await index).wasm.url, () => undefined);
		const parts = parse(
			looseObject({ weightsManifest: tuple([object({ weights: array(unknown()) })]) }),
			JSON.parse(model.json),
		);
		const weights = Uint8Array.from(atob(model.weights), (c) => c.charCodeAt(0));
		const network = await tf.loadGraphModel({
			load: () =>
				Promise.resolve({
					...parts,
					weightSpecs: parts.weightsManifest[0].weights,
					weightData: weights.buffer,
				}),
		});
		const [output] = [
			network.execute(tf.tensor(Float32Array.from(values), [n, 112, 112, 3], 'float32')),
		].flat();
		const data = Array.from((await output?.data()) ?? []);
		const length = data.length / n;
		return Array.from({ length: n }, (_, i) => data.slice(i * length, (i + 1) * length));
	}

	/** What Human's own pipeline finds in a photo. */
	async reference(url: string): Promise<ReferenceFace[]> {
		const models = await index;
		this.#human ??= new Human({
			backend: 'wasm',
			wasmPath: models.wasm.url,
			modelBasePath: '/human-models/',
			cacheSensitivity: 0,
			filter: { enabled: false },
			face: {
				enabled: true,
				detector: { maxDetected: 20, minConfidence: 0.3, rotation: false, skipFrames: 0 },
				mesh: { enabled: true },
				iris: { enabled: false },
				emotion: { enabled: false },
				description: { enabled: false },
			},
			body: { enabled: false },
			hand: { enabled: false },
			object: { enabled: false },
			gesture: { enabled: false },
		});
		const result = await this.#human.detect(await squareOf(url));
		return result.face.map(({ box, mesh }) => ({
			box,
			mesh: mesh.map(([x, y]) => [x, y]),
		}));
	}

	/** Ours on the same photo: boxes and all mesh points, by the engine's own steps. */
	async points(url: string): Promise<ReferenceFace[]> {
		const { meshesOf } = await import('./meshes');
		return meshesOf(await this.networks(), await squareOf(url));
	}
}

declare global {
	interface Window {
		harness: Harness;
	}
}
window.harness = new Harness();
