import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { messages } from './messages.js';
import { errorCode, StartupError } from './startup-error.js';

/** @typedef {{ key: string, cert: string }} Pair PEM */

/**
 * Reads a certificate with its chain, and its key.
 *
 * @param {string} certPath
 * @param {string} keyPath
 * @param {Date} now
 * @returns {Promise<Pair & { names: string[] }>} with the names and addresses that it is for, without
 *   wildcards
 * @throws {StartupError} a file cannot be read or holds something else, the two do not belong
 *   together, or the certificate does not hold now
 */
export async function readCertificateFiles(certPath, keyPath, now) {
	const cert = await readSetting('TLS_CERT', certPath);
	const key = await readSetting('TLS_KEY', keyPath);
	const certificate = attempt(
		() => new X509Certificate(cert),
		messages.start.noCertificate(certPath),
	);
	const privateKey = attempt(() => createPrivateKey(key), messages.start.noPrivateKey(keyPath));
	if (!certificate.checkPrivateKey(privateKey)) {
		throw new StartupError(messages.start.keyOfAnother(certPath, keyPath));
	}
	attempt(() => createSecureContext({ cert, key }), messages.start.certificateUnusable(certPath));
	if (new Date(certificate.validTo) <= now) {
		throw new StartupError(messages.start.certificateEnded(certPath, day(certificate.validTo)));
	}
	if (new Date(certificate.validFrom) > now) {
		throw new StartupError(messages.start.certificateEarly(certPath, day(certificate.validFrom)));
	}
	return { cert, key, names: namesOf(certificate) };
}

/** @param {string} text as OpenSSL writes a time */
const day = (text) => new Date(text).toISOString().slice(0, 10);

/** @param {string} setting @param {string} path */
async function readSetting(setting, path) {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		throw new StartupError(messages.start.fileUnreadable(setting, path, errorCode(error)));
	}
}

/**
 * @template T
 * @param {() => T} work
 * @param {string} sentence
 */
function attempt(work, sentence) {
	try {
		return work();
	} catch {
		throw new StartupError(sentence);
	}
}

/** @param {X509Certificate} certificate */
function namesOf({ subjectAltName = '' }) {
	return subjectAltName
		.split(', ')
		.map((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? '')
		.filter((name) => name !== '' && !name.includes('*'));
}
