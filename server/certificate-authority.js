import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
	CERTIFICATE_DAYS,
	issueCertificate,
	makeAuthority,
	mayVouchFor,
	readAuthority,
} from './certificates.js';
import { messages } from './messages.js';
import { errorCode, StartupError } from './startup-error.js';

const FILE = 'lan-authority.pem';

/** @typedef {import('./local-names.js').LocalNames} LocalNames */

/**
 * @typedef {object} LocalAuthority
 * @property {boolean} isNew made just now: every device has to trust it
 * @property {string} name what devices call it
 * @property {Buffer} der its certificate
 * @property {string} fingerprint SHA-256 of `der`, `AB:CD:…`
 * @property {(local: LocalNames, now: Date) => Promise<{ key: string, cert: string }>} issue
 *   a certificate for these names, as far as the authority may vouch for them; PEM
 */

/**
 * The authority of this installation, kept in the data folder. A new one is made when there is none,
 * when it ends soon, or when it may not vouch for a name that is needed now.
 *
 * @param {string} dataDir
 * @param {LocalNames} local
 * @param {string[]} needed names without which it is of no use
 * @param {Date} now
 * @returns {Promise<LocalAuthority>}
 * @throws {StartupError} the file cannot be read, understood or written
 */
export async function openAuthority(dataDir, local, needed, now) {
	const path = join(dataDir, FILE);
	const kept = await readKept(path);
	const serves = kept !== null && isOfUse(kept, needed, now);
	const authority = serves ? kept : await makeKept(path, dataDir, local, now);
	const der = Buffer.from(authority.certificate.rawData);
	return {
		isNew: !serves,
		name: authority.certificate.subjectName.getField('CN')[0] ?? '',
		der,
		fingerprint: new X509Certificate(der).fingerprint256,
		issue: ({ names, addresses }, at) =>
			issueCertificate(
				authority,
				{ names: names.filter((name) => mayVouchFor(authority, name)), addresses },
				at,
			),
	};
}

/** @typedef {import('./certificates.js').Authority} Authority */

/** @param {Authority} authority @param {string[]} needed @param {Date} now */
function isOfUse(authority, needed, now) {
	const left = authority.certificate.notAfter.getTime() - now.getTime();
	// A certificate must not outlive its authority.
	const lasts = left > CERTIFICATE_DAYS * 24 * 60 * 60 * 1000;
	return lasts && needed.every((name) => mayVouchFor(authority, name));
}

/** @param {string} path @returns {Promise<Authority | null>} null: there is none */
async function readKept(path) {
	let text;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return null;
		throw new StartupError(messages.start.authorityUnreadable(path, errorCode(error)));
	}
	// A restored backup may have lost the file's mode.
	await chmod(path, 0o600).catch(() => undefined);
	try {
		return await readAuthority(text);
	} catch {
		throw new StartupError(messages.start.authorityDamaged(path));
	}
}

/** @param {string} path @param {string} dataDir @param {LocalNames} local @param {Date} now */
async function makeKept(path, dataDir, { names }, now) {
	const [machine = ''] = hostname().split('.', 1);
	// Every `.local` name: a machine that is renamed keeps its authority.
	const pem = await makeAuthority(`FaceTrack ${machine}`, ['local', ...names], now);
	try {
		// The mode is the one that the embedded database needs, should this be the folder's first file.
		await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
		await writeWhole(path, pem);
	} catch (error) {
		throw new StartupError(messages.start.dataDirUnwritable(dataDir, errorCode(error)));
	}
	return readAuthority(pem);
}

/**
 * Puts the file in place whole or not at all: half a key would stop every later start.
 *
 * @param {string} path
 * @param {string} text
 */
async function writeWhole(path, text) {
	const draft = `${path}.draft`;
	const handle = await open(draft, 'w', 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(draft, path);
}
