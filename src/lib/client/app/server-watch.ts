/** Waits between two tries of a page that waits for the server, ms: the first, and the longest. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
/** A page that came back and was lost again this soon has a problem that haste does not solve, ms. */
const SETTLED_MS = 60_000;
const KEY = 'facetrack.back-at';

/** How long to wait before the next try. @param tries that failed so far */
export function waitBefore(tries: number, cameBackAgo: number): number {
	if (cameBackAgo < SETTLED_MS) return LONGEST_WAIT_MS;
	return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
}

/** Asks the server now and then whether it is there, and at once when the device has a network. */
export class ServerWatch {
	readonly #onBack: () => void;
	#tries = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #ending = new AbortController();

	/** @param onBack called once, when the server answers */
	constructor(onBack: () => void) {
		this.#onBack = onBack;
		const { signal } = this.#ending;
		window.addEventListener('online', () => void this.tryNow(), { signal });
		document.addEventListener(
			'visibilitychange',
			() => {
				if (!document.hidden) void this.tryNow();
			},
			{ signal },
		);
		this.#tryLater();
	}

	/** @returns whether the server answers */
	async tryNow(): Promise<boolean> {
		const { signal } = this.#ending;
		clearTimeout(this.#timer);
		const isBack = await answers(signal);
		if (signal.aborted) return isBack;
		if (isBack) {
			this.stop();
			sessionStorage.setItem(KEY, String(Date.now()));
			this.#onBack();
		} else {
			this.#tries++;
			this.#tryLater();
		}
		return isBack;
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#ending.abort();
	}

	#tryLater(): void {
		clearTimeout(this.#timer);
		const cameBackAgo = Date.now() - Number(sessionStorage.getItem(KEY) ?? 0);
		this.#timer = setTimeout(() => void this.tryNow(), waitBefore(this.#tries, cameBackAgo));
	}
}

async function answers(signal: AbortSignal): Promise<boolean> {
	try {
		const { ok } = await fetch('/healthz', { cache: 'no-store', credentials: 'omit', signal });
		return ok;
	} catch {
		return false;
	}
}
