import type { ModelIndex } from '$lib/contract/models';
import { FACE_SIZE } from './align';
import { startTensorflow } from './backend';
import type { BackendName } from './backend-choice';
import { countedFetch } from './counted-fetch';
import { ANCHORS, DETECTOR_SIZE, REGRESSORS, type DetectorOutput } from './blazeface';
import { MESH_POINTS, MESH_SIZE } from './mesh';
import type { GraphModel, Tensor, Tensorflow } from './tensorflow';

/** Raw answers of the mesh network for a batch of n cuts. */
export interface MeshOutput {
	/** `n × 1404`: 468 points of x, y, z in pixels of the cut. */
	points: Float32Array;
	/** n confidences, 0..1. */
	confidences: Float32Array;
}

/** Sizes of the model files decide how far the progress bar moves; the sum is 1. */
const SHARES = { detector: 0.16, mesh: 0.4, embedder: 0.44 };

/**
 * Fetches a model and tells how much of its weights has come: TensorFlow.js itself tells of whole
 * files, and a model's weights are one.
 */
function fetchWeights(onFraction: (fraction: number) => void): typeof fetch {
	const counted = countedFetch(onFraction);
	return (input, init) => {
		const isGraph = typeof input === 'string' && input.endsWith('.json');
		return isGraph ? fetch(input, init) : counted(input, init);
	};
}

/** The three networks, loaded. Every call disposes what it allocates. */
export class Networks {
	readonly #tf: Tensorflow;
	readonly #detector: GraphModel;
	readonly #mesh: GraphModel;
	readonly #embedder: GraphModel;
	readonly #dimensions: number;

	private constructor(
		tf: Tensorflow,
		models: { detector: GraphModel; mesh: GraphModel; embedder: GraphModel },
		dimensions: number,
	) {
		this.#tf = tf;
		this.#detector = models.detector;
		this.#mesh = models.mesh;
		this.#embedder = models.embedder;
		this.#dimensions = dimensions;
	}

	/**
	 * Loads the models and runs each once: the first run compiles and must not hit the first frame.
	 * @param onProgress told 0..1 as files arrive
	 * @param onLost called when the graphics processor is taken away: these networks are of no more use
	 * @throws Error when a file cannot be fetched or the backend does not run here
	 */
	static async load(
		index: ModelIndex,
		backend: BackendName,
		onProgress: (progress: number) => void,
		onLost: () => void = () => undefined,
	): Promise<Networks> {
		const tf = await startTensorflow(backend, index.wasm.url, onLost);
		const done = { detector: 0, mesh: 0, embedder: 0 };
		const load = (name: keyof typeof SHARES) =>
			tf.loadGraphModel(index[name].url, {
				fetchFunc: fetchWeights((fraction) => {
					done[name] = fraction * SHARES[name];
					onProgress(done.detector + done.mesh + done.embedder);
				}),
			});
		const [detector, mesh, embedder] = await Promise.all([
			load('detector'),
			load('mesh'),
			load('embedder'),
		]);
		const networks = new Networks(tf, { detector, mesh, embedder }, index.embedder.dimensions);
		await networks.warmUp();
		return networks;
	}

	private async warmUp(): Promise<void> {
		await this.detect(new Float32Array(DETECTOR_SIZE * DETECTOR_SIZE * 3));
		await this.mesh(new Float32Array(MESH_SIZE * MESH_SIZE * 3), 1);
		await this.embed(new Float32Array(FACE_SIZE * FACE_SIZE * 3), 1);
	}

	/** Tensors alive; flat from frame to frame, else memory leaks. */
	get tensors(): number {
		return this.#tf.memory().numTensors;
	}

	/**
	 * @param values 256 x 256 x 3, RGB -1..1
	 */
	async detect(values: Float32Array): Promise<DetectorOutput> {
		const outputs = await this.run(this.#detector, values, [1, DETECTOR_SIZE, DETECTOR_SIZE, 3]);
		// Four outputs: scores and regressors of the fine grid (512 anchors) and the coarse one (384).
		const scores = new Float32Array(ANCHORS);
		const regressors = new Float32Array(ANCHORS * REGRESSORS);
		for (const { shape, data } of outputs) {
			const width = shape.at(-1) ?? 0;
			const coarse = data.length / width !== 512;
			(width === 1 ? scores : regressors).set(data, coarse ? 512 * width : 0);
		}
		return { scores, regressors };
	}

	/**
	 * @param values n x 192 x 192 x 3, RGB 0..1
	 */
	async mesh(values: Float32Array, n: number): Promise<MeshOutput> {
		const outputs = await this.run(this.#mesh, values, [n, MESH_SIZE, MESH_SIZE, 3]);
		const find = (width: number) =>
			outputs.find(({ shape }) => shape.at(-1) === width)?.data ?? new Float32Array(0);
		return { points: find(MESH_POINTS * 3), confidences: find(1) };
	}

	/**
	 * @param values n x 112 x 112 x 3, RGB 0..255, aligned
	 * @returns n vectors, not yet of unit length
	 */
	async embed(values: Float32Array, n: number): Promise<Float32Array[]> {
		const [output] = await this.run(this.#embedder, values, [n, FACE_SIZE, FACE_SIZE, 3]);
		const data = output?.data ?? new Float32Array(0);
		const length = this.#dimensions;
		return Array.from({ length: n }, (_, i) => data.slice(i * length, (i + 1) * length));
	}

	private async run(
		model: GraphModel,
		values: Float32Array,
		shape: number[],
	): Promise<{ shape: number[]; data: Float32Array }[]> {
		const input = this.#tf.tensor(values, shape, 'float32');
		let outputs: Tensor[] = [];
		try {
			outputs = [model.execute(input)].flat();
			return await Promise.all(
				outputs.map(async (tensor) => ({ shape: tensor.shape, data: await tensor.data() })),
			);
		} finally {
			input.dispose();
			for (const tensor of outputs) tensor.dispose();
		}
	}
}
