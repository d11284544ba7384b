import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { decodeContent, encodeContent, type KeptContent } from './kept-records';
import { newId } from './new-id';

/** `unkept`: this browser keeps nothing. `full`: it has no room for more. */
export type KeepingProblem = 'unkept' | 'full';

/** Something that waits, as it is kept. */
export interface KeptRecord {
	id: string;
	content: KeptContent;
}

/** Where an outbox keeps what waits, so that it outlasts the page. */
export interface OutboxKeeper {
	/** This browser, for the server. */
	deviceId(): Promise<string>;
	/**
	 * Keeps some records and forgets others, in one step.
	 * @throws KeepingError; then all is as it was
	 */
	change(put: readonly KeptRecord[], forgetIds: readonly string[]): Promise<void>;
	/** Takes over what pages of the same person kept that are not there any more, in order. */
	adopt(): Promise<KeptRecord[]>;
	/** Runs alone among all pages of the same person that look at the roll call. */
	alone<T>(work: () => Promise<T>): Promise<T>;
	/** Leaves what waits to whichever page comes next. */
	close(): void;
}

/** Something could not be kept. */
export class KeepingError extends Error {
	override readonly name = 'KeepingError';

	constructor(
		readonly problem: KeepingProblem,
		cause: unknown,
	) {
		super(`not kept: ${problem}`, { cause });
	}
}

interface StoredRecord {
	id: string;
	/** Of the account and the roll call that it belongs to. */
	userId: string;
	rollCallId: string;
	/** The page that keeps it. */
	pageId: string;
	/** In the order in which it was kept first: about when that was, ms since 1970. */
	place: number;
	iv: Uint8Array<ArrayBuffer>;
	data: ArrayBuffer;
}

interface VaultSchema extends DBSchema {
	/** By account. Not extractable: what is kept can be read in this browser alone. */
	keys: { key: string; value: CryptoKey };
	device: { key: typeof THIS; value: string };
	records: {
		key: string;
		value: StoredRecord;
		indexes: { owner: [userId: string, rollCallId: string]; place: number };
	};
}

type Database = IDBPDatabase<VaultSchema>;

interface OpenVault {
	database: Database;
	key: CryptoKey;
}

const DATABASE = 'facetrack-outbox';
const THIS = 'this';
/** A day longer than any school takes what waited. */
const KEPT_MS = 8 * 24 * 60 * 60_000;
const ALGORITHM = { name: 'AES-GCM', length: 256 } as const;

/**
 * Keeps what waits in IndexedDB, encrypted by a key of this browser and person. Each page keeps its own,
 * and holds a lock while it lives: what is nobody's any more is taken over by the next page of the same
 * person. Somebody else in the same browser has another key and other records.
 */
export class OutboxVault implements OutboxKeeper {
	readonly #userId: string;
	readonly #rollCallId: string;
	readonly #pageId = newId();
	readonly #places = new Map<string, number>();
	#place = 0;
	#opened: Promise<OpenVault> | null = null;
	#leave: () => void = () => undefined;

	/** Opens nothing yet, so that a page may construct it while the server renders. */
	constructor(userId: string, rollCallId: string) {
		this.#userId = userId;
		this.#rollCallId = rollCallId;
	}

