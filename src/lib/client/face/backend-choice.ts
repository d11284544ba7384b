import type { ModelIndex } from '$lib/contract/models';
import { keep, recall } from '../device-memory';

/** `wasm-threads` is WebAssembly on several cores; it takes a cross-origin isolated page. */
const NAMES = ['wasm', 'wasm-threads', 'webgl', 'webgpu'] as const;
export type BackendName = (typeof NAMES)[number];

/** What a device told about a backend. */
export interface BackendTrial {
	backend: BackendName;
	/** ms that a look at one new face takes. */
	ms: number;
	/** What the networks answered to the same numbers. */
	outputs: readonly Float32Array[];
}

/** Runs everywhere, and everything else is measured against it. */
export const REFERENCE: BackendName = 'wasm';
/** Cosine with the reference: below, references of one device would not fit those of another. */
const LEAST_AGREEMENT = 0.999;
/** A backend that is no faster than this is not worth its risks (lost devices, shared threads). */
const WORTH = 1.25;
/** TensorFlow.js takes half of the cores, so fewer give one thread, which is the reference. */
const CORES_FOR_THREADS = 4;

const KEY = 'facetrack-backend';
const OVERRIDE_KEY = 'facetrack-backend-override';

/** @returns what this browser can be asked to compute on, the reference first */
export function candidates(): BackendName[] {
	const canThread = crossOriginIsolated && navigator.hardwareConcurrency >= CORES_FOR_THREADS;
	return NAMES.filter((name) => {
		if (name === 'wasm-threads') return canThread;
		return name !== 'webgpu' || 'gpu' in navigator;
	});
}

/**
 * @param trials at least the reference's; a backend that did not start is not among them
 * @returns the fastest that agrees with the reference, if it is worth it
 * @throws Error when the reference is missing
 */
export function fastest(trials: readonly BackendTrial[]): BackendName {
	const reference = trials.find(({ backend }) => backend === REFERENCE);
	if (!reference) throw new Error('Backends are compared with the reference.');
	const worthy = trials.filter(
		(trial) => trial.ms * WORTH <= reference.ms && agrees(trial, reference),
	);
	return worthy.sort((a, b) => a.ms - b.ms)[0]?.backend ?? REFERENCE;
}

function agrees(trial: BackendTrial, reference: BackendTrial): boolean {
	return reference.outputs.every((expected, i) => {
		const output = trial.outputs[i];
		return output?.length === expected.length && cosine(output, expected) >= LEAST_AGREEMENT;
	});
}

/** @returns -1..1; NaN, which is no agreement, where one has no direction */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let dot = 0;
	let aa = 0;
	let bb = 0;
	for (let i = 0; i < a.length; i++) {
		dot += a[i]! * b[i]!;
		aa += a[i]! ** 2;
		bb += b[i]! ** 2;
	}
	return dot / Math.sqrt(aa * bb);
}

/** What a trial holds for: other models or another browser are tried anew. */
function circumstances({ embedder, mesh, detector }: ModelIndex): string {
	return [embedder.url, mesh.url, detector.url, navigator.userAgent].join(' ');
}

/** @returns what the trial on this device chose; null where there was none with these models */
export function rememberedBackend(models: ModelIndex): BackendName | null {
	const [name, ...tried] = recall(KEY)?.split(' ') ?? [];
	return tried.join(' ') === circumstances(models) ? asBackend(name) : null;
}

/** Keeps what a trial chose, where the browser lets us. */
export function rememberBackend(models: ModelIndex, backend: BackendName): void {
	keep(KEY, `${backend} ${circumstances(models)}`);
}

/** @returns what a person chose on this device; null where the trial decides */
export function overriddenBackend(): BackendName | null {
	return asBackend(recall(OVERRIDE_KEY));
}

/** @param backend null lets the trial decide again */
export function overrideBackend(backend: BackendName | null): void {
	keep(OVERRIDE_KEY, backend ?? '');
}

/** @returns what the engine starts with: the person's choice, else the trial's, else the reference */
export function preferredBackend(models: ModelIndex): BackendName {
	const preferred = overriddenBackend() ?? rememberedBackend(models);
	return candidates().find((name) => name === preferred) ?? REFERENCE;
}

function asBackend(name: string | null | undefined): BackendName | null {
	return NAMES.find((known) => known === name) ?? null;
}
