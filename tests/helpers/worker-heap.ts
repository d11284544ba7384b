import type { CDPSession, Page } from 'playwright';

/** Memory that a worker keeps, in bytes. */
export interface WorkerHeap {
	/** Objects of JavaScript. */
	used: number;
	/** What lies behind array buffers, WebAssembly's memory among it. */
	buffers: number;
}

interface Answer {
	id?: number;
	result?: { usedSize?: number; backingStorageSize?: number };
}

/**
 * Reads the heap of a page's worker through the DevTools protocol: a worker has no
 * `performance.memory`, and only the protocol can collect the garbage first, so that what is left
 * is what is kept.
 */
export class WorkerHeapReader {
	readonly #session: CDPSession;
	readonly #answers = new Map<number, (answer: Answer) => void>();
	#worker = '';
	#calls = 0;

	private constructor(session: CDPSession) {
		this.#session = session;
	}

	/** @returns when a worker of the page is there; the one that started last is read */
	static async attach(page: Page): Promise<WorkerHeapReader> {
		const session = await page.context().newCDPSession(page);
		const reader = new WorkerHeapReader(session);
		const attached = new Promise<void>((resolve) => {
			session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
				if (targetInfo.type !== 'worker') return;
				reader.#worker = sessionId;
				resolve();
			});
		});
		session.on('Target.receivedMessageFromTarget', ({ message }) => {
			const answer = JSON.parse(message) as Answer;
			reader.#answers.get(answer.id ?? 0)?.(answer);
		});
		await session.send('Target.setAutoAttach', {
			autoAttach: true,
			waitForDebuggerOnStart: false,
			flatten: false,
		});
		await attached;
		return reader;
	}

	/** Collects the garbage and says what is left. */
	async read(): Promise<WorkerHeap> {
		await this.#call('HeapProfiler.collectGarbage');
		const { result } = await this.#call('Runtime.getHeapUsage');
		return { used: result?.usedSize ?? 0, buffers: result?.backingStorageSize ?? 0 };
	}

	#call(method: string): Promise<Answer> {
		const id = ++this.#calls;
		return new Promise((resolve, reject) => {
			this.#answers.set(id, (answer) => {
				this.#answers.delete(id);
				resolve(answer);
			});
			const message = JSON.stringify({ id, method });
			this.#session
				.send('Target.sendMessageToTarget', { sessionId: this.#worker, message })
				.catch(reject);
		});
	}
}
