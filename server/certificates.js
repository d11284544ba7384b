// First: the library's container for its algorithms asks for it while it loads.
import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
	GeneralName,
	GeneralSubtree,
	GeneralSubtrees,
	id_ce_nameConstraints,
	NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
/**
 * Short, because nobody has to do anything for the next one: devices trust the authority. Below what
 * any device accepts (Apple: 825 days from one's own authority, 398 from a public one).
 */
export const CERTIFICATE_DAYS = 90;
/** Tablets that were off for long have clocks that are behind. */
const SLOW_CLOCK_DAYS = 1;
/** Every device of the last ten years knows it; a key is made in a millisecond. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** @typedef {import('./local-names.js').LocalNames} LocalNames */
/** @typedef {{ certificate: x509.X509Certificate, privateKey: CryptoKey }} Authority */

/** @param {Date} now @param {number} days */
const daysFrom = (now, days) => new Date(now.getTime() + days * DAY_MS);
const makeKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
/** @param {CryptoKey} key */
const keyToPem = async (key) =>
	x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/**
 * Makes a certificate authority of 10 years. It can vouch for servers only, for no other authority,
 * and for no name but those given and what is below them, so that a stolen key opens no other site.
 * Addresses are not limited: those of a laptop are another school's tomorrow.
 *
 * @param {string} commonName what devices show
 * @param {string[]} permitted DNS names
 * @param {Date} now
 * @returns {Promise<string>} its private key and its certificate, PEM
 */
export async function makeAuthority(commonName, permitted, now) {
	const keys = await makeKeys();
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		name: [{ CN: [commonName] }],
		notBefore: daysFrom(now, -SLOW_CLOCK_DAYS),
		notAfter: daysFrom(now, AUTHORITY_DAYS),
		signingAlgorithm: ALGORITHM,
		keys,
		extensions: [
			new x509.BasicConstraintsExtension(true, 0, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
			nameConstraints(permitted),
		],
	});
	return `${await keyToPem(keys.privateKey)}\n${certificate.toString('pem')}\n`;
}

/** @param {string[]} permitted */
function nameConstraints(permitted) {
	const subtrees = permitted.map(
		(name) => new GeneralSubtree({ base: new GeneralName({ dNSName: name }) }),
	);
	const value = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) });
	return new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(value));
}

/**
 * Reads what `makeAuthority` wrote.
 *
 * @param {string} pem
 * @returns {Promise<Authority>}
 * @throws whatever the parts say when the text is damaged
 */
export async function readAuthority(pem) {
	const [key, certificate] = x509.PemConverter.decode(pem);
	if (!key || !certificate) throw new Error('a key and a certificate were expected');
	return {
		privateKey: await crypto.subtle.importKey('pkcs8', key, ALGORITHM, false, ['sign']),
		certificate: new x509.X509Certificate(certificate),
	};
}

/**
 * Whether the authority may vouch for a DNS name.
 *
 * @param {Authority} authority
 * @param {string} name
 */
export function mayVouchFor({ certificate }, name) {
	const extension = certificate.getExtension(id_ce_nameConstraints);
	if (extension === null) return false;
	const { permittedSubtrees } = AsnConvert.parse(extension.value, NameConstraints);
	// Not `map`: the library's own kind of array makes another of its kind, of something else.
	const bases = Array.from(permittedSubtrees ?? [], ({ base }) => base.dNSName);
	return bases.some((base) => base && (name === base || name.endsWith(`.${base}`)));
}

/**
 * Makes a server certificate with a key of its own.
 *
 * @param {Authority} authority
 * @param {LocalNames} local
 * @param {Date} now
 * @returns {Promise<{ key: string, cert: string }>} PEM
 */
export async function issueCertificate(authority, { names, addresses }, now) {
	const keys = await makeKeys();
	const certificate = await x509.X509CertificateGenerator.create({
		subject: [{ CN: ['FaceTrack'] }],
		issuer: authority.certificate.subjectName,
		notBefore: daysFrom(now, -SLOW_CLOCK_DAYS),
		notAfter: daysFrom(now, CERTIFICATE_DAYS),
		signingAlgorithm: ALGORITHM,
		publicKey: keys.publicKey,
		signingKey: authority.privateKey,
		extensions: [
			new x509.BasicConstraintsExtension(false, undefined, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
			new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
			new x509.SubjectAlternativeNameExtension([
				...names.map((value) => ({ type: /** @type {const} */ ('dns'), value })),
				...addresses.map((value) => ({ type: /** @type {const} */ ('ip'), value })),
			]),
			await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
		],
	});
	return { key: await keyToPem(keys.privateKey), cert: certificate.toString('pem') };
}
