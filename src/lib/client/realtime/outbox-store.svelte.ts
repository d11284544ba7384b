import { Keeping } from './keeping';
import { SeenTracks, toLateBatches } from './late-tracks';
import { newId } from './new-id';
import {
	correctTimes,
	countWaiting,
	isSeen,
	itemId,
	settle,
	settleRefused,
	type CapturedBatch,
	type OutboxItem,
} from './outbox';
import {
	KeepingError,
	type KeepingProblem,
	type KeptRecord,
	type OutboxKeeper,
} from './outbox-vault';
import { RequestError, type RequestFailure } from './request-error';

export interface OutboxOptions {
	/** Sends one item; rejects with {@link RequestError}. */
	send(item: OutboxItem): Promise<void>;
	/** The server took back what a person did: it must vanish from the screen, with a sentence. */
	onRefused(item: OutboxItem, error: RequestError): void;
	/** What an earlier page of this device could not send. */
	onRestored?(items: readonly OutboxItem[]): void;
	/** ms to add to this device's time to get the server's; null while that is not known. */
	clockOffset?(): number | null;
	/** Whether there is a server to send to; without it, always. */
	isConnected?(): boolean;
	/** Where what waits outlasts the page; without it, it lives as long as the page. */
	keeper?: OutboxKeeper;
}

/** Waits before an item that the server could not take just now is sent again. */
const RETRY_MS = 1_500;
/** What is being fused changes with every frame; kept every so often, it loses no more than that. */
const KEEP_TRACKS_MS = 1_000;

/** Connected, but not taken: worth another try from here. All else waits for the next connect. */
const BUSY: readonly RequestFailure[] = ['timeout', 'too-many', 'unavailable'];

/**
 * Sends what happened on this device, one after the other and in order, and keeps what could not be
 * sent: what people did as they did it, what the camera saw fused by track.
 */
