import type { CDPSession, Page } from 'playwright';

/** Memory that a worker keeps, in bytes. */
export interface WorkerHeap {
	/** Objects of JavaScript. */
	used: number;
	/** What lies behind array buffers. */
	buffers: number;
}

interface Answer {
	id?: number;
	result?: unknown;
}

/**
 * Looks into a page's worker through the DevTools protocol, which sees what no script can: the heap
 * after a collection of garbage (a worker has no `performance.memory`), and objects by their kind.
 */
export class WorkerInspector {
	readonly #session: CDPSession;
	readonly #answers = new Map<number, (answer: Answer) => void>();
	#worker = '';
	#calls = 0;

	private constructor(session: CDPSession) {
		this.#session = session;
	}

	/** @returns when a worker of the page is there; the one that started last is looked into */
	static async attach(page: Page): Promise<WorkerInspector> {
		const session = await page.context().newCDPSession(page);
		const inspector = new WorkerInspector(session);
		const attached = new Promise<void>((resolve) => {
			session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
				if (targetInfo.type !== 'worker') return;
				inspector.#worker = sessionId;
				resolve();
			});
		});
		session.on('Target.receivedMessageFromTarget', ({ message }) => {
			const answer = JSON.parse(message) as Answer;
			inspector.#answers.get(answer.id ?? 0)?.(answer);
		});
		await session.send('Target.setAutoAttach', {
			autoAttach: true,
			waitForDebuggerOnStart: false,
			flatten: false,
		});
		await attached;
		return inspector;
	}

	/** Collects the garbage and says what is left. */
	async heap(): Promise<WorkerHeap> {
		await this.#call('HeapProfiler.collectGarbage');
		const heap = (await this.#call('Runtime.getHeapUsage')) as {
			usedSize: number;
			backingStorageSize: number;
		};
		return { used: heap.usedSize, buffers: heap.backingStorageSize };
	}

	/**
	 * Takes the graphics processor away from the worker, as a driver that crashed does.
	 * @returns how many contexts it had
	 */
	async loseGraphics(): Promise<number> {
		const expression = 'WebGL2RenderingContext.prototype';
		const prototype = (await this.#call('Runtime.evaluate', { expression })) as {
			result: { objectId: string };
		};
		const { objects } = (await this.#call('Runtime.queryObjects', {
			prototypeObjectId: prototype.result.objectId,
		})) as { objects: { objectId: string } };
		const { result } = (await this.#call('Runtime.callFunctionOn', {
			objectId: objects.objectId,
			functionDeclaration: `function () {
				for (const gl of this) gl.getExtension('WEBGL_lose_context').loseContext();
				return this.length;
			}`,
			returnByValue: true,
		})) as { result: { value: number } };
		return result.value;
	}

	#call(method: string, params: object = {}): Promise<unknown> {
		const id = ++this.#calls;
		return new Promise((resolve, reject) => {
			this.#answers.set(id, ({ result }) => {
				this.#answers.delete(id);
				resolve(result);
			});
			const message = JSON.stringify({ id, method, params });
			this.#session
				.send('Target.sendMessageToTarget', { sessionId: this.#worker, message })
				.catch(reject);
		});
	}
}
