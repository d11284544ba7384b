// Protects: encryption over the production entry. A device that trusts the authority of `--lan`, and
// nothing else, reaches the machine by each of its addresses; cookies, forms and sockets know that they
// are encrypted, by whichever way; and what a client says of itself is not believed.
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, makeAuthority, readAuthority } from '../../server/certificates.js';
import { localNames } from '../../server/local-names.js';
import { messages } from '../../server/messages.js';
import {
	makeFirstAdmin,
	PASSWORD,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import {
	buildOnce,
	freePort,
	startRefusedServer,
	startServer,
	type RunningServer,
} from '../helpers/server';
import { Client } from '../helpers/sockets';

let app: TestApplication;
let admin: Account;
let folder: string;
/** By `--lan`, by TLS_CERT, behind a trusted proxy, and by nothing. */
let lan: RunningServer;
let own: RunningServer;
let proxied: RunningServer;
let plain: RunningServer;
/** The certificates of the authorities, PEM. */
let lanCa: string;
let ownCa: string;

beforeAll(buildOnce, 300_000);
beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	folder = await mkdtemp(join(tmpdir(), 'facetrack-lan-'));
	const authority = await readAuthority(await makeAuthority('School', ['localhost'], new Date()));
	ownCa = authority.certificate.toString('pem');
	const local = { names: ['localhost'], addresses: ['127.0.0.1'] };
	const pair = await issueCertificate(authority, local, new Date());
	const [TLS_CERT, TLS_KEY] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
	await writeFile(TLS_CERT, pair.cert);
	await writeFile(TLS_KEY, pair.key);
	const env = { DATABASE_URL: app.database.url };
	[lan, own, proxied, plain] = await Promise.all([
		startServer({ env, args: ['--lan'] }),
		startServer({ env: { ...env, TLS_CERT, TLS_KEY } }),
		startServer({ env: { ...env, TRUST_PROXY: 'true' } }),
		startServer({ env }),
	]);
	const der = await buffer(await ask(trustAddress() + '/ca.crt'));
	lanCa = new X509Certificate(der).toString();
}, 120_000);
afterAll(async () => {
	await Promise.all([lan, own, proxied, plain].map((server) => server.stop()));
	await rm(folder, { recursive: true, force: true });
	await app.stop();
});

const trustAddress = () => /http:\/\/[^/\s]+/.exec(lan.output())?.[0] ?? '';

interface Question {
	/** The only authority that is trusted. */
	ca?: string;
	headers?: Record<string, string>;
	form?: Record<string, string>;
}

function ask(url: string, { ca, headers = {}, form }: Question = {}): Promise<IncomingMessage> {
	const body = form && new URLSearchParams(form).toString();
	const type = body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' };
	const options = { method: body === undefined ? 'GET' : 'POST', headers: { ...headers, ...type } };
	return new Promise((resolve, reject) => {
		const request = url.startsWith('https:')
			? secureRequest(url, { ...options, ...(ca && { ca }) }, resolve)
			: plainRequest(url, options, resolve);
		request.once('error', reject).end(body);
	});
}

/** Signs in by the form; the answer's cookie, null when there was none. */
async function signIn(url: string, { ca, headers = {} }: Question = {}): Promise<string | null> {
	const answer = await ask(`${url}/sign-in`, {
		ca,
		headers: { accept: 'text/html', origin: url, ...headers },
		form: { signInName: admin.signInName, password: PASSWORD },
	});
	answer.resume();
	return answer.headers['set-cookie']?.[0] ?? null;
}

const tokenIn = (cookie: string | null) =>
	/facetrack_session=([^;]+)/.exec(cookie ?? '')?.[1] ?? '';

describe('--lan', () => {
	it('serves each address of this machine to a device that trusts its authority alone', async () => {
		const { port } = new URL(lan.url);
		// Not IPv6: the server listens on IPv4 unless HOST says otherwise.
		const reachable = localNames(null).addresses.filter((address) => !address.includes(':'));
		for (const host of ['localhost', ...reachable]) {
			const health = await ask(`https://${host}:${port}/healthz`, { ca: lanCa });
			expect([host, health.resume().statusCode]).toEqual([host, 200]);
		}
		await expect(ask(`${lan.url}/healthz`)).rejects.toThrow(/certificate/);
		await expect(ask(`${lan.url}/healthz`, { ca: ownCa })).rejects.toThrow(/certificate|signature/);
	});

	it('says in the terminal where to begin, and by which fingerprint to know it', () => {
		const output = lan.output();
		expect(lan.url).toMatch(/^https:\/\/localhost:\d+$/);
		expect(output).toContain(messages.start.trustFirst(trustAddress()));
		expect(output).toContain(new X509Certificate(lanCa).fingerprint256);
	});

	it('sends plain requests on', async () => {
		const answer = (await ask(`${trustAddress()}/today`)).resume();
		const { hostname } = new URL(trustAddress());
		expect(answer.headers.location).toBe(`https://${hostname}:${new URL(lan.url).port}/today`);
	});

	it('makes its first link an encrypted one', async () => {
		const fresh = await startServer({ args: ['--lan'] });
		try {
			expect(fresh.output()).toContain(`${fresh.url}/invitation/`);
		} finally {
			await fresh.stop();
		}
	});

	it('does not bind a browser to an address that may be another’s tomorrow', async () => {
		const answer = (await ask(`${lan.url}/sign-in`, { ca: lanCa })).resume();
		expect(answer.headers['strict-transport-security']).toBeUndefined();
	});
});

it('TLS_CERT binds browsers to the encrypted address', async () => {
	expect(own.url).toMatch(/^https:\/\/localhost:\d+$/);
	for (const path of ['/sign-in', '/healthz', '/models/index.json']) {
		const answer = (await ask(own.url + path, { ca: ownCa })).resume();
		expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
	}
});