export class Outbox {
	#items = $state.raw<readonly OutboxItem[]>([]);
	#seenKeys = $state.raw<readonly string[]>([]);
	#problem = $state<KeepingProblem | null>(null);
	readonly waiting = $derived(countWaiting(this.#items, this.#seenKeys));
	readonly #options: OutboxOptions;
	readonly #tracks = new SeenTracks();
	/** Of items whose times are this device's, as the server's clock was not known. */
	#inDeviceTime: readonly string[] = [];
	readonly #keeping: Keeping | null;
	#keepSoon: ReturnType<typeof setTimeout> | null = null;
	#restoring: Promise<void> | null = null;
	#sending: Promise<void> | null = null;
	#retry: ReturnType<typeof setTimeout> | null = null;

	constructor(options: OutboxOptions) {
		this.#options = options;
		const { keeper } = options;
		const note = (problem: KeepingProblem | null) => void (this.#problem = problem);
		this.#keeping = keeper ? new Keeping(keeper, (ids) => this.#recordsOf(ids), note) : null;
	}

	get items(): readonly OutboxItem[] {
		return this.#items;
	}

	/** Why what waits does not outlast the page; null while it does. */
	get problem(): KeepingProblem | null {
		return this.#problem;
	}

	/** Takes up what earlier pages of this device could not send, and sends it. */
	async restore(): Promise<void> {
		const { keeper } = this.#options;
		if (keeper === undefined) return;
		const restoring = this.#adopt(keeper).finally(() => {
			if (this.#restoring === restoring) this.#restoring = null;
		});
		this.#restoring = restoring;
		await restoring;
		await this.flush();
	}

	add(item: OutboxItem): void {
		const id = itemId(item);
		if (this.#clockOffset() === null && !isSeen(item)) this.#noteDeviceTime(id);
		this.#items = [...this.#items, item];
		this.#keep([id], []);
		void this.flush();
	}

	/** Keeps what the camera saw while the server was out of reach, fused with what waits of its tracks. */
	addSeen(batch: CapturedBatch): void {
		const { changed, gone } = this.#tracks.add(batch, this.#clockOffset() === null);
		this.#seenKeys = this.#tracks.keys;
		this.#keeping?.note(changed, gone);
		this.#keepSoon ??= setTimeout(() => this.keepNow(), KEEP_TRACKS_MS);
	}

	/** Keeps what is still being fused: the page may be about to go. */
	keepNow(): void {
		if (this.#keepSoon !== null) clearTimeout(this.#keepSoon);
		this.#keepSoon = null;
		void this.#keeping?.now();
	}

	/**
	 * Sends all that waits; call it at every reconnect. While it is being sent already, this ends when
	 * that does: who asks afterwards what still waits must not be told of what is on its way.
	 */
	async flush(): Promise<void> {
		if (this.#restoring !== null) await this.#restoring;
		if (this.#items.length === 0 && this.#seenKeys.length === 0) return;
		await (this.#sending ?? this.#startSending());
	}

	#startSending(): Promise<void> {
		const sending = this.#sendAlone().finally(() => {
			if (this.#sending === sending) this.#sending = null;
		});
		this.#sending = sending;
		return sending;
	}

	dispose(): void {
		this.#stopRetry();
		if (this.#keepSoon !== null) clearTimeout(this.#keepSoon);
		void this.#keeping?.now().then(() => this.#options.keeper?.close());
	}

	async #sendAlone(): Promise<void> {
		this.#stopRetry();
		const { keeper } = this.#options;
		// Where nothing can be kept, no other page has anything of this one's.
		if (keeper === undefined || this.#problem === 'unkept') await this.#sendAll();
		else await keeper.alone(() => this.#sendAll());
	}

	async #sendAll(): Promise<void> {
		try {
			for (let item = this.#next(); item !== undefined; item = this.#next()) {
				if (!(await this.#sendOne(item))) break;
			}
		} finally {
			// At once: what is added from here on has to be sent anew.
			this.#sending = null;
		}
	}

	/** What people did first: the camera's part may be much. */
	#next(): OutboxItem | undefined {
		const [first] = this.#items;
		if (first !== undefined) return first;
		// Until then each track can be fused on.
		if (this.#options.isConnected?.() === false) return undefined;
		this.#sealTracks();
		return this.#items[0];
	}

	/** @returns false when the queue has to wait. */
	async #sendOne(item: OutboxItem): Promise<boolean> {
		try {
			await this.#options.send(this.#atServerTime(item));
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			if (error.passes) {
				if (BUSY.includes(error.code)) this.#retry = setTimeout(() => void this.flush(), RETRY_MS);
				return false;
			}
			this.#drop(settleRefused(this.#items, item));
			this.#options.onRefused(item, error);
			return true;
		}
		this.#drop(settle(this.#items, itemId(item)));
		return true;
	}

	/** @throws RequestError 'unavailable' while the server's clock is not known, but has to be */
	#atServerTime(item: OutboxItem): OutboxItem {
		if (!this.#inDeviceTime.includes(itemId(item))) return item;
		const offset = this.#clockOffset();
		if (offset === null)
			throw new RequestError('unavailable', 'the server’s clock is not known yet');
		return correctTimes(item, offset);
	}

	#clockOffset(): number | null {
		return this.#options.clockOffset === undefined ? 0 : this.#options.clockOffset();
	}

	/** Makes batches of what was fused, each with an id, so that a retry counts once. */
	#sealTracks(): void {
		const offset = this.#clockOffset();
		if (offset === null || this.#seenKeys.length === 0) return;
		const sealed = toLateBatches(this.#tracks.take(offset), newId).map((batch) => ({
			kind: 'late' as const,
			batch,
		}));
		const fused = this.#seenKeys;
		this.#seenKeys = [];
		this.#items = [...this.#items, ...sealed];
		// In one step: a page that goes in between would lose it, or send it twice.
		this.#keep(sealed.map(itemId), fused);
	}

	/** Goes on with these; what is not among them any more is forgotten. */
	#drop(left: readonly OutboxItem[]): void {
		const ids = left.map(itemId);
		const gone = this.#items.map(itemId).filter((id) => !ids.includes(id));
		this.#items = left;
		this.#inDeviceTime = this.#inDeviceTime.filter((id) => !gone.includes(id));
		this.#keep([], gone);
	}

	#noteDeviceTime(id: string): void {
		this.#inDeviceTime = [...this.#inDeviceTime, id];
	}

	#stopRetry(): void {
		if (this.#retry !== null) clearTimeout(this.#retry);
		this.#retry = null;
	}

	#keep(changed: readonly string[], done: readonly string[]): void {
		this.#keeping?.note(changed, done);
		void this.#keeping?.now();
	}

	#recordsOf(ids: ReadonlySet<string>): KeptRecord[] {
		const items = this.#items.filter((item) => ids.has(itemId(item)));
		return [
			...items.map((item): KeptRecord => {
				const id = itemId(item);
				const deviceTime = this.#inDeviceTime.includes(id);
				return { id, content: { what: 'item', item, deviceTime } };
			}),
			...this.#tracks
				.some(ids)
				.map(([id, track]): KeptRecord => ({ id, content: { what: 'track', track } })),
		];
	}

	async #adopt(keeper: OutboxKeeper): Promise<void> {
		let records: KeptRecord[];
		try {
			records = await keeper.adopt();
		} catch (error) {
			if (!(error instanceof KeepingError)) throw error;
			this.#problem = error.problem;
			return;
		}
		const known = this.#items.map(itemId);
		const items = records.flatMap(({ id, content }) => {
			if (content.what === 'track') this.#tracks.restore(content.track);
			if (content.what === 'track' || known.includes(id)) return [];
			if (content.deviceTime) this.#noteDeviceTime(id);
			return [content.item];
		});
		this.#seenKeys = this.#tracks.keys;
		this.#items = [...items, ...this.#items];
		this.#options.onRestored?.(items);
	}
}
