import * as v from 'valibot';
import {
	FaceObjectionSchema,
	MIN_REFERENCES,
	type Enrolment,
	type FaceObjection,
} from '$lib/contract/enrolment';
import type { ModelIndex } from '$lib/contract/models';
import { encodeVectors } from '$lib/contract/sightings';
import { CameraSession } from '../camera/camera-session.svelte';
import { pumpFrames } from '../camera/frame-pump';
import {
	FaceClient,
	PIPELINE_VERSION,
	type EngineState,
	type FrameResult,
} from '../face/face-client';
import { FirstLoad } from '../face/first-load.svelte';
import { Connection } from '../realtime/connection.svelte';
import { newId } from '../realtime/new-id';
import { RequestError } from '../realtime/request-error';
import {
	captureCount,
	consider,
	EMPTY_PLAN,
	isComplete,
	isStuck,
	wantedStep,
	type CapturePlan,
	type Step,
} from './capture-plan';
import { hintFor, steadyHint, type Hint, type ShownHint } from './hints';

/**
 * `waiting-to-send`: captured, and the network is away. `refused`: the server did not take it and
 * says why; with an objection it takes it once staff confirm it. `stuck`: the camera cannot get
 * enough; a person decides how to go on.
 */
export type EnrolmentPhase =
	| { name: 'idle' }
	| { name: 'capturing' }
	| { name: 'sending' }
	| { name: 'waiting-to-send' }
	| { name: 'done'; references: number }
	| { name: 'refused'; message: string; objection: FaceObjection | null }
	| { name: 'stuck' };

/** Waits before an enrolment that the server could not take just now is sent again. */
const RETRY_MS = 1_500;

/** Captures one student after the other; camera, engine and socket stay warm between them. */
export class EnrolmentStation {
	readonly camera = new CameraSession('front');
	readonly connection = new Connection();
	#engine = $state.raw<EngineState>({ status: 'idle' });
	#phase = $state.raw<EnrolmentPhase>({ name: 'idle' });
	#plan = $state.raw<CapturePlan>(EMPTY_PLAN);
	#hint = $state.raw<ShownHint | null>(null);
	#count = $state(0);
	#startedOver = $state(false);

	/** What the first use of a camera on this device loads. */
	readonly firstLoad: FirstLoad;
	readonly #models: ModelIndex;
	readonly #own: boolean;
	readonly #faces: FaceClient;
	#studentId: string | null = null;
	#unsent: Enrolment | null = null;
	/** Refused until staff confirm it; the face is not captured once more for that. */
	#objected: { enrolment: Enrolment; objection: FaceObjection } | null = null;
	#retry: ReturnType<typeof setTimeout> | null = null;
	#stopListening: (() => void) | null = null;

	/**
	 * @param options.own whether students enrol themselves, on their own phone: then the face waits to be
	 *   confirmed by staff
	 */
	constructor(models: ModelIndex, { own = false }: { own?: boolean } = {}) {
		this.#models = models;
		this.firstLoad = new FirstLoad(models);
		this.#own = own;
		this.#faces = new FaceClient({ models, onState: (state) => (this.#engine = state) });
	}

