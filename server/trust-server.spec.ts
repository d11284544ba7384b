// Protects: a device that trusts nothing here yet gets the page, the certificate and its fingerprint
// over plain http, and is sent on to HTTPS by the host that it asked for, never to another one.
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { renderSVG } from 'uqr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messages } from './messages.js';
import { createTrustServer, trustLines, trustPort } from './trust-server.js';

const authority = {
	isNew: false,
	name: 'FaceTrack <ada>',
	der: Buffer.from('certificate'),
	fingerprint: 'AB:CD:EF',
	issue: () => Promise.reject(new Error('nobody asks for one here')),
};
const app = ['https://localhost:3000', 'https://192.168.1.20:3000', 'https://ada.local:3000'];

let server: Server;
let port: number;
beforeEach(async () => {
	server = createTrustServer(authority, () => app);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	port = typeof address === 'object' && address ? address.port : 0;
});
afterEach(() => {
	server.close();
	server.closeAllConnections();
});

function ask(path: string, host: string, method = 'GET'): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const options = { port, host: '127.0.0.1', path, method, headers: { host } };
		httpRequest(options, resolve).once('error', reject).end();
	});
}

describe('the page', () => {
	it('shows a code of itself, one of FaceTrack, the fingerprint, and the steps for each device', async () => {
		const answer = await ask('/', `ada.local:${port}`);
		const page = await text(answer);
		expect(page).toContain('AB:<wbr>CD:<wbr>EF');
		expect(page).toContain('FaceTrack &lt;ada>');
		for (const { device } of messages.trust.guides) expect(page).toContain(device);
		for (const address of [`http://ada.local:${port}`, 'https://ada.local:3000']) {
			expect(page).toContain(renderSVG(address, { ecc: 'M', border: 4 }).slice(4));
		}
		expect(answer.headers['content-security-policy']).toMatch(
			/^default-src 'none'; style-src 'sha256-/,
		);
		expect(page).not.toContain('<script');
	});

	it('gives an address that others can open, however the teacher came', async () => {
		const page = await text(await ask('/', `localhost:${port}`));
		expect(page).toContain(`href="http://192.168.1.20:${port}"`);
		expect(page).not.toContain('//localhost');
	});

	it('is not led astray by a Host header that is none', async () => {
		const page = await text(await ask('/', '"><script>'));
		expect(page).toContain('href="https://192.168.1.20:3000"');
		expect(page).not.toContain('<script');
	});
});

it('hands out the certificate by the type that devices know', async () => {
	const answer = await ask('/ca.crt', 'ada.local');
	expect(answer.headers['content-type']).toBe('application/x-x509-ca-cert');
	expect(await text(answer)).toBe('certificate');
});

it.each([
	['/today?x=1', `ada.local:1`, 'https://ada.local:3000/today?x=1'],
	['/sign-in', '192.168.1.20', 'https://192.168.1.20:3000/sign-in'],
	['//evil.example/', 'evil.example', 'https://192.168.1.20:3000//evil.example/'],
	// A name of this machine that stands in no list: localhost would be the phone itself.
	['/today', 'laptop:1', 'https://192.168.1.20:3000/today'],
	['http://evil.example/', 'evil.example', null],
])('sends %s of %s on', async (path, host, location) => {
	const answer = await ask(path, host, 'POST');
	answer.resume();
	expect(answer.headers.location ?? null).toBe(location);
	expect(answer.statusCode).toBe(location === null ? 200 : 307);
});

it('tells the terminal its address and the fingerprint', () => {
	expect(trustLines(server, authority, app)).toEqual([
		messages.start.trustFirst(`http://192.168.1.20:${port}`),
		messages.start.fingerprint('AB:CD:EF'),
	]);
});

describe('trustPort', () => {
	it('is 80 above the one of FaceTrack, or as it is wished', () => {
		const ports = [trustPort('', 3000), trustPort(undefined, 443), trustPort('', 0)];
		expect([...ports, trustPort('8080', 3000)]).toEqual([3080, 80, 0, 8080]);
		for (const [wanted, appPort] of [
			['http', 3000],
			['70000', 3000],
			['', 65_500],
		] as const) {
			expect(() => trustPort(wanted, appPort)).toThrow(messages.start.wrongHttpPort);
		}
	});
});
