import type { Server } from 'node:http';
import { StartupError } from './errors';

/** What whoever owns the http server hands to the application. */
export interface ServerSlot {
	readonly httpServer: Server;
	/** Steps run when the server stops, the last registered first. */
	onShutdown(step: () => Promise<void>): void;
	/** Shows a line in the terminal of whoever started the server. */
	announce(line: string): void;
	/** The address that opens this server on its own machine, once it listens; ORIGIN is not asked. */
	address(): string;
	/**
	 * The addresses at which this server is asked for by a name, once it listens; ORIGIN is not asked.
	 */
	namedAddresses(): string[];
}

const SLOT = Symbol.for('facetrack.server');

function isServerSlot(value: unknown): value is ServerSlot {
	return typeof value === 'object' && value !== null && 'httpServer' in value;
}

/**
 * The slot that `server.js` (production) or the development plugin filled before the application
 * was loaded. It lives on `globalThis` because the two are loaded as separate module graphs.
 *
 * @throws StartupError when nobody filled it: `node build` and `vite preview` own their http server
 *   and keep it to themselves, so live updates could not be attached.
 */
export function takeServerSlot(): ServerSlot {
	const slot: unknown = Reflect.get(globalThis, SLOT);
	if (!isServerSlot(slot)) {
		throw new StartupError(
			'FaceTrack cannot run by `node build` or `vite preview`, because live updates need the http server: start it with `npm start` (or `node server.js`).',
		);
	}
	return slot;
}
