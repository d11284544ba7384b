import { hash, verify } from '@node-rs/argon2';

/**
 * argon2id with the first choice of the OWASP Password Storage Cheat Sheet: 19 MiB of memory,
 * 2 passes, 1 lane. argon2id is this package's default algorithm.
 */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** @returns the PHC string, which carries its own salt and parameters */
export async function hashPassword(password: string): Promise<string> {
	return hash(password, ARGON2ID);
}

let nobodysHash: Promise<string> | undefined;

/**
 * Whether the password fits the account.
 *
 * @param passwordHash null for an account that does not exist: then a hash of nobody's is checked,
 *   so that the answer takes as long and its time does not tell which names exist
 */
export async function verifyPassword(
	passwordHash: string | null,
	password: string,
): Promise<boolean> {
	nobodysHash ??= hashPassword('nobody');
	const fits = await verify(passwordHash ?? (await nobodysHash), password);
	return fits && passwordHash !== null;
}
