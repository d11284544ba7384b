// Protects: a device that trusts this installation's authority, and nothing else, reaches this machine
// by each of its names and addresses; the authority stays the same over restarts, its key is readable
// by its owner alone, and it opens no other site.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkServerIdentity, connect, rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAuthority } from './certificate-authority.js';
import { CERTIFICATE_DAYS, issueCertificate, readAuthority } from './certificates.js';
import { messages } from './messages.js';

const now = new Date();
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const local = {
	names: ['ada.local', 'ada.school.example', 'localhost'],
	addresses: ['127.0.0.1', '192.168.1.20', '::1', 'fd00::20'],
};

let dataDir: string;
const servers: Server[] = [];

beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'facetrack-authority-'));
});
afterEach(async () => {
	for (const server of servers.splice(0)) server.close();
	await rm(dataDir, { recursive: true, force: true });
});

const file = () => join(dataDir, 'lan-authority.pem');
const open = (needed: string[] = [], at = now) => openAuthority(dataDir, local, needed, at);
const toPem = (der: Buffer) => new X509Certificate(der).toString();

async function serve(pair: { key: string; cert: string }): Promise<number> {
	const server = createServer(pair, (_request, response) => response.end());
	servers.push(server);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}

/** What a device finds that asks for `host` and trusts `ca` alone: 'trusted', or why not. */
async function verdict(port: number, host: string, ca: readonly string[]): Promise<string> {
	const socket = connect({
		port,
		host: '127.0.0.1',
		ca: [...ca],
		...(/[:\d]$/.test(host) ? {} : { servername: host }),
		checkServerIdentity: (_host, certificate) => checkServerIdentity(host, certificate),
	});
	try {
		await once(socket, 'secureConnect');
		return 'trusted';
	} catch (error) {
		return String(error);
	} finally {
		socket.destroy();
	}
}

describe('a device that trusts the authority and nothing else', () => {
	it('reaches the machine by each name and address, and by no other', async () => {
		const authority = await open();
		const port = await serve(await authority.issue(local, now));
		for (const host of [...local.names, ...local.addresses]) {
			expect([host, await verdict(port, host, [toPem(authority.der)])]).toEqual([host, 'trusted']);
		}
		for (const host of ['other.local', '192.168.1.21']) {
			expect(await verdict(port, host, [toPem(authority.der)])).toMatch(
				"does not match certificate's altnames",
			);
		}
	});

	it('is refused by whoever trusts another authority, be it of the same name', async () => {
		const other = await open();
		await rm(file());
		const authority = await open();
		const port = await serve(await authority.issue(local, now));
		for (const ca of [[toPem(other.der)], rootCertificates]) {
			expect(await verdict(port, 'localhost', ca)).not.toBe('trusted');
		}
	});

	it('does not believe it about the names of other sites, whoever has its key', async () => {
		const { der } = await open();
		const stolen = await readAuthority(await readFile(file(), 'utf8'));
		const forged = { names: ['bank.example', 'school.example'], addresses: [] };
		const port = await serve(await issueCertificate(stolen, forged, now));
		for (const host of forged.names) {
			expect(await verdict(port, host, [toPem(der)])).toMatch('permitted subtree violation');
		}
	});

	it('gets a certificate that is short enough for every device, with an hour of slow clock', async () => {
		const { cert } = await (await open()).issue(local, now);
		const { validFrom, validTo, keyUsage } = new X509Certificate(cert);
		expect(Date.parse(validFrom)).toBeLessThan(now.getTime() - 3_600_000);
		expect(Date.parse(validTo) - Date.parse(validFrom)).toBeLessThan(398 * 86_400_000);
		expect(keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
	});
});

describe('the authority', () => {
	it('is made once, for its owner alone, and found again', async () => {
		const first = await open();
		expect(first.isNew).toBe(true);
		expect((await stat(file())).mode & 0o777).toBe(0o600);
		const again = await open(['ada.school.example'], inDays(3000));
		expect(again).toMatchObject({ isNew: false, fingerprint: first.fingerprint });
	});

	it('is made anew before a certificate would outlive it, and for a name that it may not vouch for', async () => {
		const { fingerprint } = await open();
		const late = await open([], inDays(3651 - CERTIFICATE_DAYS));
		expect(late.isNew).toBe(true);
		const moved = { names: [...local.names, 'roll.example'], addresses: [] };
		const named = await openAuthority(dataDir, moved, ['roll.example'], now);
		expect(named.isNew).toBe(true);
		expect(new Set([fingerprint, late.fingerprint, named.fingerprint]).size).toBe(3);
	});

	it('stays when the machine is renamed, and leaves out what it may not vouch for', async () => {
		const { fingerprint } = await open();
		const renamed = { names: ['bob', 'bob.local', 'localhost'], addresses: ['10.0.0.3'] };
		const authority = await openAuthority(dataDir, renamed, ['localhost'], now);
		expect(authority.fingerprint).toBe(fingerprint);
		const { subjectAltName } = new X509Certificate((await authority.issue(renamed, now)).cert);
		expect(subjectAltName).toBe('DNS:bob.local, DNS:localhost, IP Address:10.0.0.3');
	});

	it('says what to do when its file is damaged or cannot be written', async () => {
		await open();
		await writeFile(file(), (await readFile(file(), 'utf8')).slice(0, 300));
		await expect(open()).rejects.toThrow(messages.start.authorityDamaged(file()));
		const noFolder = process.execPath;
		await expect(openAuthority(noFolder, local, [], now)).rejects.toThrow(noFolder);
	});
});
