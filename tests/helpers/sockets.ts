import { createServer } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import type { Ack, AckCallback } from '../../src/lib/contract/ack';
import {
	PROTOCOL_VERSION,
	type ClientToServerEvents,
	type ServerToClientEvents,
} from '../../src/lib/contract/events';
import type { RosterChange } from '../../src/lib/contract/roster';
import { attachRealtime } from '../../src/lib/server/realtime/attach';
import type { TestApplication } from './application';

/** As long as a busy machine may need; only a failing test waits that long. */
const PATIENCE_MS = 5_000;

/** Sends whatever it is told to: what the server makes of nonsense is what tests are about. */
export type ClientSocket = Socket<
	ServerToClientEvents,
	Record<string, (...args: unknown[]) => void>
>;
type Data<E extends keyof ClientToServerEvents> =
	Parameters<ClientToServerEvents[E]> extends [...unknown[], AckCallback<infer D>] ? D : never;

export interface ConnectOptions {
	/** A session's token, as the cookie holds it. */
	session?: string;
	displayToken?: string;
	protocol?: number;
	origin?: string;
	transports?: ('websocket' | 'polling')[];
	/** The only authority that is trusted over https, PEM; the public ones without it. */
	ca?: string;
	/** Sent besides. */
	headers?: Record<string, string>;
}

export interface TestRealtime {
	readonly url: string;
	/** Connected, or rejects with what the handshake was refused for. */
	connect(options: ConnectOptions): Promise<Client>;
	stop(): Promise<void>;
}

/** The realtime part on a real http server of its own, on whatever port is free. */
export async function startRealtime({ container }: TestApplication): Promise<TestRealtime> {
	const httpServer = createServer((_, response) => response.end('a page'));
	const realtime = attachRealtime(httpServer, container);
	await new Promise<void>((listening) => httpServer.listen(0, '127.0.0.1', listening));
	const address = httpServer.address();
	if (typeof address !== 'object' || address === null) throw new Error('no port');
	const url = `http://127.0.0.1:${address.port}`;
	const clients = new Set<Client>();
	return {
		url,
		async connect(options) {
			const client = await Client.connect(url, options);
			clients.add(client);
			return client;
		},
		async stop() {
			for (const client of clients) client.close();
			await realtime.dispose();
			await new Promise((closed) => httpServer.close(closed));
		},
	};
}

/** A device: asks, and keeps every change that it is told, in order. */
export class Client {
	readonly changes: RosterChange[] = [];
	/** Names of what happened here, in order: acknowledgements and changes. */
	readonly happened: string[] = [];
	#waiting: (() => void)[] = [];

	private constructor(readonly socket: ClientSocket) {
		socket.on('roster:changed', (change) => {
			this.changes.push(change);
			this.happened.push('changed');
			this.#waiting.splice(0).forEach((look) => look());
		});
	}

	static async connect(url: string, options: ConnectOptions): Promise<Client> {
		const { session, displayToken, origin, protocol = PROTOCOL_VERSION } = options;
		const socket: ClientSocket = io(url, {
			transports: options.transports ?? ['websocket'],
			reconnection: false,
			forceNew: true,
			auth: { protocol, ...(displayToken && { displayToken }) },
			...(options.ca && { ca: options.ca }),
			extraHeaders: {
				...options.headers,
				...(session && { cookie: `facetrack_session=${session}` }),
				...(origin && { origin }),
			},
		});
		const client = new Client(socket);
		await new Promise<void>((resolve, reject) => {
			socket.once('connect', resolve);
			socket.once('connect_error', (error) => {
				socket.close();
				reject(error);
			});
		});
		return client;
	}

	/** Sends an event, with whatever payload, and waits for its acknowledgement. */
	ask<E extends keyof ClientToServerEvents>(
		event: E,
		...payload: unknown[]
	): Promise<Ack<Data<E>>> {
		return new Promise<Ack<Data<E>>>((resolve, reject) => {
			const acknowledged = (error: Error | null, ack: Ack<Data<E>>) => {
				this.happened.push(event);
				if (error === null) resolve(ack);
				else reject(new Error(`${event} was not answered`));
			};
			this.socket.timeout(PATIENCE_MS).emit(event, ...payload, acknowledged);
		});
	}

	/** The same, for an answer that must be a success. */
	async get<E extends keyof ClientToServerEvents>(
		event: E,
		...payload: unknown[]
	): Promise<Data<E>> {
		const answer = await this.ask(event, ...payload);
		if (!answer.ok) throw new Error(`${event}: ${JSON.stringify(answer)}`);
		return answer.data;
	}

	/** The first change that fits, of those told already or within a few seconds. */
	async change(fits: (change: RosterChange) => boolean): Promise<RosterChange> {
		const late = AbortSignal.timeout(PATIENCE_MS);
		for (;;) {
			const found = this.changes.find(fits);
			if (found) return found;
			await new Promise<void>((look, reject) => {
				this.#waiting.push(look);
				late.addEventListener('abort', () => reject(new Error('no such change was told')));
			});
		}
	}

	/** Until the server ends the connection. */
	async disconnected(): Promise<void> {
		if (!this.socket.connected) return;
		await new Promise((gone) => this.socket.once('disconnect', gone));
	}

	close(): void {
		this.socket.close();
	}
}
