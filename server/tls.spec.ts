// Protects: a certificate that cannot serve is told in one sentence at the start; one that was renewed,
// or is due, is taken up while the server runs; and half of a renewal never breaks what works.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueCertificate, makeAuthority, readAuthority } from './certificates.js';
import { messages } from './messages.js';
import { chooseEncryption, keepCertificate, type Encryption } from './tls.js';

const { start: sentences } = messages;
const now = new Date();
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const names = { names: ['roll.school.example'], addresses: ['10.0.0.3'] };

let folder: string;
let certPath: string;
let keyPath: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'facetrack-tls-'));
	certPath = join(folder, 'cert.pem');
	keyPath = join(folder, 'key.pem');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function makePair(at = now) {
	const authority = await readAuthority(await makeAuthority('Test', ['school.example'], at));
	return issueCertificate(authority, names, at);
}

async function writePair({ cert, key }: { cert: string; key: string }): Promise<void> {
	await writeFile(certPath, cert);
	await writeFile(keyPath, key);
}

const chooseFiles = () => chooseEncryption(false, { TLS_CERT: certPath, TLS_KEY: keyPath }, now);
const chooseLan = () => chooseEncryption(true, { DATA_DIR: folder }, now);

async function chosen(choice: Promise<Encryption | null>): Promise<Encryption> {
	const encryption = await choice;
	if (encryption === null) throw new Error('nothing was chosen');
	return encryption;
}

describe('chooseEncryption', () => {
	it('encrypts only where that is asked for', async () => {
		expect(await chooseEncryption(false, { TLS_CERT: '', TLS_KEY: '' }, now)).toBeNull();
	});

	it.each([
		['--lan beside TLS_CERT', true, { TLS_CERT: 'a' }, sentences.twoCertificates],
		['TLS_CERT alone', false, { TLS_CERT: 'a' }, sentences.halfACertificate],
		['TLS_KEY alone', false, { TLS_KEY: 'a' }, sentences.halfACertificate],
		['a plain ORIGIN', true, { ORIGIN: 'http://roll.example' }, sentences.originUnencrypted],
	])('refuses %s', async (_case, lan, env, sentence) => {
		await expect(chooseEncryption(lan, env, now)).rejects.toThrow(sentence);
	});

	it('takes files, and knows the names to show', async () => {
		const pair = await makePair();
		await writePair(pair);
		const encryption = await chosen(chooseFiles());
		expect(encryption).toMatchObject({ first: pair, authority: null });
		expect(encryption.hosts()).toEqual(['roll.school.example', '10.0.0.3']);
		expect(encryption.names()).toEqual(['roll.school.example']);
	});

	it('knows names for the local network too: those that a phone finds first, no addresses', async () => {
		const names = (await chosen(chooseLan())).names();
		expect(names.at(-1)).toBe('localhost');
		expect(names.filter((name) => isIP(name) !== 0)).toEqual([]);
		const wholes = names.map((name) => name.includes('.'));
		expect(wholes).toEqual(wholes.toSorted((a, b) => Number(b) - Number(a)));
	});

	it('says which file cannot be used, and why', async () => {
		const missing = sentences.fileUnreadable('TLS_CERT', certPath, 'ENOENT');
		await expect(chooseFiles()).rejects.toThrow(missing);
		const pair = await makePair();
		await writePair({ ...pair, cert: pair.key });
		await expect(chooseFiles()).rejects.toThrow(sentences.noCertificate(certPath));
		await writePair({ ...pair, key: pair.cert });
		await expect(chooseFiles()).rejects.toThrow(sentences.noPrivateKey(keyPath));
		await writePair({ ...pair, key: (await makePair()).key });
		await expect(chooseFiles()).rejects.toThrow(sentences.keyOfAnother(certPath, keyPath));
		await writePair(await makePair(inDays(-91)));
		await expect(chooseFiles()).rejects.toThrow(/ended on 20\d\d-\d\d-\d\d: renew it/);
		await writePair(await makePair(inDays(3)));
		await expect(chooseFiles()).rejects.toThrow(/begins on 20\d\d-\d\d-\d\d only/);
	});
});

describe('the next certificate', () => {
	it('of files is theirs once both are new', async () => {
		await writePair(await makePair());
		const encryption = await chosen(chooseFiles());
		expect(await encryption.next(now)).toBeNull();
		const renewed = await makePair();
		await writeFile(certPath, renewed.cert);
		await expect(encryption.next(now)).rejects.toThrow(sentences.keyOfAnother(certPath, keyPath));
		await writeFile(keyPath, renewed.key);
		expect(await encryption.next(now)).toEqual(renewed);
		expect(await encryption.next(now)).toBeNull();
	});

	it('of the own authority comes when less than 30 days are left', async () => {
		const encryption = await chosen(chooseLan());
		expect(await encryption.next(inDays(59))).toBeNull();
		const renewed = await encryption.next(inDays(61));
		expect(Date.parse(new X509Certificate(renewed?.cert ?? '').validTo)).toBeGreaterThan(
			inDays(150).getTime(),
		);
		expect(await encryption.next(inDays(61))).toBeNull();
	});
});

it('a server that runs changes its certificate, and tells a failure once', async () => {
	const [first, second] = [await makePair(), await makePair()];
	const server = createServer(first, (_request, response) => response.end());
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const answers = [
		() => Promise.reject(new Error('Half.')),
		() => Promise.reject(new Error('Half.')),
		() => Promise.resolve(second),
	];
	const lines: string[] = [];
	const stop = await new Promise<() => void>((changed) => {
		const next = () => answers.shift()?.() ?? Promise.resolve(null);
		const end = keepCertificate(
			server,
			{ next },
			(line) => {
				lines.push(line);
				if (line === sentences.certificateChanged) changed(end);
			},
			5,
		);
	});
	stop();
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
	await once(socket, 'secureConnect');
	expect(socket.getPeerX509Certificate()?.toString()).toBe(
		new X509Certificate(second.cert).toString(),
	);
	socket.destroy();
	server.close();
	expect(lines).toEqual([sentences.certificateKept('Half.'), sentences.certificateChanged]);
});
