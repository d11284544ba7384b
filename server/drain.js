/**
 * Follows the connections of an http server, so that stopping it can be told apart: requests are
 * finished, sockets are ended.
 *
 * @param {import('node:http').Server} httpServer
 */
export function followConnections(httpServer) {
	/** @type {Set<import('node:http').ServerResponse>} */
	const open = new Set();
	/** @type {Set<import('node:stream').Duplex>} */
	const upgraded = new Set();
	let wake = () => {};
	let stopping = false;

	httpServer.prependListener('request', (request, response) => {
		open.add(response);
		if (stopping) response.setHeader('connection', 'close');
		response.once('close', () => {
			open.delete(response);
			wake();
		});
	});

	return {
		/** @param {import('node:stream').Duplex} socket one that left http behind */
		upgrade(socket) {
			upgraded.add(socket);
			socket.once('close', () => upgraded.delete(socket));
		},

		/**
		 * Takes no more connections, ends live-update sockets (their clients connect again by
		 * themselves) and waits for requests in flight.
		 *
		 * @param {number} patience milliseconds until what is left is cut off
		 */
		async drain(patience) {
			stopping = true;
			httpServer.close();
			for (const response of open) {
				if (response.req.url?.startsWith('/socket.io/')) response.destroy();
			}
			for (const socket of upgraded) socket.destroy();
			httpServer.closeIdleConnections();
			const late = Date.now() + patience;
			while (open.size > 0 && Date.now() < late) {
				await /** @type {Promise<void>} */ (
					new Promise((resolve) => {
						wake = resolve;
						setTimeout(resolve, late - Date.now()).unref();
					})
				);
			}
			httpServer.closeAllConnections();
		},
	};
}
