import { io, type Socket } from 'socket.io-client';
import type { Ack } from '$lib/contract/ack';
import { PROTOCOL_VERSION, type ClientToServerEvents } from '$lib/contract/events';
import type { RosterChange } from '$lib/contract/roster';
import { measureClock, type ClockOffset } from './clock';
import { Listeners } from './listeners';
import { openAck, readRefusal, RequestError } from './request-error';

/**
 * `offline`: tries again by itself. `outdated`, `signed-out` and `refused` stay until a person
 * does something: reloads, signs in, or asks for the right link.
 */
export type ConnectionState =
	'connecting' | 'online' | 'offline' | 'outdated' | 'signed-out' | 'refused';

type Requests = {
	[E in keyof ClientToServerEvents]: Parameters<ClientToServerEvents[E]> extends [
		infer Payload,
		(answer: Ack<infer Answer>) => void,
	]
		? { payload: Payload; answer: Answer }
		: Parameters<ClientToServerEvents[E]> extends [(answer: Ack<infer Answer>) => void]
			? { payload: null; answer: Answer }
			: never;
};
export type RequestEvent = keyof Requests;
export type RequestPayload<E extends RequestEvent> = Requests[E]['payload'];
export type RequestAnswer<E extends RequestEvent> = Requests[E]['answer'];

/** A server that has not answered by then will not; the network of a school is slow, not dead. */
const ANSWER_TIMEOUT_MS = 8_000;
/** Waits before a connection that the server ended or refused for now is tried again. */
const RETRY_MS = 3_000;

/** One page's socket: says how the connection stands, and turns events into promises. */
export class Connection {
	#state = $state<ConnectionState>('connecting');
	#clock = $state.raw<ClockOffset | null>(null);
	readonly #auth: { protocol: number; displayToken?: string };
	readonly #onlineListeners = new Listeners();
	readonly #changeListeners = new Listeners<RosterChange>();
	#socket: Socket | null = null;
	#settle: () => void = () => undefined;
	/** Resolves once the first try to connect has ended, one way or the other. */
	readonly settled = new Promise<void>((resolve) => (this.#settle = resolve));
	#retry: ReturnType<typeof setTimeout> | null = null;

	/** Connects only at {@link open}, so that a page may construct it while the server renders. */
	constructor(options: { displayToken?: string } = {}) {
		this.#auth = { protocol: PROTOCOL_VERSION, ...options };
	}

	get state(): ConnectionState {
		return this.#state;
	}

	/** How well the server's clock is known; null before the first measurement. */
	get clock(): ClockOffset | null {
		return this.#clock;
	}

	/** The server's time now, as well as it is known. Milliseconds since 1970. */
	now(): number {
		return this.toServerTime(Date.now());
	}

	/** Turns an instant of this device's clock into the server's. */
	toServerTime(deviceTime: number): number {
		return Math.round(deviceTime + (this.#clock?.offset ?? 0));
	}

	/** Learns the server's clock from an answer that carried its time. */
	learnClock(sentAt: number, serverTime: number, receivedAt: number): void {
		this.#clock = measureClock(sentAt, serverTime, receivedAt);
	}

	/** Connects, unless it has begun to already. */
	open(): void {
		if (this.#socket !== null) return;
		this.#socket = this.#makeSocket();
		this.#socket.connect();
		addEventListener('online', this.#reconnectNow);
	}

	/** Ends the connection for good; requests that wait are refused as `offline`. */
	close(): void {
		const socket = this.#socket;
		this.#socket = null;
		this.#settle();
		removeEventListener('online', this.#reconnectNow);
		if (this.#retry !== null) clearTimeout(this.#retry);
		socket?.disconnect();
	}

	/** Calls back at every connect, the first one and each one after an interruption. */
	onOnline(listener: () => void): () => void {
		if (this.#state === 'online') listener();
		return this.#onlineListeners.add(listener);
	}

	onRosterChange(listener: (change: RosterChange) => void): () => void {
		return this.#changeListeners.add(listener);
	}

	/**
	 * Sends an event and waits for its acknowledgement. Nothing is buffered while offline: what must
	 * not be lost goes through the outbox.
	 * @throws RequestError
	 */
	async request<E extends RequestEvent>(
		event: E,
		payload: RequestPayload<E>,
	): Promise<RequestAnswer<E>> {
		const socket = this.#socket;
		if (!socket?.connected) throw new RequestError('offline', 'not connected');
		const parts = payload === null ? [] : [payload];
		const answer = await new Promise<Ack<RequestAnswer<E>>>((resolve, reject) => {
			socket
				.timeout(ANSWER_TIMEOUT_MS)
				.emit(event, ...parts, (error: Error | null, ack: Ack<RequestAnswer<E>>) => {
					if (error === null) resolve(ack);
					else reject(this.#unanswered());
				});
		});
		return openAck(answer);
	}

	#makeSocket(): Socket {
		const socket = io({
			autoConnect: false,
			auth: this.#auth,
			transports: ['websocket', 'polling'],
			tryAllTransports: true,
			reconnectionDelay: 500,
			reconnectionDelayMax: RETRY_MS,
		});
		socket.on('connect', () => {
			this.#state = 'online';
			this.#onlineListeners.tell();
			this.#settle();
		});
		socket.on('connect_error', (error) => this.#handleConnectError(error));
		socket.on('disconnect', (reason) => this.#handleDisconnect(reason));
		socket.on('roster:changed', (change: RosterChange) => this.#changeListeners.tell(change));
		socket.on('session:ended', () => (this.#state = 'signed-out'));
		return socket;
	}

	#unanswered(): RequestError {
		return this.#socket?.connected
			? new RequestError('timeout', 'no answer in time')
			: new RequestError('offline', 'the connection was lost');
	}

	#handleConnectError(error: Error & { data?: unknown }): void {
		this.#settle();
		const refusal = readRefusal(error.data);
		if (refusal === null) {
			this.#state = 'offline';
			// After a refusal of the transport, Socket.IO itself tries again.
			if (this.#socket?.active === false) this.#retryLater();
			return;
		}
		this.#state = stateOfRefusal(refusal);
		if (this.#state === 'offline') this.#retryLater();
	}

	#handleDisconnect(reason: Socket.DisconnectReason): void {
		if (this.#socket === null || this.#state === 'signed-out') return;
		this.#state = 'offline';
		// The one reason after which Socket.IO does not come back by itself.
		if (reason === 'io server disconnect') this.#retryLater();
	}

	#retryLater(): void {
		if (this.#retry !== null) clearTimeout(this.#retry);
		this.#retry = setTimeout(this.#reconnectNow, RETRY_MS);
	}

	readonly #reconnectNow = (): void => {
		if (this.#state === 'offline') this.#socket?.connect();
	};
}

function stateOfRefusal(refusal: RequestError): ConnectionState {
	if (refusal.code === 'outdated') return 'outdated';
	if (refusal.code === 'unauthenticated') return 'signed-out';
	return refusal.passes || refusal.code === 'internal' ? 'offline' : 'refused';
}
