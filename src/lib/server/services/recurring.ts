/** Work that comes back by itself, and can be asked for. */
export interface Recurring {
	/** Does it now; whoever calls while it runs waits for the same run. */
	run(): Promise<void>;
	/** Waits for a run that has begun, and begins no other. */
	dispose(): Promise<void>;
}

/**
 * Does some work at once and then again and again, never twice at the same time.
 * @param work handles its own failures
 */
export function startRecurring(everyMs: number, work: () => Promise<void>): Recurring {
	let running: Promise<void> | null = null;

	function run(): Promise<void> {
		running ??= work().finally(() => {
			running = null;
		});
		return running;
	}

	const timer = setInterval(() => void run(), everyMs);
	// It alone keeps no process alive.
	timer.unref();
	void run();

	return {
		run,
		async dispose() {
			clearInterval(timer);
			await running;
		},
	};
}
