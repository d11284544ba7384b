// Protects the conversion of the embedder: the network that browsers run must give the vectors that
// the original gives, alone and in batches, or every threshold chosen for it is void.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FACE_SIZE, faceCrop, normalise, FACE_INPUT } from '../../src/lib/client/face/align';
import { lookupFor } from '../../src/lib/client/face/exposure';
import { warp } from '../../src/lib/client/face/pixels';
import {
	isTensorflow,
	type GraphModel,
	type Tensorflow,
} from '../../src/lib/client/face/tensorflow';
import { prepareModels, readModelSource } from '../prepare.js';
import { convertOnnx } from './onnx-to-graph-model.js';

const require = createRequire(import.meta.url);
const PICTURE = { channels: 'bgr', mean: 127.5, scale: 128 } as const;
const VALUES = FACE_SIZE * FACE_SIZE * 3;

/** Five points (eyes, nose, mouth corners) of one face in each photo, as the mesh finds them. */
const FACES: [photo: number, points: [number, number][]][] = [
	[
		1,
		[
			[441.7, 456.2],
			[520.3, 459.1],
			[457, 510.3],
			[450.2, 538.7],
			[524.3, 539.1],
		],
	],
	[
		3,
		[
			[1118.8, 321.8],
			[1217.6, 341.8],
			[1137.8, 384.3],
			[1105, 422],
			[1198.9, 442.3],
		],
	],
	[
		6,
		[
			[1225.7, 429.4],
			[1326.2, 431.1],
			[1282.5, 501],
			[1235.6, 533.5],
			[1306.1, 532.1],
		],
	],
];

async function alignedFace(photo: number, points: [number, number][]): Promise<Float32Array> {
	const folder = dirname(require.resolve('@vladmandic/face-api/package.json'));
	const { data, info } = await sharp(join(folder, 'demo', `sample${photo}.jpg`))
		.ensureAlpha()
		.raw()
		.toBuffer({ resolveWithObject: true });
	const pixels = { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
	const crop = faceCrop(points.map(([x, y]) => ({ x, y })));
	const face = new Float32Array(VALUES);
	warp(pixels, crop, FACE_SIZE, lookupFor(1, FACE_INPUT), face);
	return face;
}

/** Repeatable noise over the whole range of a byte. */
function noise(seed: number): Float32Array {
	let state = seed;
	return Float32Array.from({ length: VALUES }, () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state >>> 24;
	});
}

function largestDifference(a: Float32Array, b: Float32Array): number {
	return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? NaN))), 0);
}

function unit(vector: Float32Array | undefined): Float32Array {
	const result = vector && normalise(vector);
	if (!result) throw new Error('The network gave no vector.');
	return result;
}

/** The original network on the original normalisation: BGR, (x - 127.5) / 128, NCHW. */
async function originalVectors(onnx: Uint8Array, faces: Float32Array[]): Promise<Float32Array[]> {
	const ort = await import('onnxruntime-web');
	const session = await ort.InferenceSession.create(onnx);
	const results: Float32Array[] = [];
	for (const face of faces) {
		const area = FACE_SIZE * FACE_SIZE;
		const input = new Float32Array(VALUES);
		for (let p = 0; p < area; p++)
			for (let c = 0; c < 3; c++) input[c * area + p] = ((face[p * 3 + 2 - c] ?? 0) - 127.5) / 128;
		const tensor = new ort.Tensor('float32', input, [1, 3, FACE_SIZE, FACE_SIZE]);
		const { output } = await session.run({ input: tensor });
		if (!(output?.data instanceof Float32Array)) throw new Error('onnxruntime gave no vector.');
		results.push(unit(output.data.slice()));
	}
	await session.release();
	return results;
}

async function loadTensorflow(): Promise<Tensorflow> {
	// Human's TensorFlow.js is built for browsers; in Node it runs when it believes to be in a worker.
	vi.stubGlobal('WorkerGlobalScope', Object);
	const file = join(
		dirname(fileURLToPath(import.meta.url)),
		'../../node_modules/@vladmandic/human',
	);
	const tf: unknown = await import(
		/* @vite-ignore */ pathToFileURL(join(file, 'dist/tfjs.esm.js')).href
	);
	if (!isTensorflow(tf)) throw new Error('@vladmandic/human holds another TensorFlow.js.');
	await tf.setBackend('cpu');
	return tf;
}

