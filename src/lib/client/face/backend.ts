import { Human } from '@vladmandic/human';
import { isTensorflow, type Tensorflow } from './tensorflow';

export type BackendName = 'wasm' | 'webgl';

/**
 * Starts TensorFlow.js. Its files come from our own server only.
 *
 * @param backend what to compute on
 * @param wasmFolder address of the folder with TensorFlow.js's WebAssembly files, ends with a slash
 * @returns TensorFlow.js, ready
 * @throws Error when the browser cannot run this backend
 */
export async function startTensorflow(
	backend: BackendName,
	wasmFolder: string,
): Promise<Tensorflow> {
	// Human is told our paths too: its defaults point to a CDN.
	const human = new Human({ backend, wasmPath: wasmFolder, modelBasePath: wasmFolder });
	const tf: unknown = human.tf;
	if (!isTensorflow(tf)) throw new Error('@vladmandic/human holds another TensorFlow.js.');
	tf.enableProdMode();
	// Where the page is cross-origin isolated, TensorFlow.js would start threads from the source text
	// of a function of its own; a bundler renames what that text refers to, and every thread dies.
	tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
	if (backend === 'wasm') tf.setWasmPaths(wasmFolder);
	if (!(await tf.setBackend(backend))) {
		throw new Error(`This browser cannot run the ${backend} backend.`);
	}
	await tf.ready();
	return tf;
}
