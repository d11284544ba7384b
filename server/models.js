import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../models/prepared/', import.meta.url));

/** @type {Record<string, string>} */
const TYPES = {
	'.json': 'application/json',
	'.bin': 'application/octet-stream',
	'.wasm': 'application/wasm',
	'.js': 'text/javascript',
};

/**
 * Answers requests below `/models/` from `models/prepared/`. A folder there is named after the hash
 * of its content, so its files never change and are cached for good; `index.json` does change.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @returns {boolean} false when the path is none of ours and nothing was done
 */
export function serveModels(request, response) {
	const pathname = (request.url ?? '').split('?', 1)[0] ?? '';
	if (!pathname.startsWith('/models/')) return false;
	void send(pathname, request, response);
	return true;
}

/**
 * @param {string} pathname
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function send(pathname, request, response) {
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.writeHead(405, { allow: 'GET, HEAD' }).end();
		return;
	}
	const file = fileFor(pathname);
	const found = file ? await stat(file).catch(() => null) : null;
	if (!file || !found?.isFile()) {
		response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
		return;
	}
	response.writeHead(200, {
		'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
		'content-length': found.size,
		'cache-control': pathname.endsWith('/index.json')
			? 'no-cache'
			: 'public, max-age=31536000, immutable',
	});
	if (request.method === 'HEAD') {
		response.end();
		return;
	}
	// A reader that goes away half-way is its own affair, not an error of ours.
	await pipeline(createReadStream(file), response).catch(() => response.destroy());
}

/**
 * @param {string} pathname
 * @returns {string | null} the file's path, or null when it would lie outside the folder
 */
function fileFor(pathname) {
	let name;
	try {
		name = decodeURIComponent(pathname.slice('/models/'.length));
	} catch {
		return null;
	}
	const inside = name.split(/[/\\]/).every((part) => part !== '' && !part.startsWith('.'));
	if (!inside || name.includes('\0') || (sep === '\\' && name.includes(':'))) return null;
	return join(ROOT, name);
}