	get engine(): EngineState {
		return this.#engine;
	}
	get phase(): EnrolmentPhase {
		return this.#phase;
	}
	/** The one thing that the person is asked to do now; null before the first frame. */
	get hint(): Hint | null {
		return this.#hint?.hint ?? null;
	}
	/** Good captures so far, of {@link needed}. */
	get count(): number {
		return this.#count;
	}
	readonly needed = MIN_REFERENCES;
	get step(): Step | null {
		return wantedStep(this.#plan);
	}
	/** Somebody else came before the camera, so the captures so far were thrown away. */
	get startedOver(): boolean {
		return this.#startedOver;
	}

	/** Begins the capture of a student who consented. Camera and models start when they are not on. */
	async begin(studentId: string): Promise<void> {
		this.#studentId = studentId;
		this.#unsent = null;
		this.#objected = null;
		this.#stopRetry();
		this.#restart();
		this.#phase = { name: 'capturing' };
		this.#stopListening ??= this.connection.onOnline(() => void this.#send());
		this.connection.open();
		void this.firstLoad.look();
		const { status } = this.camera.state;
		await Promise.all([
			this.#load(),
			status === 'live' || status === 'asking' ? null : this.camera.start(),
		]);
	}

	/** Throws the captures away and begins anew with the same student. */
	async again(): Promise<void> {
		if (this.#studentId !== null) await this.begin(this.#studentId);
	}

	/** Staff looked who stands there and go on in spite of the objection. */
	confirm(): void {
		if (this.#objected === null) return;
		const { enrolment, objection } = this.#objected;
		this.#objected = null;
		this.#unsent = {
			...enrolment,
			id: newId(),
			confirmed: [...enrolment.confirmed, objection],
		};
		this.#phase = { name: 'sending' };
		void this.#send();
	}

	/**
	 * Stops capturing this student and lets the camera go: the next one may not have consented yet.
	 * Nothing happens when the next one's capture has begun already.
	 */
	rest(studentId: string): void {
		if (this.#studentId !== studentId) return;
		this.camera.stop();
		this.#studentId = null;
		this.#objected = null;
		this.#phase = { name: 'idle' };
	}

	/** Watches a playing video. @returns the way to stop. */
	readonly watch = (video: HTMLVideoElement): (() => void) => {
		return pumpFrames(video, {
			isIdle: () =>
				this.#phase.name === 'capturing' && this.#engine.status === 'ready' && !this.#faces.busy,
			onFrame: (frame, capturedAt) => void this.#look(frame, capturedAt),
		});
	};

	dispose(): void {
		this.#stopRetry();
		this.#stopListening?.();
		this.camera.stop();
		this.#faces.dispose();
		this.connection.close();
	}

	async #load(): Promise<void> {
		try {
			await this.#faces.start('enrolment');
		} catch {
			// The engine's state says why, and the page shows it.
		}
	}

	#restart(): void {
		this.#plan = EMPTY_PLAN;
		this.#hint = null;
		this.#count = 0;
		this.#startedOver = false;
	}

	async #look(frame: ImageBitmap, capturedAt: number): Promise<void> {
		const studentId = this.#studentId;
		const result = await this.#faces.process(frame, capturedAt);
		// A frame of the student before must not become the first of the next one.
		if (result === null || this.#studentId !== studentId || studentId === null) return;
		if (this.#phase.name !== 'capturing') return;
		this.#take(result);
		if (isComplete(this.#plan, capturedAt)) this.#finish(studentId);
		else if (isStuck(this.#plan, capturedAt)) this.#phase = { name: 'stuck' };
	}

	#take(result: FrameResult): void {
		const [face] = result.faces;
		if (face?.vector && face.quality !== null) {
			const { plan, verdict } = consider(this.#plan, {
				vector: face.vector,
				quality: face.quality,
				crowded: face.crowded ?? false,
				capturedAt: result.capturedAt,
			});
			this.#plan = plan;
			if (verdict !== 'not-taken') this.#startedOver = verdict === 'started-over';
		}
		this.#count = captureCount(this.#plan, result.capturedAt);
		this.#hint = steadyHint(this.#hint, hintFor(result, wantedStep(this.#plan)), result.capturedAt);
	}

	#finish(studentId: string): void {
		const { captures } = this.#plan;
		this.#unsent = {
			id: newId(),
			studentId,
			modelId: this.#models.embedder.id,
			pipelineVersion: PIPELINE_VERSION,
			captures: captures.map(({ quality, capturedAt }) => ({ quality, capturedAt })),
			vectors: encodeVectors(captures.map(({ vector }) => vector)),
			confirmed: [],
		};
		this.#phase = { name: 'sending' };
		void this.#send();
	}

	async #send(): Promise<void> {
		const enrolment = this.#unsent;
		if (enrolment === null) return;
		this.#stopRetry();
		try {
			const { references } = await this.connection.request(
				this.#own ? 'enrolment:submitOwn' : 'enrolment:submit',
				enrolment,
			);
			if (this.#unsent !== enrolment) return;
			this.#unsent = null;
			this.#phase = { name: 'done', references };
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			if (this.#unsent === enrolment) this.#handleFailure(enrolment, error);
		}
	}

	#handleFailure(enrolment: Enrolment, error: RequestError): void {
		if (error.passes) {
			// The same id goes out again, so an enrolment that did arrive is not taken twice.
			this.#phase = { name: 'waiting-to-send' };
			if (error.code !== 'offline') this.#retry = setTimeout(() => void this.#send(), RETRY_MS);
			return;
		}
		this.#unsent = null;
		const objection = v.is(FaceObjectionSchema, error.code) ? error.code : null;
		this.#objected = objection && { enrolment, objection };
		this.#phase = { name: 'refused', message: error.message, objection };
	}

	#stopRetry(): void {
		if (this.#retry !== null) clearTimeout(this.#retry);
		this.#retry = null;
	}
}