describe('what is encrypted knows it', () => {
	/** The way in, and what its requests carry. */
	const ways = [
		['--lan', () => ({ url: lan.url, ca: lanCa, headers: {} })],
		['TLS_CERT', () => ({ url: own.url, ca: ownCa, headers: {} })],
		[
			'a trusted proxy',
			() => ({ url: proxied.url, ca: undefined, headers: { 'x-forwarded-proto': 'https' } }),
		],
	] as const;

	it.each(ways)('%s: the cookie is Secure, and opens a socket', async (_way, way) => {
		const { url, ca, headers } = way();
		const origin = url.replace(/^http:/, 'https:');
		const cookie = await signIn(url, { ca, headers: { ...headers, origin } });
		expect(cookie).toMatch(/; Secure(;|$)/);
		const session = tokenIn(cookie);
		const client = await Client.connect(url, { session, origin, ca, headers });
		client.close();
	});

	it.each(ways)('%s: a page of the same name that is not is refused', async (_way, way) => {
		const { url, ca, headers } = way();
		const origin = url.replace(/^https:/, 'http:');
		expect(await signIn(url, { ca, headers: { ...headers, origin } })).toBeNull();
		const encrypted = url.replace(/^http:/, 'https:');
		const session = tokenIn(await signIn(url, { ca, headers: { ...headers, origin: encrypted } }));
		await expect(Client.connect(url, { session, origin, ca, headers })).rejects.toThrow();
	});
});

describe('a class’s settings name the addresses at which passkeys work', () => {
	async function told(url: string, ca?: string): Promise<string> {
		const { id } = await app.container.classes.create(admin.actor, 'Biology 9B');
		const { token } = await app.container.sessions.create(admin.actor.id);
		const headers = { cookie: `facetrack_session=${token}`, accept: 'text/html' };
		const page = await ask(`${url}/classes/${id}?tab=settings`, { ca, headers });
		return (await buffer(page)).toString();
	}

	it('by --lan: every name of this machine, and no address of numbers', async () => {
		const text = await told(lan.url, lanCa);
		const { port } = new URL(lan.url);
		const { names, addresses } = localNames(null);
		for (const name of names) expect(text).toContain(`https://${name}:${port}`);
		for (const address of addresses) expect(text).not.toContain(`https://${address}:${port}`);
	});

	it('by TLS_CERT: the names of the certificate', async () => {
		const text = await told(own.url, ownCa);
		expect(text).toContain(own.url);
		expect(text).not.toContain('https://127.0.0.1');
	});

	it('without encryption: this machine alone', async () => {
		const text = await told(plain.url);
		expect(text).toContain(`http://localhost:${new URL(plain.url).port}`);
		expect(text).not.toContain('https://');
	});

	it('by ORIGIN: that one alone', async () => {
		const [PORT, ORIGIN] = [String(await freePort()), 'https://roll.school.example'];
		const server = await startServer({ env: { DATABASE_URL: app.database.url, ORIGIN, PORT } });
		try {
			const text = await told(`http://127.0.0.1:${PORT}`);
			expect(text).toContain(ORIGIN);
			expect(text).not.toContain('http://localhost');
		} finally {
			await server.stop();
		}
	});
});

it('where nothing is encrypted, the terminal says how it can be', () => {
	for (const server of [lan, own]) expect(server.output()).not.toContain(messages.start.lanHint);
	expect(plain.output()).toContain(messages.start.lanHint);
});

it('a client’s own word on how it came is not believed', async () => {
	const headers = {
		'x-forwarded-proto': 'https',
		'x-forwarded-host': 'roll.example',
		'x-facetrack-protocol': 'https',
	};
	expect(await signIn(plain.url, { headers })).not.toContain('Secure');
	expect(
		await signIn(plain.url, { headers: { ...headers, origin: 'https://roll.example' } }),
	).toBeNull();
	const session = tokenIn(await signIn(plain.url));
	const made = { session, origin: 'https://roll.example', headers };
	await expect(Client.connect(plain.url, made)).rejects.toThrow();
});

describe('what cannot be', () => {
	it.each([
		['an unknown option', ['--lam'], {}, messages.start.unknownOption('--lam')],
		[
			'two certificates',
			['--lan'],
			{ TLS_CERT: 'a', TLS_KEY: 'b' },
			messages.start.twoCertificates,
		],
		['half a certificate', [], { TLS_KEY: 'b' }, messages.start.halfACertificate],
		[
			'a file that is not there',
			[],
			{ TLS_CERT: '/nowhere/cert.pem', TLS_KEY: '/nowhere/key.pem' },
			messages.start.fileUnreadable('TLS_CERT', '/nowhere/cert.pem', 'ENOENT'),
		],
		['a wrong HTTP_PORT', ['--lan'], { HTTP_PORT: 'http' }, messages.start.wrongHttpPort],
		['a plain ORIGIN', ['--lan'], { ORIGIN: 'http://a.example' }, messages.start.originUnencrypted],
	])('%s is one sentence and a non-zero exit', async (_case, args, env, sentence) => {
		const ended = await startRefusedServer({ args, env });
		expect(ended).toEqual({ code: 1, output: `${sentence}\n` });
	});

	it('a taken HTTP_PORT is told by its name', async () => {
		const HTTP_PORT = new URL(trustAddress()).port;
		const ended = await startRefusedServer({ args: ['--lan'], env: { HTTP_PORT } });
		expect(ended.output.trim()).toBe(messages.start.portTaken(Number(HTTP_PORT), 'HTTP_PORT'));
		expect(ended.code).toBe(1);
	});
});
