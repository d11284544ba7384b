import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { SightingBatch } from '../../../src/lib/contract/sightings';
import { BATCHES_A_VISIT, type EchoTask } from './scenario';

/** Which batch of a visit is answered with a change: the one that decides in the real server. */
const DECIDES = 2;

/**
 * A bare Socket.IO server that knows nothing: it acknowledges every batch with the same decisions,
 * and sends the same change to the watchers of the roll call whenever a real server would decide.
 * Its transport is set as the real one's.
 */
export async function run({ decisions, change }: EchoTask): Promise<{ url: string }> {
	const httpServer = createServer();
	const io = new Server(httpServer, {
		maxHttpBufferSize: 1e6,
		serveClient: false,
		perMessageDeflate: false,
	});
	io.on('connection', (socket) => {
		let batches = 0;
		socket.on('rollCall:join', async ({ rollCallId }: { rollCallId: string }, ack: Answer) => {
			await socket.join(rollCallId);
			ack({ ok: true, data: null });
		});
		socket.on('rollCall:sightings', ({ rollCallId, capturedAt }: SightingBatch, ack: Answer) => {
			ack({ ok: true, data: { decisions } });
			if (batches++ % BATCHES_A_VISIT !== DECIDES) return;
			io.to(rollCallId).emit('roster:changed', { ...change, rollCallId, capturedAt });
		});
		socket.on('rollCall:close', (_: unknown, ack: Answer) => ack({ ok: true, data: null }));
	});
	await new Promise<void>((listening) => httpServer.listen(0, '127.0.0.1', listening));
	const { port } = httpServer.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}` };
}

type Answer = (answer: unknown) => void;
