import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { readCertificateFiles } from './certificate-files.js';
import { hostOf, localNames, multicastNames, reachableAddresses } from './local-names.js';
import { messages } from './messages.js';
import { StartupError } from './startup-error.js';

/** A certificate of the own authority is renewed when less is left. */
const RENEW_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A laptop that changes its network, or a file that was renewed, waits at most so long. */
const LOOK_EVERY_MS = 60_000;

/** @typedef {{ key: string, cert: string }} Pair PEM */
/** @typedef {import('./certificate-authority.js').LocalAuthority} LocalAuthority */

/**
 * @typedef {object} Encryption
 * @property {Pair} first to begin with
 * @property {(now: Date) => Promise<Pair | null>} next the pair to change to; null: the last one given
 *   is right
 * @property {() => string[]} hosts names and addresses to open, the first one right on this machine
 * @property {() => string[]} names that the certificate vouches for, and no addresses; the first one is
 *   right on other devices, this machine's own comes last
 * @property {LocalAuthority | null} authority the own one, which devices have to trust
 */

/**
 * How the server encrypts by its settings: with the school's certificate, with one of its own for the
 * local network, or not at all.
 *
 * @param {boolean} lan
 * @param {NodeJS.ProcessEnv} env
 * @param {Date} now
 * @returns {Promise<Encryption | null>}
 * @throws {StartupError} settings that contradict each other, or what stands in the way of the
 *   certificate
 */
export async function chooseEncryption(lan, env, now) {
	const { TLS_CERT: cert, TLS_KEY: key } = env;
	const origin = env.ORIGIN && URL.canParse(env.ORIGIN) ? env.ORIGIN : null;
	if (!lan && !cert && !key) return null;
	if (lan && (cert || key)) throw new StartupError(messages.start.twoCertificates);
	if (origin?.startsWith('http:')) throw new StartupError(messages.start.originUnencrypted);
	if (lan) return openLocal(resolve(env.DATA_DIR || '.data'), origin, now);
	if (!cert || !key) throw new StartupError(messages.start.halfACertificate);
	return openFiles(cert, key, now);
}

/** @param {string} certPath @param {string} keyPath @param {Date} start @returns {Promise<Encryption>} */
async function openFiles(certPath, keyPath, start) {
	const { names, ...first } = await readCertificateFiles(certPath, keyPath, start);
	let last = first;
	return {
		first,
		hosts: () => (names.length > 0 ? names : ['localhost']),
		names: () => byReach(names.filter((name) => isIP(name) === 0)),
		authority: null,
		async next(now) {
			const { cert, key } = await readCertificateFiles(certPath, keyPath, now);
			if (cert === last.cert && key === last.key) return null;
			last = { cert, key };
			return last;
		},
	};
}

/** @param {string} dataDir @param {string | null} origin @param {Date} start @returns {Promise<Encryption>} */
async function openLocal(dataDir, origin, start) {
	// Only here: the library is large, and nobody else needs it.
	const { openAuthority } = await import('./certificate-authority.js');
	let local = localNames(origin);
	const host = origin ? hostOf(origin) : 'localhost';
	const needed = local.names.filter((name) => name === host);
	const authority = await openAuthority(dataDir, local, needed, start);
	const first = await authority.issue(local, start);
	let last = first;
	return {
		first,
		hosts: () => ['localhost', ...reachableAddresses(), ...multicastNames()],
		names: () => byReach(local.names),
		authority,
		async next(now) {
			const found = localNames(origin);
			if (lasts(last, now) && JSON.stringify(found) === JSON.stringify(local)) return null;
			last = await authority.issue(found, now);
			local = found;
			return last;
		},
	};
}

/**
 * A phone finds a whole name, and one of the local network by multicast DNS; it rarely finds a name
 * without a dot, and never `localhost`.
 *
 * @param {string[]} names
 */
function byReach(names) {
	/** @param {string} name */
	const rank = (name) => (name === 'localhost' ? 2 : name.includes('.') ? 0 : 1);
	return names.toSorted((a, b) => rank(a) - rank(b));
}

/** @param {Pair} pair @param {Date} now */
function lasts({ cert }, now) {
	const { validTo } = new X509Certificate(cert);
	return new Date(validTo).getTime() - now.getTime() > RENEW_DAYS * DAY_MS;
}

/**
 * Changes the server's certificate while it runs, when there is another. Connections that are open
 * stay. What cannot be used is told once, and the one in use stays.
 *
 * @param {import('node:https').Server} server
 * @param {Pick<Encryption, 'next'>} encryption
 * @param {(line: string) => void} announce
 * @param {number} [everyMs]
 * @returns {() => void} ends it
 */
export function keepCertificate(server, { next }, announce, everyMs = LOOK_EVERY_MS) {
	let told = '';
	const look = async () => {
		try {
			const pair = await next(new Date());
			if (pair) server.setSecureContext(pair);
			if (pair) announce(messages.start.certificateChanged);
			told = '';
		} catch (error) {
			const sentence = error instanceof Error ? error.message : String(error);
			if (sentence !== told) announce(messages.start.certificateKept(sentence));
			told = sentence;
		}
	};
	const timer = setInterval(() => void look(), everyMs);
	timer.unref();
	return () => clearInterval(timer);
}
