import { messages } from './messages.js';

/**
 * The longest body that any page takes, for the adapter: an import's 4 MB and what a form puts around
 * them. Everything else may send a fifth of it.
 */
export const LARGEST_BODY = '5M';
const USUAL_BYTES = 1_048_576;
const IMPORT_BYTES = 5 * USUAL_BYTES;
const IMPORT = /^\/reports\/import(?:\?|$)/;

/**
 * Refuses a body that is too long before it is read, or that does not say how long it is: browsers
 * always do.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @returns {boolean} whether it has answered
 */
export function refuseLargeBody(request, response) {
	const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
	const most = IMPORT.test(request.url ?? '') ? IMPORT_BYTES : USUAL_BYTES;
	const status = encoding !== undefined ? 411 : Number(length ?? 0) > most ? 413 : null;
	if (status === null) return false;
	// What still comes is not read; the next request on this connection would begin in its middle.
	response.writeHead(status, { connection: 'close', 'content-type': 'text/plain; charset=utf-8' });
	response.end(messages.body.tooLarge(most / USUAL_BYTES));
	return true;
}
