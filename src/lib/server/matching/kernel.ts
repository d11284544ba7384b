import base64 from './kernel/kernel.as.ts?wasm';

/** The compiled search; threads share it. */
export const kernelModule = new WebAssembly.Module(Buffer.from(base64, 'base64'));

/** What kernel.as.ts exports, bound to one gallery's memory. Students and probes go by position. */
export interface Kernel {
	/** @returns the length of the sum of the student's references */
	quantise(student: number, firstRow: number, rows: number): number;
	weigh(student: number, nearestWeight: number, sumWeight: number): void;
	search(students: number, probes: number, floor: number): void;
}

export function startKernel(memory: WebAssembly.Memory): Kernel {
	const { exports } = new WebAssembly.Instance(kernelModule, { env: { memory } });
	return exports as WebAssembly.Exports & Kernel;
}
