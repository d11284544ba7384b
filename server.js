import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { ADDRESS_HEADERS, writeAddress } from './server/address.js';
import { followConnections } from './server/drain.js';
import { isolationHeaders, workerPolicy } from './server/headers.js';
import { serveModels } from './server/models.js';
import { readSettingsFile } from './server/settings.js';
import { fillServerSlot } from './server/slot.js';

/** How long requests in flight may take after the order to stop. */
const DRAIN_MS = 5_000;
/** npm and the terminal both pass one Ctrl-C on: a second signal this soon is the same one. */
const SAME_SIGNAL_MS = 700;

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {(request: Request, response: Response, next: () => void) => void} Handler */

/** @type {(request: Request, response: Response) => void} */
let handle = (_request, response) => {
	response.writeHead(503, { 'retry-after': '1' }).end('FaceTrack is starting.');
};

const httpServer = createServer((request, response) => {
	for (const [name, value] of Object.entries(isolationHeaders)) response.setHeader(name, value);
	const policy = workerPolicy(request.url ?? '');
	if (policy) response.setHeader('content-security-policy', policy);
	if (!serveModels(request, response)) handle(request, response);
});
const connections = followConnections(httpServer);

/** @type {string[]} */
const announcements = [];
/** @type {(line: string) => void} What is announced during the start is shown below the address. */
let announce = (line) => void announcements.push(line);
const slot = fillServerSlot(httpServer, (line) => announce(line));

let stopping = 0;

/** @param {number} exitCode */
async function stop(exitCode) {
	stopping = Date.now();
	await connections.drain(DRAIN_MS);
	await slot.close();
	process.exit(exitCode);
}

/** @param {NodeJS.Signals} signal */
function onSignal(signal) {
	if (stopping === 0) {
		console.log(
			`\n${signal === 'SIGINT' ? 'Ctrl-C' : signal}: finishing what runs, then stopping.`,
		);
		void stop(0);
	} else if (Date.now() - stopping > SAME_SIGNAL_MS) {
		process.exit(130);
	}
}
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

/**
 * The sentence of a StartupError, or the whole stack of anything else: that one is a fault of ours.
 *
 * @param {unknown} error
 */
async function fail(error) {
	const known = error instanceof Error && error.name === 'StartupError';
	console.error(known ? error.message : error);
	if (stopping === 0) await stop(1);
}

/** @param {string} host @param {number} port */
function listen(host, port) {
	return /** @type {Promise<void>} */ (
		new Promise((resolve, reject) => {
			httpServer.once('error', (error) => reject(listenError(error, host, port)));
			httpServer.listen(port, host, resolve);
		})
	);
}

/** @param {Error} error @param {string} host @param {number} port */
function listenError(error, host, port) {
	const code = 'code' in error ? error.code : '';
	/** @type {Record<string, string>} */
	const sentences = {
		EADDRINUSE: `Port ${port} is already taken: stop the other program, or choose another with PORT.`,
		EACCES: `Port ${port} may not be used by this user: choose one above 1023 with PORT.`,
		EADDRNOTAVAIL: `This machine has no address ${host}: correct HOST.`,
	};
	const sentence = sentences[String(code)];
	return sentence ? Object.assign(new Error(sentence), { name: 'StartupError' }) : error;
}

/** @param {number} port @param {string} host @param {string | undefined} origin */
function addresses(port, host, origin) {
	if (origin) return [origin];
	const local = `http://localhost:${port}`;
	if (host !== '0.0.0.0' && host !== '::') return [`http://${host}:${port}`];
	const others = Object.values(networkInterfaces())
		.flatMap((list) => list ?? [])
		.filter(({ internal, family }) => !internal && family === 'IPv4')
		.map(({ address }) => `http://${address}:${port}`);
	return [local, ...others];
}

async function start() {
	readSettingsFile();
	const { HOST, PORT, ORIGIN: origin, TRUST_PROXY } = process.env;
	const host = HOST || '0.0.0.0';
	const wanted = PORT || '3000';
	// First of all: a taken port is told at once, and the application may ask for its own address.
	// A port that is no port is left to config.ts, which knows the sentence for it.
	if (/^\d{1,5}$/.test(wanted) && Number(wanted) < 65_536) await listen(host, Number(wanted));

	// The adapter's own variables: it learns each request's address from our headers.
	process.env.FACETRACK_KIT_PROTOCOL_HEADER = ADDRESS_HEADERS.protocol;
	process.env.FACETRACK_KIT_HOST_HEADER = ADDRESS_HEADERS.host;
	process.env.FACETRACK_KIT_ADDRESS_HEADER = ADDRESS_HEADERS.client;
	process.env.FACETRACK_KIT_BODY_SIZE_LIMIT = '1M';
	// A variable, because the build does not exist while the sources are checked.
	const build = new URL('./build/handler.js', import.meta.url).href;
	/** @type {{ handler: Handler }} */
	const { handler } = await import(build);

	const rules = { origin: origin || null, trustProxy: /^(true|1)$/.test(TRUST_PROXY ?? '') };
	httpServer.on('upgrade', (_request, socket) => connections.upgrade(socket));
	handle = (request, response) => {
		writeAddress(request, rules);
		handler(request, response, () => response.writeHead(404).end('Not found'));
	};
	const bound = httpServer.address();
	const port = typeof bound === 'object' && bound ? bound.port : Number(wanted);
	const ready = `FaceTrack is ready: ${addresses(port, host, origin).join('  ')}`;
	console.log([ready, ...announcements].join('\n'));
	announce = (line) => console.log(line);
}

await start().catch(fail);
