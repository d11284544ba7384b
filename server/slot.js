import { Server as HttpsServer } from 'node:https';
import { isIPv6 } from 'node:net';

/** @typedef {import('../src/lib/server/slot').ServerSlot} ServerSlot */

const SLOT = Symbol.for('facetrack.server');

/**
 * Puts the http server where `takeServerSlot()` finds it.
 *
 * @param {import('node:http').Server} httpServer
 * @param {(line: string) => void} announce shows a line to whoever started the server
 * @param {string} [host] name or address that is right on this machine
 * @param {() => string[]} [names] under which this server may be asked for, and no addresses
 * @returns {{ close(): Promise<void> }} `close` runs the shutdown steps, the last registered first,
 *   each once; a step that fails is reported and does not keep the others from running
 */
export function fillServerSlot(
	httpServer,
	announce,
	host = 'localhost',
	names = () => ['localhost'],
) {
	/** @type {Array<() => Promise<void>>} */
	const steps = [];
	/** @type {ServerSlot} */
	const slot = {
		httpServer,
		onShutdown: (step) => void steps.push(step),
		announce,
		address: () => addressOf(httpServer, host),
		namedAddresses: () => names().map((name) => addressOf(httpServer, name)),
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

/**
 * The address that opens a server which listens already, without the port that goes without saying.
 *
 * @param {import('node:http').Server} server
 * @param {string} host a name or an address
 */
export function addressOf(server, host) {
	const bound = server.address();
	const port = typeof bound === 'object' && bound ? bound.port : 0;
	const name = isIPv6(host) ? `[${host}]` : host;
	return new URL(`${server instanceof HttpsServer ? 'https' : 'http'}://${name}:${port}`).origin;
}
