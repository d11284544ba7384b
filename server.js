import { createServer } from 'node:http';
import { createServer as createSecureServer, Server as HttpsServer } from 'node:https';
import { ADDRESS_HEADERS, writeAddress } from './server/address.js';
import { readArguments } from './server/arguments.js';
import { LARGEST_BODY, refuseLargeBody } from './server/body-limit.js';
import { followConnections } from './server/drain.js';
import { fileHeaders, HSTS, isolationHeaders } from './server/headers.js';
import { listen } from './server/listen.js';
import { reachableAddresses } from './server/local-names.js';
import { messages } from './server/messages.js';
import { serveModels } from './server/models.js';
import { readSettingsFile } from './server/settings.js';
import { addressOf, fillServerSlot } from './server/slot.js';
import { chooseEncryption, keepCertificate } from './server/tls.js';
import { createTrustServer, trustLines, trustPort } from './server/trust-server.js';

/** How long requests in flight may take after the order to stop. */
const DRAIN_MS = 5_000;
/** npm and the terminal both pass one Ctrl-C on: a second signal this soon is the same one. */
const SAME_SIGNAL_MS = 700;

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {(request: Request, response: Response, next: () => void) => void} Handler */

const encryption = await prepare().catch((/** @type {unknown} */ error) => {
	tell(error);
	process.exit(1);
});
const host = process.env.HOST || '0.0.0.0';

/** @type {(request: Request, response: Response) => void} */
let handle = (_request, response) => {
	response.writeHead(503, { 'retry-after': '1' }).end(messages.start.starting);
};

/** @type {(request: Request, response: Response) => void} */
const answer = (request, response) => {
	const pathname = (request.url ?? '').split('?', 1)[0] ?? '';
	const headers = { ...isolationHeaders, ...fileHeaders(pathname) };
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
	if (encryption?.authority === null) response.setHeader('strict-transport-security', HSTS);
	if (!serveModels(request, response)) handle(request, response);
};
const httpServer = encryption ? createSecureServer(encryption.first, answer) : createServer(answer);
const connections = followConnections(httpServer);
const trustServer = encryption?.authority && createTrustServer(encryption.authority, addresses);

/** @type {string[]} */
const announcements = [];
/** @type {(line: string) => void} What is announced during the start is shown below the address. */
let announce = (line) => void announcements.push(line);
const slot = fillServerSlot(httpServer, (line) => announce(line), hosts()[0], names);

let stopping = 0;

/** @param {number} exitCode */
async function stop(exitCode) {
	stopping = Date.now();
	trustServer?.close();
	trustServer?.closeAllConnections();
	await connections.drain(DRAIN_MS);
	await slot.close();
	process.exit(exitCode);
}

/** @param {NodeJS.Signals} signal */
function onSignal(signal) {
	if (stopping === 0) {
		console.log(`\n${messages.start.stopping(signal === 'SIGINT' ? 'Ctrl-C' : signal)}`);
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
function tell(error) {
	const known = error instanceof Error && error.name === 'StartupError';
	console.error(known ? error.message : error);
}

/** @param {unknown} error */
async function fail(error) {
	tell(error);
	if (stopping === 0) await stop(1);
}

async function prepare() {
	const { lan } = readArguments(process.argv.slice(2));
	readSettingsFile();
	return chooseEncryption(lan, process.env, new Date());
}

/** What people may type to get here, the first of it right on this machine. */
function hosts() {
	if (encryption?.authority === null) return encryption.hosts();
	if (host !== '0.0.0.0' && host !== '::') return [host];
	return encryption?.hosts() ?? ['localhost', ...reachableAddresses()];
}

/** Names alone: a passkey is bound to one. Without encryption it works on this machine. */
function names() {
	return encryption?.names() ?? ['localhost'];
}

function addresses() {
	const { ORIGIN: origin } = process.env;
	return origin ? [origin] : hosts().map((name) => addressOf(httpServer, name));
}

/** A taken port is told at once, and the application may ask for its own address while it starts. */
async function listenFirst() {
	const { PORT, HTTP_PORT } = process.env;
	const port = Number(PORT || '3000');
	// What is no port is left to config.ts, which knows the sentence for it.
	if (!/^\d{0,5}$/.test(PORT ?? '') || port > 65_535) return;
	await listen(httpServer, { host, port, setting: 'PORT' });
	if (!trustServer) return;
	const own = trustPort(HTTP_PORT, port);
	await listen(trustServer, { host, port: own, setting: 'HTTP_PORT' });
}

/** What to do next on other devices. Also for who wrote `npm start --lan`: npm keeps that to itself. */
function linesForDevices() {
	if (trustServer && encryption.authority) {
		return trustLines(trustServer, encryption.authority, addresses());
	}
	return encryption || process.env.ORIGIN ? [] : [messages.start.lanHint];
}

function greet() {
	const ready = messages.start.ready(addresses());
	console.log([ready, ...linesForDevices(), ...announcements].join('\n'));
	announce = (line) => console.log(line);
}

async function start() {
	await listenFirst();

	// The adapter's own variables: it learns each request's address from our headers.
	process.env.FACETRACK_KIT_PROTOCOL_HEADER = ADDRESS_HEADERS.protocol;
	process.env.FACETRACK_KIT_HOST_HEADER = ADDRESS_HEADERS.host;
	process.env.FACETRACK_KIT_ADDRESS_HEADER = ADDRESS_HEADERS.client;
	process.env.FACETRACK_KIT_BODY_SIZE_LIMIT = LARGEST_BODY;
	// A variable, because the build does not exist while the sources are checked.
	const build = new URL('./build/handler.js', import.meta.url).href;
	/** @type {{ handler: Handler }} */
	const { handler } = await import(build);

	const { ORIGIN: origin, TRUST_PROXY } = process.env;
	const rules = { origin: origin || null, trustProxy: /^(true|1)$/.test(TRUST_PROXY ?? '') };
	httpServer.on('upgrade', (_request, socket) => connections.upgrade(socket));
	handle = (request, response) => {
		writeAddress(request, rules);
		if (refuseLargeBody(request, response)) return;
		handler(request, response, () => response.writeHead(404).end('Not found'));
	};
	if (encryption && httpServer instanceof HttpsServer) {
		keepCertificate(httpServer, encryption, (line) => announce(line));
	}
	greet();
}

await start().catch(fail);
