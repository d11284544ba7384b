import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The way to a server, as a device in a school has it: it can go and come back at any moment. */
export interface CuttableNetwork {
	/** What the device opens in place of the server's own address. */
	readonly url: string;
	/** Ends every connection, and refuses new ones. */
	cut(): Promise<void>;
	restore(): Promise<void>;
	close(): Promise<void>;
}

/** @param target `http://localhost:<port>`; asked at each connection, as a server may come back elsewhere */
export async function startCuttableNetwork(target: () => string): Promise<CuttableNetwork> {
	const open = new Set<Socket>();
	const track = (socket: Socket): Socket => {
		open.add(socket);
		socket.on('close', () => open.delete(socket));
		// Whatever ends one side ends the other; why is nobody's business here.
		socket.on('error', () => socket.destroy());
		return socket;
	};
	const proxy = createServer((device) => {
		const { hostname, port } = new URL(target());
		const server = track(connect(Number(port), hostname));
		track(device).pipe(server).pipe(device);
		device.on('close', () => server.destroy());
		server.on('close', () => device.destroy());
	});
	const listen = (port: number) =>
		new Promise<void>((resolve, reject) => {
			proxy.once('error', reject);
			proxy.listen(port, 'localhost', resolve);
		});
	const cut = () =>
		new Promise<void>((resolve) => {
			proxy.close(() => resolve());
			for (const socket of open) socket.destroy();
		});
	await listen(0);
	const { port } = proxy.address() as AddressInfo;
	return {
		url: `http://localhost:${port}`,
		cut,
		restore: () => listen(port),
		close: () => (proxy.listening ? cut() : Promise.resolve()),
	};
}
