/**
 * The part of TensorFlow.js that the engine uses. Human carries TensorFlow.js and types it `any`;
 * this is its checked face.
 */
export interface Tensor {
	readonly shape: number[];
	readonly size: number;
	data(): Promise<Float32Array>;
	dispose(): void;
}

export interface GraphModel {
	execute(input: Tensor): Tensor | Tensor[];
	dispose(): void;
}

export interface Tensorflow {
	tensor(values: Float32Array, shape: number[], dtype: 'float32'): Tensor;
	/** @param source address of model.json, or an object that loads the model's parts */
	loadGraphModel(
		source: string | { load: () => Promise<object> },
		options?: { fetchFunc: typeof fetch },
	): Promise<GraphModel>;
	setWasmPaths(folder: string): void;
	setBackend(name: string): Promise<boolean>;
	ready(): Promise<void>;
	/** The backend at work, of which TensorFlow.js promises nothing. */
	backend(): unknown;
	enableProdMode(): void;
	env(): { set(flag: string, value: boolean): void };
	memory(): { numTensors: number };
}

/** @returns whether a value has what {@link Tensorflow} promises. */
export function isTensorflow(value: unknown): value is Tensorflow {
	if (typeof value !== 'object' || value === null) return false;
	const names = [
		'tensor',
		'loadGraphModel',
		'setWasmPaths',
		'setBackend',
		'ready',
		'backend',
		'env',
		'memory',
	];
	return names.every((name) => typeof Reflect.get(value, name) === 'function');
}
