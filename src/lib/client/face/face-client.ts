import type { ModelIndex } from '$lib/contract/models';
import { preferredBackend, REFERENCE, type BackendName } from './backend-choice';
import { newWorker } from './new-worker';
import type { EngineMode, EngineState, FrameResult, FromWorker, ToWorker } from './protocol';

export { PIPELINE_VERSION } from '$lib/contract/models';
export type { EngineMode, EngineState, FaceObservation, FrameResult } from './protocol';
export type { BackendName } from './backend-choice';
export type { CaptureQuality, Refusal } from './quality';

/** Deaths in a row, without a single answered frame between, after which the engine gives up. */
const MAX_DEATHS = 3;
/** A frame that takes longer than this means that the worker hangs, ms. */
const FRAME_TIMEOUT_MS = 20_000;
/** Models come over a school's network on the first visit, ms without any progress. */
const LOAD_TIMEOUT_MS = 60_000;

export interface FaceClientOptions {
	models: ModelIndex;
	/** What to compute on; else what a person or a trial chose for this device. */
	backend?: BackendName;
	onState?: (state: EngineState) => void;
}

interface Starting {
	resolve: () => void;
	reject: (error: Error) => void;
}

/**
 * The main thread's end of the face engine. It starts the worker when it is first needed, keeps one
 * frame in flight, restarts a worker that died, and after three deaths in a row says so and stops.
 */
export class FaceClient {
	readonly #options: FaceClientOptions;
	#worker: Worker | null = null;
	#mode: EngineMode = 'door';
	#starting: Starting | null = null;
	#started: Promise<void> | null = null;
	#ready = false;
	/** Answers the frame in flight. */
	#answerFrame: ((result: FrameResult | null) => void) | null = null;
	#deaths = 0;
	#nextTrackId = 1;
	#tensors: number | null = null;
	#watchdog: ReturnType<typeof setTimeout> | undefined;
	#disposed = false;

	constructor(options: FaceClientOptions) {
		this.#options = options;
	}

	/** Whether a frame is in flight: `process` would drop another one. */
	get busy(): boolean {
		return this.#answerFrame !== null;
	}

	/** Tensors alive in the worker after its last frame, null before: they do not grow, or it leaks. */
	get tensors(): number | null {
		return this.#tensors;
	}

	/**
	 * Starts the engine, or changes the mode of a running one.
	 * @returns when frames can be processed
	 * @throws Error when the engine cannot start (state `failed` says why), or was disposed
	 */
	start(mode: EngineMode): Promise<void> {
		if (this.#disposed) return Promise.reject(new Error('This face engine was disposed.'));
		this.#mode = mode;
		if (this.#ready) this.#post({ type: 'mode', mode });
		this.#started ??= new Promise((resolve, reject) => {
			this.#deaths = 0;
			this.#starting = { resolve, reject };
			this.#launch();
		});
		return this.#started;
	}

	/** Starts a running engine anew: what it computes on was chosen anew. A frame in flight is lost. */
	restart(): void {
		if (!this.#ready) return;
		this.#end();
		this.#deaths = 0;
		this.#tell({ status: 'restarting' });
		this.#launch();
	}

	/**
	 * Processes one frame. The bitmap is handed over: it is closed in every case.
	 *
	 * @param capturedAt ms since 1970
	 * @returns what was seen; null when the frame was dropped (busy, not ready, or it failed)
	 */
	process(frame: ImageBitmap, capturedAt: number): Promise<FrameResult | null> {
		if (!this.#ready || this.busy) {
			frame.close();
			return Promise.resolve(null);
		}
		return new Promise((resolve) => {
			this.#answerFrame = resolve;
			this.#watch(FRAME_TIMEOUT_MS, 'The face engine does not answer.');
			this.#post({ type: 'frame', bitmap: frame, capturedAt }, [frame]);
		});
	}

	/** Decided tracks are only re-verified now and then; `false` makes them ask for evidence again. */
	markDecided(trackIds: number[], decided: boolean): void {
		if (this.#ready && trackIds.length > 0) this.#post({ type: 'decided', trackIds, decided });
	}

	/** Ends the worker. A frame in flight resolves to null. */
	dispose(): void {
		if (this.#disposed) return;
		this.#disposed = true;
		this.#end();
		this.#starting?.reject(new Error('This face engine was disposed.'));
		this.#starting = null;
		this.#tell({ status: 'idle' });
	}

	#tell(state: EngineState): void {
		this.#options.onState?.(state);
	}

	#post(message: ToWorker, transfer: Transferable[] = []): void {
		this.#worker?.postMessage(message, transfer);
	}

	#launch(): void {
		const worker = newWorker({
			onMessage: (message) => {
				if (worker === this.#worker) this.#receive(message);
			},
			onDeath: (reason) => {
				if (worker === this.#worker) this.#died(reason);
			},
		});
		this.#worker = worker;
		this.#tell({ status: 'loading', progress: 0 });
		this.#watch(LOAD_TIMEOUT_MS, 'The models do not arrive.');
		const { models } = this.#options;
		const backend = this.#backend();
		const mode = this.#mode;
		this.#post({ type: 'load', models, backend, mode, firstTrackId: this.#nextTrackId });
	}

	/** The last attempt is made with what runs everywhere. */
	#backend(): BackendName {
		if (this.#deaths === MAX_DEATHS - 1) return REFERENCE;
		return this.#options.backend ?? preferredBackend(this.#options.models);
	}

	#receive(message: FromWorker): void {
		if (message.type === 'ready') this.#becomeReady(message.backend);
		else if (message.type === 'result') this.#answer(message);
		else if (message.type === 'progress') {
			this.#watch(LOAD_TIMEOUT_MS, 'The models do not arrive.');
			this.#tell({ status: 'loading', progress: message.progress });
		} else if (message.type !== 'tried') this.#died(message.message);
	}

	#becomeReady(backend: BackendName): void {
		clearTimeout(this.#watchdog);
		this.#ready = true;
		// The mode may have been changed while the models were loading.
		this.#post({ type: 'mode', mode: this.#mode });
		this.#tell({ status: 'ready', backend });
		this.#starting?.resolve();
		this.#starting = null;
	}

	#answer({ result, tensors }: Extract<FromWorker, { type: 'result' }>): void {
		this.#tensors = tensors;
		clearTimeout(this.#watchdog);
		this.#deaths = 0;
		for (const { trackId } of result.faces) {
			this.#nextTrackId = Math.max(this.#nextTrackId, trackId + 1);
		}
		const answerFrame = this.#answerFrame;
		this.#answerFrame = null;
		answerFrame?.(result);
	}

	/** A worker that failed is not trusted again: its memory may be in any state. */
	#died(reason: string): void {
		this.#end();
		this.#deaths++;
		if (this.#deaths < MAX_DEATHS) {
			this.#tell({ status: 'restarting' });
			this.#launch();
			return;
		}
		this.#started = null;
		this.#tell({ status: 'failed', reason });
		this.#starting?.reject(new Error(reason));
		this.#starting = null;
	}

	#end(): void {
		clearTimeout(this.#watchdog);
		this.#worker?.terminate();
		this.#worker = null;
		this.#ready = false;
		// Ids of faces that were never reported may have been used up too.
		this.#nextTrackId += ID_GAP;
		const answerFrame = this.#answerFrame;
		this.#answerFrame = null;
		answerFrame?.(null);
	}

	#watch(ms: number, reason: string): void {
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(() => this.#died(reason), ms);
	}
}

/** Larger than the number of tracks that one frame can begin. */
const ID_GAP = 1000;
