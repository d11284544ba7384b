import { Human } from '@vladmandic/human';
import type { BackendName } from './backend-choice';
import { isTensorflow, type Tensorflow } from './tensorflow';

/**
 * Starts TensorFlow.js. Its files come from our own server only.
 *
 * @param backend what to compute on
 * @param wasmFolder address of the folder with TensorFlow.js's WebAssembly files, ends with a slash
 * @param onLost called when the graphics processor is taken away: nothing can be computed any more
 * @returns TensorFlow.js, ready
 * @throws Error when the browser cannot run this backend
 */
export async function startTensorflow(
	backend: BackendName,
	wasmFolder: string,
	onLost: () => void,
): Promise<Tensorflow> {
	const kernels = backend === 'wasm-threads' ? 'wasm' : backend;
	// Human is told our paths too: its defaults point to a CDN.
	const human = new Human({ backend: kernels, wasmPath: wasmFolder, modelBasePath: wasmFolder });
	const tf: unknown = human.tf;
	if (!isTensorflow(tf)) throw new Error('@vladmandic/human holds another TensorFlow.js.');
	tf.enableProdMode();
	tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', backend === 'wasm-threads');
	if (kernels === 'wasm') tf.setWasmPaths(wasmFolder);
	if (!(await tf.setBackend(kernels))) {
		throw new Error(`This browser cannot run the ${backend} backend.`);
	}
	await tf.ready();
	watchDevice(tf.backend(), onLost);
	return tf;
}

/** TensorFlow.js goes on with a lost device as if nothing were, and answers nonsense or never. */
function watchDevice(backend: unknown, onLost: () => void): void {
	const canvas = memberOf(memberOf(memberOf(backend, 'gpgpu'), 'gl'), 'canvas');
	if (canvas instanceof EventTarget) canvas.addEventListener('webglcontextlost', onLost);
	const lost = memberOf(memberOf(backend, 'device'), 'lost');
	if (lost instanceof Promise) void lost.then(onLost);
}

function memberOf(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
