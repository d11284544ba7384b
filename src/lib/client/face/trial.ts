import { FACE_SIZE } from './align';
import type { BackendName, BackendTrial } from './backend-choice';
import { DETECTOR_SIZE } from './blazeface';
import { MESH_SIZE } from './mesh';
import type { Networks } from './networks';

/** Enough for a median that one interruption does not move. */
const RUNS = 5;

/** Times loaded networks with one new face a frame, and notes what they answer to given numbers. */
export async function tryNetworks(networks: Networks, backend: BackendName): Promise<BackendTrial> {
	const frame = noise(DETECTOR_SIZE, -1, 1);
	const cut = noise(MESH_SIZE, 0, 1);
	const face = noise(FACE_SIZE, 0, 255);
	const look = async () => {
		const { scores, regressors } = await networks.detect(frame);
		const { points } = await networks.mesh(cut, 1);
		const [vector = new Float32Array(0)] = await networks.embed(face, 1);
		return [scores, regressors, points, vector];
	};
	const times: number[] = [];
	let outputs: Float32Array[] = [];
	for (let i = 0; i < RUNS; i++) {
		const began = performance.now();
		outputs = await look();
		times.push(performance.now() - began);
	}
	times.sort((a, b) => a - b);
	return { backend, ms: times[Math.floor(RUNS / 2)] ?? Infinity, outputs };
}

/** The same picture on every device: size x size x 3 numbers in a range, from a linear congruence. */
function noise(size: number, from: number, to: number): Float32Array {
	let state = 1;
	return Float32Array.from({ length: size * size * 3 }, () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return from + ((to - from) * state) / 2 ** 32;
	});
}
