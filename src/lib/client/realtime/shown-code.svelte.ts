import type { CheckInCode } from '$lib/contract/check-in-code';
import type { Connection } from './connection.svelte';
import { RequestError } from './request-error';

/** Waits before a code that the server could not give is asked for again. */
const RETRY_MS = 1_000;
/** So long the server takes a code after it changed: time for the next one to arrive. */
const GRACE_MS = 1_000;

/**
 * The check-in code that a display shows: asks for the next one when it changes, and shows none that
 * no longer holds, because a room full of people would type it in vain.
 */
export class ShownCode {
	#code = $state.raw<CheckInCode | null>(null);
	readonly #connection: Connection;
	#unsubscribe: (() => void) | null = null;
	/** Asks for the next code. */
	#next: ReturnType<typeof setTimeout> | undefined;
	/** Takes the code away that no longer holds. */
	#end: ReturnType<typeof setTimeout> | undefined;
	#asked = 0;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** Null while there is none: offline, or the roll call is closed. */
	get current(): CheckInCode | null {
		return this.#code;
	}

	/** Begins to ask; only in the browser. */
	follow(): void {
		this.#unsubscribe = this.#connection.onOnline(() => void this.#renew());
		document.addEventListener('visibilitychange', this.#onVisible);
	}

	/** Shows none any more, until {@link follow} is called again. */
	stop(): void {
		this.#unsubscribe?.();
		document.removeEventListener('visibilitychange', this.#onVisible);
		this.#asked++;
		this.#hide();
	}

	/** A machine that slept wakes with an old code, and its timers late. */
	readonly #onVisible = (): void => {
		if (!document.hidden) void this.#renew();
	};

	async #renew(): Promise<void> {
		clearTimeout(this.#next);
		const asked = ++this.#asked;
		try {
			const code = await this.#connection.request('display:code', null);
			// Asked again or stopped meanwhile: this answer is the older one.
			if (asked === this.#asked) this.#show(code);
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			// Offline, the next connect asks; what is closed has no code.
			if (asked !== this.#asked || error.code === 'offline' || !error.passes) return;
			this.#next = setTimeout(() => void this.#renew(), RETRY_MS);
		}
	}

	#show(code: CheckInCode): void {
		this.#hide();
		this.#code = code;
		const holdsFor = code.renewsAt - code.serverTime;
		this.#next = setTimeout(() => void this.#renew(), holdsFor);
		this.#end = setTimeout(() => (this.#code = null), holdsFor + GRACE_MS);
	}

	#hide(): void {
		clearTimeout(this.#next);
		clearTimeout(this.#end);
		this.#code = null;
	}
}
