/** A camera sends up to ten batches a second; three times that is no camera. */
const EVENTS_PER_SECOND = 30;
/** What waited while the network was away may come at once. */
const BURST = 300;

/** Bounds how often one socket may ask: a bucket that fills steadily and holds a burst. */
export class EventRate {
	#tokens = BURST;
	#filledAt: number;

	/** @param now ms of any steady clock */
	constructor(now: number) {
		this.#filledAt = now;
	}

	/** @returns whether one more event is allowed now. */
	take(now: number): boolean {
		const elapsed = Math.max(0, now - this.#filledAt);
		this.#tokens = Math.min(BURST, this.#tokens + (elapsed / 1000) * EVENTS_PER_SECOND);
		this.#filledAt = now;
		if (this.#tokens < 1) return false;
		this.#tokens -= 1;
		return true;
	}
}
