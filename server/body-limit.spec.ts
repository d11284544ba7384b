// Protects the server's memory: nobody can send it more than a page needs, and only an import is long.
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refuseLargeBody } from './body-limit.js';

const MB = 1_048_576;
let server: Server;

beforeAll(async () => {
	server = createServer((req, res) => {
		if (refuseLargeBody(req, res)) return;
		req.resume().on('end', () => res.writeHead(200).end('taken'));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

/** Sends so many bytes; null: without saying how many. */
function send(path: string, bytes: number | null): Promise<{ status: number; text: string }> {
	const { port } = server.address() as AddressInfo;
	return new Promise((resolve, reject) => {
		const headers =
			bytes === null ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes };
		const sending = request({ port, path, method: 'POST', headers }, (response) => {
			let text = '';
			response.on('data', (chunk: Buffer) => (text += chunk.toString()));
			response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
			response.on('error', reject);
		});
		// A refusal comes while the body is still being sent, and closes the connection.
		sending.on('error', () => undefined);
		sending.end(Buffer.alloc(bytes ?? 10));
	});
}

it.each([
	['/classes', MB, 200],
	['/classes', MB + 1, 413],
	['/reports/import?/preview', 5 * MB, 200],
	['/reports/import?/preview', 5 * MB + 1, 413],
	['/reports/importer', MB + 1, 413],
	['/sign-in?next=/reports/import', MB + 1, 413],
])('%s takes %i bytes or not: %i', async (path, bytes, status) => {
	expect((await send(path, bytes)).status).toBe(status);
});

it('says what to do', async () => {
	expect((await send('/classes', 2 * MB)).text).toContain('1 MB');
});

it('wants to know how much comes', async () => {
	expect((await send('/classes', null)).status).toBe(411);
});
