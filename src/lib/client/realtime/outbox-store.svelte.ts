import * as v from 'valibot';
import { DoubtAnswerSchema, ReopenDoubtSchema } from '$lib/contract/events';
import { MarkRequestSchema, MarkRestSchema, UndoRestSchema } from '$lib/contract/marks';
import { keepList, recallList } from './kept-list';
import { countWaiting, enqueue, itemId, settle, settleRefused, type OutboxItem } from './outbox';
import { RequestError, type RequestFailure } from './request-error';

export interface OutboxOptions {
	/** Sends one item; rejects with {@link RequestError}. */
	send(item: OutboxItem): Promise<void>;
	/** The server took back what a person did: it must vanish from the screen, with a sentence. */
	onRefused(item: OutboxItem, error: RequestError): void;
	/** Where marks by hand survive a reload; without it they live as long as the page. */
	storageKey?: string;
}

/** Waits before an item that the server could not take just now is sent again. */
const RETRY_MS = 1_500;

/** Connected, but not taken: worth another try from here. All else waits for the next connect. */
const BUSY: readonly RequestFailure[] = ['timeout', 'too-many', 'unavailable'];

const StoredSchema = v.array(
	v.variant('kind', [
		v.object({ kind: v.literal('mark'), request: MarkRequestSchema }),
		v.object({ kind: v.literal('rest'), request: MarkRestSchema }),
		v.object({ kind: v.literal('undoRest'), request: UndoRestSchema, rest: MarkRestSchema }),
		v.object({ kind: v.literal('answer'), request: DoubtAnswerSchema }),
		v.object({ kind: v.literal('reopen'), request: ReopenDoubtSchema }),
	]),
);

/**
 * Sends what happened on this device, one after the other and in order, and keeps what could not be
 * sent. Marks by hand survive a reload; face vectors never touch the device's storage.
 */
export class Outbox {
	#items = $state.raw<readonly OutboxItem[]>([]);
	readonly waiting = $derived(countWaiting(this.#items));
	readonly #options: OutboxOptions;
	#sending: Promise<void> | null = null;
	#retry: ReturnType<typeof setTimeout> | null = null;

	constructor(options: OutboxOptions) {
		this.#options = options;
	}

	get items(): readonly OutboxItem[] {
		return this.#items;
	}

	/** Takes up what an earlier page of this device could not send. */
	restore(): void {
		const stored = this.#readStored();
		const known = this.#items.map(itemId);
		this.#items = [...stored.filter((item) => !known.includes(itemId(item))), ...this.#items];
	}

	add(item: OutboxItem): void {
		this.#update(enqueue(this.#items, item));
		void this.flush();
	}

	/**
	 * Sends all that waits; call it at every reconnect. While it is being sent already, this ends when
	 * that does: who asks afterwards what still waits must not be told of what is on its way.
	 */
	async flush(): Promise<void> {
		if (this.#items.length === 0) return;
		await (this.#sending ??= this.#sendAll());
	}

	async #sendAll(): Promise<void> {
		this.#stopRetry();
		try {
			for (let item = this.#items[0]; item !== undefined; item = this.#items[0]) {
				if (!(await this.#sendOne(item))) break;
			}
		} finally {
			this.#sending = null;
		}
	}

	dispose(): void {
		this.#stopRetry();
	}

	/** @returns false when the queue has to wait. */
	async #sendOne(item: OutboxItem): Promise<boolean> {
		try {
			await this.#options.send(item);
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			if (error.passes) {
				if (BUSY.includes(error.code)) this.#retry = setTimeout(() => void this.flush(), RETRY_MS);
				return false;
			}
			this.#update(settleRefused(this.#items, item));
			this.#options.onRefused(item, error);
			return true;
		}
		this.#update(settle(this.#items, itemId(item)));
		return true;
	}

	#stopRetry(): void {
		if (this.#retry !== null) clearTimeout(this.#retry);
		this.#retry = null;
	}

	#update(items: readonly OutboxItem[]): void {
		this.#items = items;
		const { storageKey } = this.#options;
		if (storageKey === undefined) return;
		const byHand = items.filter((item) => item.kind !== 'sightings');
		keepList(storageKey, byHand);
	}

	#readStored(): OutboxItem[] {
		const { storageKey } = this.#options;
		return storageKey === undefined ? [] : recallList(storageKey, StoredSchema);
	}
}
