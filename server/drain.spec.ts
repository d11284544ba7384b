// Protects: stopping finishes requests in flight, ends sockets at once, takes nothing new, and is not
// held up for ever by a request that never ends.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { followConnections } from './drain.js';

let server: Server;
afterEach(() => server.closeAllConnections());

async function serve(handler: RequestListener) {
	server = createServer(handler);
	const connections = followConnections(server);
	server.on('upgrade', (_request, socket) => connections.upgrade(socket));
	server.listen(0);
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return { connections, port, url: `http://localhost:${port}/` };
}

describe('followConnections', () => {
	it('lets a request in flight finish and refuses the next one', async () => {
		let finish: () => void = () => undefined;
		const { connections, url } = await serve((_request, response) => {
			finish = () => response.end('done');
		});
		const answer = fetch(url);
		await once(server, 'request');
		const drained = connections.drain(10_000);
		await expect(fetch(url)).rejects.toThrow();
		finish();
		expect(await (await answer).text()).toBe('done');
		await drained;
	});

	it('cuts off what does not end in time', async () => {
		const { connections, url } = await serve(() => undefined);
		const answer = fetch(url).catch(() => 'cut off');
		await once(server, 'request');
		await connections.drain(50);
		expect(await answer).toBe('cut off');
	});

	it('ends sockets that left http at once', async () => {
		const { connections, port } = await serve(() => undefined);
		const socket = connect(port, 'localhost');
		socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
		await once(server, 'upgrade');
		const closed = once(socket, 'close');
		socket.resume();
		await connections.drain(10_000);
		await closed;
	});
});
