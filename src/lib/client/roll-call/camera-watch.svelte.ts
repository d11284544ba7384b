import type { ModelIndex } from '$lib/contract/models';
import {
	candidates,
	overrideBackend,
	overriddenBackend,
	type BackendName,
} from '../face/backend-choice';
import {
	FaceClient,
	PIPELINE_VERSION,
	type EngineState,
	type FrameResult,
} from '../face/face-client';
import { FirstLoad } from '../face/first-load.svelte';
import { IdleTrial } from '../face/idle-trial';
import { isOnDevice } from '../face/on-device';
import { savedPlace, savePlace, type CameraPlace } from '../camera/camera-place';
import { pumpFrames } from '../camera/frame-pump';
import { newId } from '../realtime/new-id';
import { Greeter } from './greeter';
import type { RollCallSession } from './roll-call-session.svelte';
import { SightingCollector } from './sighting-collector';
import {
	countUnknown,
	EMPTY_BOARD,
	noteDecisions,
	noteFrame,
	type TrackBoard,
} from './track-board';

/** At the most nine messages a second; the server takes about ten of one camera. */
const SEND_EVERY_MS = 110;
/** Batches on their way at once: more would only queue up in a slow network. */
const MOST_ON_THE_WAY = 3;
/** How long a greeting stands over the picture (screens: legible from two metres, 1.5 s). */
const GREETING_MS = 1_500;
/** Frames that the rate is taken over. */
const RATE_FRAMES = 20;

