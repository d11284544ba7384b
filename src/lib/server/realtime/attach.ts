import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { MAX_SIGHTINGS_PER_BATCH, VECTOR_DIMENSIONS } from '$lib/contract/sightings';
import { messages } from '$lib/messages';
import { AppError } from '../errors';
import { authenticate } from './authenticate';
import { createBroadcast, type Broadcast } from './broadcast';
import { createHandlers, splitArguments, type Handler, type Handlers } from './handlers';
import { EventRate } from './rate';
import { toRefusal } from './refusal';
import { watchSessions } from './sessions';
import {
	isOwnOrigin,
	rooms,
	type RealtimeDeps,
	type RealtimeServer,
	type RealtimeSocket,
} from './wire';

/** The largest batch, a third more for base64 over long polling, and room for its words. */
const MAX_MESSAGE_BYTES =
	Math.ceil(MAX_SIGHTINGS_PER_BATCH * VECTOR_DIMENSIONS * 4 * 1.34) + 16_384;

export interface Realtime {
	/** Ends every socket and gives the http server its own listeners back. */
	dispose(): Promise<void>;
}

/** Attaches the realtime part to an http server, at Socket.IO's usual path. */
export function attachRealtime(httpServer: HttpServer, deps: RealtimeDeps): Realtime {
	const before = listenersOf(httpServer);
	const io: RealtimeServer = new Server(httpServer, {
		maxHttpBufferSize: MAX_MESSAGE_BYTES,
		serveClient: false,
		perMessageDeflate: false,
		transports: ['websocket', 'polling'],
		allowRequest: (request, allow) => allow(null, isOwnOrigin(request, deps.config)),
	});
	const attached = listenersOf(httpServer);
	const handlers = createHandlers(deps);
	const broadcast = createBroadcast(io, deps);
	const stopWatching = watchSessions(io, deps);
	io.use(authenticate(deps));
	io.on('connection', (socket) => welcome(socket, handlers, broadcast, deps));
	return {
		async dispose() {
			stopWatching();
			broadcast.stop();
			io.disconnectSockets(true);
			// Not io.close(): that would close the http server, which others use.
			io.engine.close();
			await io.of('/').adapter.close();
			restoreListeners(httpServer, before, attached);
		},
	};
}

function welcome(
	socket: RealtimeSocket,
	handlers: Handlers,
	broadcast: Broadcast,
	deps: RealtimeDeps,
): void {
	const { viewer } = socket.data;
	if (viewer.kind === 'person') {
		void socket.join([rooms.user(viewer.actor.id), rooms.session(viewer.sessionId)]);
	}
	const rate = new EventRate(performance.now());
	const table = new Map<string, Handler>(Object.entries(handlers));
	socket.onAny((event: string, ...args: unknown[]) => {
		const handler = table.get(event);
		if (handler === undefined) return;
		const { payload, ack } = splitArguments(args);
		const work = async () => {
			if (!rate.take(performance.now())) {
				throw new AppError('too-many', messages.errors['too-many']);
			}
			authorise(deps, socket, handler);
			return { ok: true as const, data: await handler.act(socket, payload) };
		};
		broadcast
			.after(work, ack)
			.catch((error: unknown) => ack(toRefusal(error, deps.log, { event })));
	});
}

/** @throws AppError 'forbidden' */
function authorise({ mayDo }: RealtimeDeps, socket: RealtimeSocket, { operation }: Handler): void {
	const { viewer } = socket.data;
	const actor = viewer.kind === 'person' ? viewer.actor : null;
	if (!mayDo(actor, operation)) throw new AppError('forbidden', messages.errors.forbidden);
}

const LISTENED = ['request', 'upgrade', 'close', 'listening'] as const;
type Listener = (...args: unknown[]) => void;
type Listeners = Map<(typeof LISTENED)[number], readonly Listener[]>;

const isListener = (value: unknown): value is Listener => typeof value === 'function';

function listenersOf(httpServer: HttpServer): Listeners {
	return new Map(LISTENED.map((event) => [event, httpServer.listeners(event).filter(isListener)]));
}

/**
 * Socket.IO puts its listeners in the place of the server's own and has no way back. Without one, a
 * second attach to the same server, after an edit in development, would answer everything twice.
 */
function restoreListeners(httpServer: HttpServer, before: Listeners, attached: Listeners): void {
	for (const event of LISTENED) {
		const [earlier, later] = [before.get(event) ?? [], attached.get(event) ?? []];
		const added = later.filter((listener) => !earlier.includes(listener));
		const removed = earlier.filter((listener) => !later.includes(listener));
		added.forEach((listener) => httpServer.off(event, listener));
		removed.forEach((listener) => httpServer.on(event, listener));
	}
}
