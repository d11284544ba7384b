import { Server } from 'node:http';
import type { Plugin, ViteDevServer } from 'vite';
import { serveModels } from '../server/models.js';
import { isolationHeaders } from '../server/headers.js';
import { fillServerSlot } from '../server/slot.js';

/** Makes `server.close()` wait for the shutdown steps. */
function closeAfter(server: ViteDevServer, slot: { close(): Promise<void> }): void {
	const closeVite = server.close.bind(server);
	server.close = async () => {
		await slot.close();
		await closeVite();
	};
}

/**
 * Gives `vite dev` what server.js gives production: the http server in the slot where
 * `hooks.server.ts` looks for it, the prepared models under `/models/`, and the same isolation
 * headers, so that what works in development works in production.
 */
export function facetrackServer(): Plugin {
	return {
		name: 'facetrack-server',
		apply: 'serve',
		configureServer(server) {
			server.middlewares.use((request, response, next) => {
				for (const [name, value] of Object.entries(isolationHeaders)) {
					response.setHeader(name, value);
				}
				if (!serveModels(request, response)) next();
			});
			// In middleware mode (the test runner) there is no http server and nothing to attach to.
			const { httpServer } = server;
			if (!(httpServer instanceof Server)) return;
			const slot = fillServerSlot(httpServer, (line) => server.config.logger.info(line));
			// Vite closes itself on SIGTERM only; an embedded database must not outlive Ctrl-C either.
			process.once('SIGINT', () => void server.close().finally(() => process.exit()));
			closeAfter(server, slot);
		},
	};
}
