/** Protects the progress bar of the first load: it moves with the bytes, and changes none of them. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countedFetch } from './counted-fetch';

const PIECE = Buffer.alloc(50_000, 7);
const PIECES = 4;

let server: Server;
let url: string;
/** Sends the next piece of the answer that is under way. */
let sendPiece: () => void;

beforeAll(async () => {
	server = createServer((request, response) => {
		if (request.url === '/gone') response.writeHead(404).end();
		else answer(response);
	});
	await new Promise<void>((resolve) => server.listen(0, resolve));
	const address = server.address();
	url = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
});

afterAll(() => void server.close());

function answer(response: ServerResponse): void {
	response.writeHead(200, { 'content-length': PIECE.length * PIECES });
	let sent = 0;
	sendPiece = () => {
		if (++sent < PIECES) response.write(PIECE);
		else response.end(PIECE);
	};
	sendPiece();
}

describe('countedFetch', () => {
	it('tells how far a file is while it comes, and hands over all of it', async () => {
		const told: number[] = [];
		const response = await countedFetch((fraction) => {
			told.push(fraction);
			// Only what was told so far lets the rest be sent.
			if (fraction * PIECES === Math.round(fraction * PIECES) && fraction < 1) sendPiece();
		})(url);
		const body = Buffer.from(await response.arrayBuffer());
		expect(body.equals(Buffer.concat(Array.from({ length: PIECES }, () => PIECE)))).toBe(true);
		expect(told).toEqual(expect.arrayContaining([0.25, 0.5, 0.75, 1]));
		expect(told).toEqual([...told].sort((a, b) => a - b));
	});

	it('hands on what is no file', async () => {
		const told: number[] = [];
		const response = await countedFetch((fraction) => told.push(fraction))(`${url}/gone`);
		expect({ status: response.status, told }).toEqual({ status: 404, told: [] });
	});
});
