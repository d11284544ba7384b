import { TLSSocket } from 'node:tls';

/**
 * Headers that tell SvelteKit's handler the address of a request. They are written here, on every
 * request, so whatever a client sends under these names is overwritten.
 */
export const ADDRESS_HEADERS = Object.freeze({
	protocol: 'x-facetrack-protocol',
	host: 'x-facetrack-host',
	client: 'x-facetrack-client',
});

/**
 * @typedef {object} AddressRules
 * @property {string | null} origin the one public address, when it was configured
 * @property {boolean} trustProxy whether X-Forwarded-* comes from our own proxy
 */

/**
 * Writes down how a request reached us: by the configured origin, else by the proxy's word when it
 * is trusted, else by the Host header and whether this very connection is encrypted.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {AddressRules} rules
 */
export function writeAddress(request, { origin, trustProxy }) {
	/** @param {string} name */
	const forwarded = (name) => (trustProxy ? last(request.headers[name]) : undefined);
	const fixed = origin ? new URL(origin) : null;
	const own = request.socket instanceof TLSSocket ? 'https' : 'http';
	const protocol = fixed?.protocol.slice(0, -1) ?? forwarded('x-forwarded-proto') ?? own;
	request.headers[ADDRESS_HEADERS.protocol] = protocol === 'https' ? 'https' : 'http';
	request.headers[ADDRESS_HEADERS.host] =
		fixed?.host ?? forwarded('x-forwarded-host') ?? request.headers.host ?? 'localhost';
	request.headers[ADDRESS_HEADERS.client] =
		forwarded('x-forwarded-for') ?? request.socket.remoteAddress ?? 'unknown';
}

/**
 * The last entry of a list header: the one that the nearest proxy, ours, has added.
 *
 * @param {string | string[] | undefined} value
 */
function last(value) {
	const text = Array.isArray(value) ? value.join(',') : value;
	return text?.split(',').at(-1)?.trim() || undefined;
}
