/** How far the server's clock is from this device's, and how sure that is. All in milliseconds. */
export interface ClockOffset {
	/** Add to the device's time to get the server's. */
	offset: number;
	/** The server's time is within this of `now + offset`: half the round trip. */
	uncertainty: number;
}

/**
 * Cristian's algorithm: the server read its clock somewhere within the round trip, so the middle
 * of the round trip is the best guess (F. Cristian, "Probabilistic clock synchronization", 1989).
 */
export function measureClock(sentAt: number, serverTime: number, receivedAt: number): ClockOffset {
	return {
		offset: Math.round(serverTime - (sentAt + receivedAt) / 2),
		uncertainty: Math.max(0, (receivedAt - sentAt) / 2),
	};
}

/** How many of the newest latencies the details line speaks of. */
const KEPT_LATENCIES = 100;

/** Keeps the newest latencies (ms), oldest first. */
export function addLatency(latencies: readonly number[], latency: number): number[] {
	return [...latencies, Math.max(0, latency)].slice(-KEPT_LATENCIES);
}

/** The median (p50) of a list, or null while it is empty. */
export function median(values: readonly number[]): number | null {
	if (values.length === 0) return null;
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