describe('convertOnnx on the face embedder', () => {
	let tf: Tensorflow;
	let model: GraphModel;
	let faces: Float32Array[];
	let original: Float32Array[];
	let singles: Float32Array[];

	function load({ json, weights }: { json: string; weights: Uint8Array }): Promise<GraphModel> {
		const parts = JSON.parse(json) as { weightsManifest: [{ weights: object[] }] };
		const artifacts = {
			...parts,
			weightSpecs: parts.weightsManifest[0].weights,
			weightData: weights.buffer,
		};
		return tf.loadGraphModel({ load: () => Promise.resolve(artifacts) });
	}

	async function run(input: Float32Array, n: number, by = model): Promise<Float32Array[]> {
		const tensor = tf.tensor(input, [n, FACE_SIZE, FACE_SIZE, 3], 'float32');
		const output = [by.execute(tensor)].flat()[0];
		const data = await output?.data();
		expect(output?.shape).toEqual([n, 512]);
		return Array.from({ length: n }, (_, i) => unit(data?.slice(i * 512, (i + 1) * 512)));
	}

	beforeAll(async () => {
		await prepareModels();
		const onnx = await readModelSource('fr-feature');
		faces = [noise(7), ...(await Promise.all(FACES.map(([n, points]) => alignedFace(n, points))))];
		original = await originalVectors(onnx, faces);
		tf = await loadTensorflow();
		model = await load(convertOnnx(onnx, PICTURE));
		singles = [];
		for (const face of faces) singles.push(...(await run(face, 1)));
	}, 180_000);

	afterAll(() => {
		vi.unstubAllGlobals();
	});

	it('gives the vectors of onnxruntime, on noise and on real faces', () => {
		expect(original).toHaveLength(4);
		singles.forEach((vector, i) => {
			expect(largestDifference(vector, original[i] ?? new Float32Array(512))).toBeLessThan(1e-5);
		});
		// Different faces must differ, or the comparison above would compare constants.
		expect(largestDifference(singles[1] ?? noise(1), singles[2] ?? noise(1))).toBeGreaterThan(0.01);
	});

	it('halves the weights without turning a vector', async () => {
		const onnx = await readModelSource('fr-feature');
		const whole = convertOnnx(onnx, PICTURE);
		const halved = convertOnnx(onnx, PICTURE, 'float16');
		expect(halved.weights.byteLength).toBeLessThan(0.51 * whole.weights.byteLength);
		const half = await load(halved);
		for (const [i, face] of faces.entries()) {
			const [vector] = await run(face, 1, half);
			const cosine = vector?.reduce((sum, value, k) => sum + value * (singles[i]?.[k] ?? 0), 0);
			expect(cosine).toBeGreaterThan(0.9999);
		}
	}, 120_000);

	it('gives each face of a batch what it gives the face alone', async () => {
		const input = new Float32Array(4 * VALUES);
		faces.forEach((face, i) => input.set(face, i * VALUES));
		const batch = await run(input, 4);
		batch.forEach((vector, i) => {
			expect(largestDifference(vector, singles[i] ?? new Float32Array(512))).toBeLessThan(1e-5);
		});
	}, 120_000);
});

describe('convertOnnx', () => {
	function onnxWith(op: string, attribute: object[] = []): Uint8Array {
		const proto = protobuf.loadSync(fileURLToPath(new URL('./onnx.proto', import.meta.url)));
		const type = proto.root.lookupType('onnx.ModelProto');
		const shape = (dims: number[]) => ({
			tensorType: { elemType: 1, shape: { dim: dims.map((dimValue) => ({ dimValue })) } },
		});
		const weights = { name: 'w', dims: [4, 3, 3, 3], dataType: 1, floatData: Array(108).fill(1) };
		const graph = {
			node: [{ input: ['input', 'w'], output: ['output'], opType: op, attribute }],
			initializer: [weights],
			input: [{ name: 'input', type: shape([1, 3, 8, 8]) }],
			output: [{ name: 'output', type: shape([1, 4]) }],
		};
		return type.encode(type.fromObject({ graph })).finish();
	}

	it('names an operator that it does not know', () => {
		expect(() => convertOnnx(onnxWith('Softmax'), PICTURE)).toThrow(/Softmax/);
	});

	it('refuses a convolution that it would translate wrongly', () => {
		const dilated = [{ name: 'dilations', ints: [2, 2] }];
		expect(() => convertOnnx(onnxWith('Conv', dilated), PICTURE)).toThrow(/dilated or lopsided/);
		const lopsided = [{ name: 'pads', ints: [0, 0, 1, 1] }];
		expect(() => convertOnnx(onnxWith('Conv', lopsided), PICTURE)).toThrow(/dilated or lopsided/);
		const grouped = [{ name: 'group', i: 2 }];
		expect(() => convertOnnx(onnxWith('Conv', grouped), PICTURE)).toThrow(/2 groups/);
	});

	it('refuses a file that is no model', () => {
		expect(() => convertOnnx(new Uint8Array([1, 2, 3]), PICTURE)).toThrow();
	});
});