/** The camera's side of a roll call: frames in; boxes, names and greetings out. */
export class CameraWatch {
	#engine = $state.raw<EngineState>({ status: 'idle' });
	#frame = $state.raw<FrameResult | null>(null);
	#board = $state.raw<TrackBoard>(EMPTY_BOARD);
	#greetings = $state.raw<readonly { name: string; at: number }[]>([]);
	#frameTimes = $state.raw<readonly number[]>([]);
	#place = $state<CameraPlace>('door');
	#backend = $state<BackendName | null>(null);
	readonly unknownCount = $derived.by(() =>
		this.#frame === null ? 0 : countUnknown(this.#board, this.#frame),
	);
	/** Frames a second; null until there are enough to say so. */
	readonly fps = $derived.by(() => rateOf(this.#frameTimes));

	readonly #session: RollCallSession;
	readonly #models: ModelIndex;
	readonly #faces: FaceClient;
	readonly #trial: IdleTrial;
	readonly #cameraId = newId();
	/** What the first use of a camera on this device loads. */
	readonly firstLoad: FirstLoad;
	readonly #collector = new SightingCollector();
	readonly #greeter = new Greeter();
	readonly #stopListening: () => void;
	#onTheWay = 0;
	#lastSentAt = 0;
	#sendTimer: ReturnType<typeof setTimeout> | null = null;

	constructor(session: RollCallSession, models: ModelIndex) {
		this.#session = session;
		this.#models = models;
		this.#faces = new FaceClient({ models, onState: (state) => (this.#engine = state) });
		this.#trial = new IdleTrial(models);
		this.#place = savedPlace();
		this.#backend = overriddenBackend();
		this.firstLoad = new FirstLoad(models);
		this.#stopListening = session.onDecisions((decisions) => {
			const outcome = noteDecisions(this.#board, decisions);
			this.#board = outcome.board;
			this.#faces.markDecided(outcome.decided, true);
			this.#faces.markDecided(outcome.undecided, false);
			this.#greet(outcome.recognised);
		});
	}

	get engine(): EngineState {
		return this.#engine;
	}
	/** The newest frame that was looked at; null while there is none. */
	get frame(): FrameResult | null {
		return this.#frame;
	}
	get board(): TrackBoard {
		return this.#board;
	}
	/** Names of those who are greeted just now. */
	get greeted(): readonly string[] {
		return this.#greetings.map(({ name }) => name);
	}

	/** Where this camera stands. */
	get place(): CameraPlace {
		return this.#place;
	}
	set place(place: CameraPlace) {
		this.#place = place;
		savePlace(place);
		if (this.#engine.status !== 'idle') void this.load();
	}

	/** What the engine can be asked to compute on; in a browser only. */
	get backends(): readonly BackendName[] {
		return candidates();
	}
	/** What a person chose to compute on; null lets this device's trial decide. */
	get backend(): BackendName | null {
		return this.#backend;
	}
	set backend(backend: BackendName | null) {
		this.#backend = backend;
		overrideBackend(backend);
		this.#faces.restart();
	}

	/**
	 * The camera is off: time to find out what is fastest, with models that are on this device; megabytes
	 * are not loaded before somebody wants a camera. @returns the way to stop
	 */
	readonly tryBackends = (): (() => void) => {
		let isStopped = false;
		void isOnDevice(this.#models).then((isHere) => {
			if (isHere && !isStopped) this.#trial.start();
		});
		return () => {
			isStopped = true;
			this.#trial.stop();
		};
	};

	/** Loads the models; the outcome is in {@link engine}. Never rejects. */
	async load(): Promise<void> {
		try {
			await this.#faces.start(this.#place);
		} catch {
			// The engine's state says why, and the page shows it.
		}
	}

	/** Watches a playing video. @returns the way to stop. */
	readonly watch = (video: HTMLVideoElement): (() => void) => {
		const stop = pumpFrames(video, {
			isIdle: () => this.#engine.status === 'ready' && !this.#faces.busy,
			onFrame: (frame, capturedAt) => void this.#look(frame, capturedAt),
		});
		return () => {
			stop();
			this.#frame = null;
			this.#frameTimes = [];
		};
	};

	dispose(): void {
		this.#stopListening();
		if (this.#sendTimer !== null) clearTimeout(this.#sendTimer);
		this.#faces.dispose();
	}

	async #look(frame: ImageBitmap, capturedAt: number): Promise<void> {
		const result = await this.#faces.process(frame, capturedAt);
		if (result === null) return;
		this.#frame = result;
		this.#board = noteFrame(this.#board, result);
		this.#frameTimes = [...this.#frameTimes, performance.now()].slice(-RATE_FRAMES);
		this.#collector.add(result);
		this.#sendSoon();
	}

	#sendSoon(): void {
		if (this.#sendTimer !== null || this.#onTheWay >= MOST_ON_THE_WAY) return;
		const wait = this.#lastSentAt + SEND_EVERY_MS - Date.now();
		if (wait <= 0) {
			void this.#send();
			return;
		}
		this.#sendTimer = setTimeout(() => {
			this.#sendTimer = null;
			void this.#send();
		}, wait);
	}

	async #send(): Promise<void> {
		const collected = this.#collector.take();
		if (collected === null) return;
		this.#lastSentAt = Date.now();
		this.#onTheWay++;
		try {
			await this.#session.sendSightings({
				...collected,
				capturedAt: this.#session.connection.toServerTime(collected.capturedAt),
				id: newId(),
				rollCallId: this.#session.rollCallId,
				cameraId: this.#cameraId,
				modelId: this.#models.embedder.id,
				pipelineVersion: PIPELINE_VERSION,
			});
		} finally {
			this.#onTheWay--;
		}
		this.#sendSoon();
	}

	#greet(recognised: Parameters<Greeter['greet']>[0]): void {
		const at = Date.now();
		const greetings = this.#greeter.greet(recognised, at).map(({ name }) => ({ name, at }));
		if (greetings.length === 0) return;
		this.#greetings = [...this.#greetings, ...greetings];
		setTimeout(() => {
			this.#greetings = this.#greetings.filter((greeting) => greeting.at > at);
		}, GREETING_MS);
	}
}

/** Frames a second over a list of times in ms. */
function rateOf(times: readonly number[]): number | null {
	const [first] = times;
	const last = times.at(-1);
	if (first === undefined || last === undefined || last <= first) return null;
	return ((times.length - 1) * 1000) / (last - first);
}
