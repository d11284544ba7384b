import { createServer } from 'node:http';
import { messages } from './messages.js';
import { StartupError } from './startup-error.js';
import { TRUST_PAGE_POLICY, trustPage } from './trust-page.js';

/** @typedef {import('./certificate-authority.js').LocalAuthority} LocalAuthority */

/**
 * A small server over plain http, for devices that do not trust the authority yet. It shows how, hands
 * out the authority's certificate, and sends every other request on to FaceTrack itself.
 *
 * @param {LocalAuthority} authority
 * @param {() => string[]} app addresses of FaceTrack, `https://192.168.1.20:3000`
 */
export function createTrustServer(authority, app) {
	return createServer((request, response) => {
		const target = request.url?.startsWith('/') ? request.url : '/';
		const path = target.split('?', 1)[0];
		response.setHeader('cache-control', 'no-store');
		response.setHeader('x-content-type-options', 'nosniff');
		if (path === '/ca.crt') {
			// No content-disposition: Safari offers to install what it is not told to save.
			response.writeHead(200, { 'content-type': 'application/x-x509-ca-cert' }).end(authority.der);
		} else if (path === '/') {
			response.writeHead(200, {
				'content-type': 'text/html; charset=utf-8',
				'content-security-policy': TRUST_PAGE_POLICY,
			});
			response.end(trustPage(factsFor(request, authority, app())));
		} else {
			// With its method, and not for good: the address of a laptop is another's tomorrow.
			const location = sameHost(request, app()) + target;
			response.writeHead(307, { location }).end();
		}
	});
}

/** @typedef {import('node:http').IncomingMessage} Request */

/** @param {Request} request @param {LocalAuthority} authority @param {string[]} addresses */
function factsFor(request, { name, fingerprint }, addresses) {
	const reached = [hostIn(request.headers.host), request.socket.localAddress ?? ''];
	const app = forOthers(addresses, reached);
	return { here: plainAddress(app, request.socket.localPort), app, name, fingerprint };
}

/**
 * What the terminal says about it.
 *
 * @param {import('node:http').Server} server listens already
 * @param {LocalAuthority} authority
 * @param {string[]} addresses of FaceTrack
 */
export function trustLines(server, { fingerprint, isNew }, addresses) {
	const bound = server.address();
	const port = typeof bound === 'object' ? bound?.port : undefined;
	return [
		messages.start.trustFirst(plainAddress(forOthers(addresses), port)),
		messages.start.fingerprint(fingerprint),
		...(isNew ? [messages.start.newAuthority] : []),
	];
}

/** @param {string[]} addresses of FaceTrack @param {number | undefined} port of the trust server */
function plainAddress([best = 'https://localhost'], port) {
	const url = new URL(best);
	url.protocol = 'http:';
	url.port = String(port ?? '');
	return url.origin;
}

/**
 * The addresses, those that are proven to reach this machine in front. `localhost`, which is another
 * machine on every device, is left out where there is a better one.
 *
 * @param {string[]} addresses
 * @param {string[]} [reached] hosts by which a request came
 */
function forOthers(addresses, reached = []) {
	const others = addresses.filter((address) => new URL(address).hostname !== 'localhost');
	const proven = reached.map((host) => host.replace('::ffff:', ''));
	/** @param {string} address */
	const isProven = (address) => proven.includes(new URL(address).hostname);
	const ordered = [...others.filter(isProven), ...others.filter((one) => !isProven(one))];
	return ordered.length > 0 ? ordered : addresses;
}

/** @param {Request} request @param {string[]} addresses */
function sameHost({ headers, socket }, addresses) {
	const asked = hostIn(headers.host);
	const own = addresses.find((address) => new URL(address).hostname === asked);
	return own ?? forOthers(addresses, [socket.localAddress ?? ''])[0] ?? '';
}

/** @param {string | undefined} host a Host header */
function hostIn(host) {
	return host && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}

/**
 * The port of this server.
 *
 * @param {string | undefined} wanted HTTP_PORT
 * @param {number} appPort the one of FaceTrack
 * @returns {number} 0: any that is free
 * @throws {StartupError} HTTP_PORT is no port, or has to be set because there is none 80 further on
 */
export function trustPort(wanted, appPort) {
	const usual = { 0: 0, 443: 80 }[appPort] ?? appPort + 80;
	const port = wanted ? (/^\d{1,5}$/.test(wanted) ? Number(wanted) : NaN) : usual;
	if (!(port < 65_536)) throw new StartupError(messages.start.wrongHttpPort);
	return port;
}