	deviceId(): Promise<string> {
		return this.#with(async ({ database }) => {
			const transaction = database.transaction('device', 'readwrite');
			const known = await transaction.store.get(THIS);
			const id = known ?? newId();
			if (known === undefined) await transaction.store.put(id, THIS);
			await transaction.done;
			return id;
		});
	}

	async change(put: readonly KeptRecord[], forgetIds: readonly string[]): Promise<void> {
		await this.#with(async ({ database, key }) => {
			// Before the transaction: one that waits for anything but itself ends.
			const records = await Promise.all(put.map((record) => this.#seal(key, record)));
			const transaction = database.transaction('records', 'readwrite');
			const steps = [
				...records.map((record) => transaction.store.put(record)),
				...forgetIds.map((id) => transaction.store.delete(id)),
			];
			await completed(transaction, steps);
		});
		for (const id of forgetIds) this.#places.delete(id);
	}

	adopt(): Promise<KeptRecord[]> {
		return this.#with((vault) =>
			navigator.locks.request(`${DATABASE}:adopt`, () => this.#takeOver(vault)),
		);
	}

	async #takeOver({ database, key }: OpenVault): Promise<KeptRecord[]> {
		const living = await livingPages();
		const all = await database.getAllFromIndex('records', 'owner', [
			this.#userId,
			this.#rollCallId,
		]);
		const left = all.filter(({ pageId }) => !living.has(pageId)).sort((a, b) => a.place - b.place);
		const opened = await Promise.all(left.map((record) => this.#unseal(key, record)));
		const transaction = database.transaction('records', 'readwrite');
		const steps = left.map((record, i) =>
			// What cannot be read any more is of no use to anybody.
			opened[i] === null
				? transaction.store.delete(record.id)
				: transaction.store.put({ ...record, pageId: this.#pageId }),
		);
		await completed(transaction, steps);
		for (const { id, place } of left) this.#places.set(id, place);
		return opened.filter((record) => record !== null);
	}

	async alone<T>(work: () => Promise<T>): Promise<T> {
		const name = `${DATABASE}:send:${this.#userId}:${this.#rollCallId}`;
		return navigator.locks.request(name, work);
	}

	close(): void {
		this.#leave();
		void this.#opened?.then(({ database }) => database.close()).catch(() => undefined);
	}

	/** @throws KeepingError */
	async #with<T>(work: (vault: OpenVault) => Promise<T>): Promise<T> {
		try {
			return await work(await (this.#opened ??= this.#openAnew()));
		} catch (error) {
			throw toKeepingError(error);
		}
	}

	/** One that failed is tried again the next time: there may be room by then. */
	#openAnew(): Promise<OpenVault> {
		const opened = this.#open();
		opened.catch(() => (this.#opened = null));
		return opened;
	}

	async #open(): Promise<OpenVault> {
		// Both are missing where the connection is not secure.
		if (!('locks' in navigator) || !('subtle' in crypto)) throw new KeepingError('unkept', null);
		const database = await openDatabase();
		await forgetOld(database);
		const key = await keyOf(database, this.#userId);
		await this.#enter();
		return { database, key };
	}

	/** Holds the lock by which other pages know that this one lives. */
	#enter(): Promise<void> {
		return new Promise((entered) => {
			void navigator.locks.request(pageLock(this.#pageId), () => {
				entered();
				return new Promise<void>((leave) => (this.#leave = leave));
			});
		});
	}

	async #seal(key: CryptoKey, { id, content }: KeptRecord): Promise<StoredRecord> {
		const iv = crypto.getRandomValues(new Uint8Array(12));
		const parameters = { name: ALGORITHM.name, iv, additionalData: this.#boundTo(id) };
		return {
			...{ id, userId: this.#userId, rollCallId: this.#rollCallId, pageId: this.#pageId },
			place: this.#placeOf(id),
			iv,
			data: await crypto.subtle.encrypt(parameters, key, encodeContent(content)),
		};
	}

	/** @returns null for what cannot be read */
	async #unseal(key: CryptoKey, { id, iv, data }: StoredRecord): Promise<KeptRecord | null> {
		try {
			const parameters = { name: ALGORITHM.name, iv, additionalData: this.#boundTo(id) };
			const content = decodeContent(
				new Uint8Array(await crypto.subtle.decrypt(parameters, key, data)),
			);
			return content && { id, content };
		} catch {
			return null;
		}
	}

	/** A record that is moved elsewhere cannot be read there. */
	#boundTo(id: string): Uint8Array<ArrayBuffer> {
		return new TextEncoder().encode([this.#userId, this.#rollCallId, id].join());
	}

	#placeOf(id: string): number {
		const place = this.#places.get(id) ?? Math.max(this.#place + 1, Date.now());
		this.#places.set(id, place);
		this.#place = Math.max(this.#place, place);
		return place;
	}
}

/**
 * Roll calls of which something waits on this device for its page to be opened again, or is being sent by
 * one that is open.
 * @returns their ids; none where this browser keeps nothing
 */
export async function listRollCallsWaiting(userId: string): Promise<string[]> {
	const rollCallIds: string[] = [];
	try {
		const database = await openDatabase();
		await forgetOld(database);
		const owner = database.transaction('records').store.index('owner');
		const own = IDBKeyRange.bound([userId], [userId, []]);
		let cursor = await owner.openKeyCursor(own, 'nextunique');
		for (; cursor !== null; cursor = await cursor.continue()) rollCallIds.push(cursor.key[1]);
		database.close();
	} catch {
		// A private window, or no room: then nothing was kept either.
	}
	return rollCallIds;
}

function openDatabase(): Promise<Database> {
	return openDB<VaultSchema>(DATABASE, 1, {
		upgrade(fresh) {
			fresh.createObjectStore('keys');
			fresh.createObjectStore('device');
			const records = fresh.createObjectStore('records', { keyPath: 'id' });
			records.createIndex('owner', ['userId', 'rollCallId']);
			records.createIndex('place', 'place');
		},
	});
}

const pageLock = (pageId: string) => `${DATABASE}:page:${pageId}`;

async function livingPages(): Promise<ReadonlySet<string>> {
	const { held = [] } = await navigator.locks.query();
	const prefix = pageLock('');
	return new Set(
		held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])),
	);
}

/** Waits for all of it, and says why it was not done: a step that went down with it only says that it did. */
async function completed(
	transaction: { done: Promise<void>; error: DOMException | null },
	steps: readonly Promise<unknown>[],
): Promise<void> {
	try {
		await Promise.all([...steps, transaction.done]);
	} catch (error) {
		throw transaction.error ?? error;
	}
}

/** Whoever left it: no school takes it any more, and vectors of faces stay nowhere for good. */
async function forgetOld(database: Database): Promise<void> {
	const transaction = database.transaction('records', 'readwrite');
	const old = await transaction.store
		.index('place')
		.getAllKeys(IDBKeyRange.upperBound(Date.now() - KEPT_MS));
	await completed(
		transaction,
		old.map((id) => transaction.store.delete(id)),
	);
}

async function keyOf(database: Database, userId: string): Promise<CryptoKey> {
	const known = await database.get('keys', userId);
	if (known !== undefined) return known;
	const fresh = await crypto.subtle.generateKey(ALGORITHM, false, ['encrypt', 'decrypt']);
	const transaction = database.transaction('keys', 'readwrite');
	// Another page may have made one meanwhile: then that one counts in both.
	const other = await transaction.store.get(userId);
	if (other === undefined) await transaction.store.put(fresh, userId);
	await transaction.done;
	return other ?? fresh;
}

function toKeepingError(error: unknown): KeepingError {
	if (error instanceof KeepingError) return error;
	const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
	return new KeepingError(isFull ? 'full' : 'unkept', error);
}
