import { createHash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { messages } from '$lib/messages';
import type { DatabaseClient } from '../db/client';
import { TooManyError } from '../errors';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Three nets, each for what slips through the one before:
 * - `pair`, an account from one address: somebody who tries passwords by hand. Ten tries leave room
 *   for a forgotten one, and a wrong guess costs 90 s on average.
 * - `address`: one machine that goes through many accounts. A whole school often shares one
 *   address, so it is wide, and tries that succeed are given back.
 * - `stranger`, an account from all addresses where it has never signed in: many machines, one
 *   account. It must not let strangers lock the owner out, so an address where the account has
 *   signed in during the last 60 days (`known`) passes by it and meets the first two only.
 */
const LIMITS = {
	pair: { points: 10, duration: 15 * MINUTE },
	address: { points: 100, duration: HOUR },
	stranger: { points: 100, duration: DAY },
	known: { points: 1, duration: 60 * DAY },
} as const;

export interface SignInAttempt {
	/** As {@link SignInSchema} gives it: in lower case. */
	signInName: string;
	/** IP address of the client. */
	address: string;
}

export interface SignInLimits {
	/**
	 * Counts a try before the password is looked at, so that tries sent at once count as well.
	 * @throws TooManyError with the seconds after which the next one is looked at
	 */
	take(attempt: SignInAttempt): Promise<void>;
	/** The password was right: the pair's failures are forgotten, and this try counts nowhere. */
	succeeded(attempt: SignInAttempt): Promise<void>;
}

/** Counters in PostgreSQL: shared by all nodes, kept over restarts. */
export function createSignInLimits(sql: DatabaseClient['sql']): SignInLimits {
	const storeClient = asClient(sql);
	const limiter = (name: keyof typeof LIMITS) =>
		new RateLimiterPostgres({
			storeClient,
			storeType: 'client',
			tableName: 'rate_limits',
			tableCreated: true,
			keyPrefix: `sign-in-${name}`,
			// One sweeper is enough for the table.
			clearExpiredByTimeout: name === 'address',
			...LIMITS[name],
		});
	const [pair, address, stranger, known] = [
		limiter('pair'),
		limiter('address'),
		limiter('stranger'),
		limiter('known'),
	];
	const isKnown = async (key: string) => (await known.get(key)) !== null;

	return {
		async take(attempt) {
			const keys = keysOf(attempt);
			await consume(address, keys.address);
			await consume(pair, keys.pair);
			if (!(await isKnown(keys.pair))) await consume(stranger, keys.account);
		},

		async succeeded(attempt) {
			const keys = keysOf(attempt);
			if (!(await isKnown(keys.pair))) await stranger.reward(keys.account, 1);
			await Promise.all([
				pair.delete(keys.pair),
				address.reward(keys.address, 1),
				known.set(keys.pair, 1, LIMITS.known.duration),
			]);
		},
	};
}

async function consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
	try {
		await limiter.consume(key);
	} catch (refusal) {
		if (!(refusal instanceof RateLimiterRes)) throw refusal;
		throw new TooManyError(
			messages.refusals.tooManySignIns,
			Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
		);
	}
}

/** Hashed, because people type passwords into the name field, and a name can be long. */
function keysOf({ signInName, address }: SignInAttempt) {
	const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
	const network = networkOf(address);
	return {
		account: hash(signInName),
		address: hash(network),
		pair: hash(`${network} ${signInName}`),
	};
}

/**
 * What one person can hardly change: an IPv4 address, or the first 64 bits of an IPv6 one, because
 * a single connection is given all addresses below them (RFC 6177).
 */
export function networkOf(address: string): string {
	const plain = address.replace(/%.*$/u, '').toLowerCase();
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/u.exec(plain)?.[1];
	if (mapped !== undefined && isIPv4(mapped)) return mapped;
	if (!isIPv6(plain)) return plain;
	const [head = '', tail] = plain.split('::');
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
	const groups = tail === undefined ? before : [...before, ...zeros, ...after];
	return groups
		.slice(0, 4)
		.map((group) => Number.parseInt(group, 16).toString(16))
		.join(':');
}

/** The limiter speaks node-postgres; this is all of it that it uses. */
function asClient(sql: DatabaseClient['sql']) {
	return {
		async query({ text, values }: { text: string; values: (string | number | null)[] }) {
			const rows = await sql.unsafe(text, values);
			return { rows: [...rows], rowCount: rows.count };
		},
	};
}
