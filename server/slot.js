/** @typedef {import('../src/lib/server/slot').ServerSlot} ServerSlot */

const SLOT = Symbol.for('facetrack.server');

/**
 * Puts the http server where `takeServerSlot()` finds it.
 *
 * @param {import('node:http').Server} httpServer
 * @param {(line: string) => void} announce shows a line to whoever started the server
 * @returns {{ close(): Promise<void> }} `close` runs the shutdown steps, the last registered first,
 *   each once; a step that fails is reported and does not keep the others from running
 */
export function fillServerSlot(httpServer, announce) {
	/** @type {Array<() => Promise<void>>} */
	const steps = [];
	/** @type {ServerSlot} */
	const slot = {
		httpServer,
		onShutdown: (step) => void steps.push(step),
		announce,
	};
	Reflect.set(globalThis, SLOT, slot);
	return {
		async close() {
			for (let step = steps.pop(); step; step = steps.pop()) {
				try {
					await step();
				} catch (error) {
					console.error('A step of the shutdown failed:', error);
				}
			}
		},
	};
}
