import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { newId } from '../realtime/new-id';

/** `blocked`: this browser keeps nothing, as a private window. `full`: it has no room left. */
export type StorageProblem = 'blocked' | 'full';

/** The browser did not keep a key. */
export class StorageError extends Error {
	override readonly name = 'StorageError';

	constructor(
		readonly problem: StorageProblem,
		cause: unknown,
	) {
		super(`this browser keeps no key: ${problem}`, { cause });
	}
}

interface StoredKey {
	/** As the server knows the phone. */
	id: string;
	keys: CryptoKeyPair;
}

interface DeviceSchema extends DBSchema {
	/** By account: several students may use one browser, and each signs with a key of their own. */
	keys: { key: string; value: StoredKey };
	/** One value: what all of them share. */
	mark: { key: typeof THIS; value: string };
}

const DATABASE = 'facetrack-device';
const THIS = 'this';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** This browser as the device of one student. The private key never leaves it, not even as bytes. */
export interface OwnDevice {
	readonly id: string;
	/** Random, the same for everybody who uses this browser. */
	readonly mark: string;
	/** SubjectPublicKeyInfo, 91 bytes. */
	readonly publicKey: Uint8Array<ArrayBuffer>;
	/** @returns 64 bytes: r and s (IEEE P1363) */
	sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The student's key on this device, made where there is none.
 * @throws StorageError
 */
export function openOwnDevice(studentId: string): Promise<OwnDevice> {
	return withDatabase(async (database) => {
		const stored = await database.get('keys', studentId);
		return toDevice(database, stored ?? (await makeKey(database, studentId, null)));
	});
}

/**
 * A new key in the place of one that does not sign any more.
 * @throws StorageError
 */
export function renewOwnDevice(studentId: string, old: OwnDevice): Promise<OwnDevice> {
	return withDatabase(async (database) =>
		toDevice(database, await makeKey(database, studentId, old.id)),
	);
}

async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
	let database: Database | null = null;
	try {
		database = await openDB<DeviceSchema>(DATABASE, 1, {
			upgrade(fresh) {
				fresh.createObjectStore('keys');
				fresh.createObjectStore('mark');
			},
		});
		return await work(database);
	} catch (error) {
		throw new StorageError(problemOf(error), error);
	} finally {
		database?.close();
	}
}

type Database = IDBPDatabase<DeviceSchema>;

/** @param replaced the id that the new key takes the place of; null where there is none */
async function makeKey(
	database: Database,
	studentId: string,
	replaced: string | null,
): Promise<StoredKey> {
	const keys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
	const transaction = database.transaction('keys', 'readwrite');
	// Another tab may have made one meanwhile: then that one counts in both.
	const other = await transaction.store.get(studentId);
	const made = { id: newId(), keys };
	const kept = other === undefined || other.id === replaced ? made : other;
	if (kept === made) await transaction.store.put(made, studentId);
	await transaction.done;
	return kept;
}

async function toDevice(database: Database, { id, keys }: StoredKey): Promise<OwnDevice> {
	const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey));
	return {
		id,
		mark: await readMark(database),
		publicKey,
		sign: async (bytes) =>
			new Uint8Array(await crypto.subtle.sign(SIGNING, keys.privateKey, bytes)),
	};
}

async function readMark(database: Database): Promise<string> {
	const transaction = database.transaction('mark', 'readwrite');
	const known = await transaction.store.get(THIS);
	const mark = known ?? newId();
	if (known === undefined) await transaction.store.put(mark, THIS);
	await transaction.done;
	return mark;
}

function problemOf(error: unknown): StorageProblem {
	return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'blocked';
}
