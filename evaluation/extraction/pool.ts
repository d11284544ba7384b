/** A page that measures one thing at a time. */
export interface Station<Task, Result> {
	/** @throws Error when the page is of no use any more */
	measure: (task: Task) => Promise<Result>;
	close: () => Promise<void>;
}

export interface PoolOptions<Task, Result> {
	/** How many stations work side by side. */
	stations: number;
	/** @throws Error that ends everything: the fault is not a task's */
	open: () => Promise<Station<Task, Result>>;
	/** Told for every task, in the order of completion; null where it broke two stations. */
	onDone: (task: Task, done: { result: Result } | null) => void;
	/** Ends early; what is being measured then is lost. */
	signal: AbortSignal;
}

/**
 * Measures all tasks. A station that fails is replaced, and its task is tried once more.
 * @returns when all is done or the signal was given
 * @throws Error when a station cannot be opened
 */
export async function measureAll<Task, Result>(
	tasks: readonly Task[],
	options: PoolOptions<Task, Result>,
): Promise<void> {
	const waiting = tasks.values();
	const works = Array.from({ length: Math.min(options.stations, tasks.length) }, () =>
		work(waiting, options),
	);
	await Promise.all(works);
}

async function work<Task, Result>(
	waiting: IterableIterator<Task>,
	{ open, onDone, signal }: PoolOptions<Task, Result>,
): Promise<void> {
	let station: Station<Task, Result> | null = null;
	const attempt = async (task: Task) => {
		station ??= await open();
		try {
			return { result: await station.measure(task) };
		} catch {
			const broken = station;
			station = null;
			// It may have closed itself by what happened.
			await broken.close().catch(() => undefined);
			return null;
		}
	};
	for (const task of waiting) {
		if (isAborted(signal)) break;
		const done = (await attempt(task)) ?? (await attempt(task));
		if (isAborted(signal)) break;
		onDone(task, done);
	}
}

/** As a call, since what a signal says changes while others are awaited. */
const isAborted = (signal: AbortSignal) => signal.aborted;
