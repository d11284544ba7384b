import { keep, recall } from '../device-memory';
import {
	isMirrored,
	nextCamera,
	problemOfError,
	problemOfPlace,
	type CameraProblem,
	type Facing,
} from './camera-problem';

/** `paused` lets the device go (its light goes out) and can be taken up again. */
export type CameraState =
	| { status: 'off' }
	| { status: 'asking' }
	| { status: 'live' }
	| { status: 'paused' }
	| { status: 'problem'; problem: CameraProblem };

/** Enough for a face at three metres, and what every camera can do. */
const IDEAL_WIDTH = 1280;
const IDEAL_HEIGHT = 720;

/** The camera that this device used last, so that nobody has to choose twice. */
const STORAGE_KEY = 'facetrack.camera';

/** One page's camera: asks for it, says what is wrong, takes it up again when it comes back. */
export class CameraSession {
	#state = $state.raw<CameraState>({ status: 'off' });
	#stream = $state.raw<MediaStream | null>(null);
	#cameras = $state.raw<readonly string[]>([]);
	#deviceId = $state<string | null>(null);
	#mirrored = $state(true);
	readonly #facing: Facing;
	/** Grows with every start and stop, so that an answer that comes too late is recognised. */
	#attempt = 0;
	#watching = false;

	/** @param facing the side to begin with, until the person chooses a camera. */
	constructor(facing: Facing = 'front') {
		this.#facing = facing;
	}

	get state(): CameraState {
		return this.#state;
	}
	/** The picture while live, else null. */
	get stream(): MediaStream | null {
		return this.#stream;
	}
	/** Whether the picture is shown as in a mirror: people move the wrong way in any other. */
	get mirrored(): boolean {
		return this.#mirrored;
	}
	get cameraCount(): number {
		return this.#cameras.length;
	}
	/** Counted from 1; 0 while unknown. */
	get cameraNumber(): number {
		return this.#deviceId === null ? 0 : this.#cameras.indexOf(this.#deviceId) + 1;
	}

	/** Asks for the camera; the outcome is in {@link state}. Never rejects. */
	async start(deviceId = recall(STORAGE_KEY)): Promise<void> {
		const problem = problemOfPlace({
			isSecureContext,
			hasMediaDevices: 'mediaDevices' in navigator,
		});
		if (problem !== null) {
			this.#fail(problem);
			return;
		}
		this.#watch();
		const attempt = this.#begin();
		try {
			const stream = await navigator.mediaDevices.getUserMedia(this.#constraints(deviceId));
			if (attempt !== this.#attempt) {
				stopTracks(stream);
				return;
			}
			await this.#take(stream);
		} catch (error) {
			if (attempt !== this.#attempt) return;
			this.#fail(problemOfError(error instanceof DOMException ? error.name : ''));
		}
	}

	/** Lets the device go; {@link resume} takes it up again. */
	pause(): void {
		if (this.#state.status !== 'live') return;
		this.#release();
		this.#state = { status: 'paused' };
	}

	async resume(): Promise<void> {
		if (this.#state.status === 'paused') await this.start();
	}

	/** Goes on to the next camera of this device and remembers it. */
	async switchCamera(): Promise<void> {
		const next = nextCamera(this.#cameras, this.#deviceId);
		if (next === null) return;
		keep(STORAGE_KEY, next);
		await this.start(next);
	}

	/** Ends the session; the camera's light goes out. */
	stop(): void {
		this.#release();
		this.#state = { status: 'off' };
		if (!this.#watching) return;
		this.#watching = false;
		navigator.mediaDevices.removeEventListener('devicechange', this.#onDeviceChange);
	}

	#begin(): number {
		this.#release();
		this.#state = { status: 'asking' };
		return this.#attempt;
	}

	async #take(stream: MediaStream): Promise<void> {
		const [track] = stream.getVideoTracks();
		const settings = track?.getSettings();
		track?.addEventListener('ended', () => {
			// `stop()` of our own does not fire this: the cable, the system or the permission did.
			if (this.#stream === stream) this.#fail('unplugged');
		});
		this.#stream = stream;
		this.#deviceId = settings?.deviceId ?? null;
		this.#mirrored = isMirrored(settings?.facingMode);
		this.#state = { status: 'live' };
		await this.#listCameras();
	}

	#constraints(deviceId: string | null): MediaStreamConstraints {
		return {
			audio: false,
			video: {
				width: { ideal: IDEAL_WIDTH },
				height: { ideal: IDEAL_HEIGHT },
				...(deviceId === null
					? { facingMode: { ideal: this.#facing === 'front' ? 'user' : 'environment' } }
					: { deviceId: { ideal: deviceId } }),
			},
		};
	}

	async #listCameras(): Promise<void> {
		const devices = await navigator.mediaDevices.enumerateDevices();
		this.#cameras = devices
			.filter((device) => device.kind === 'videoinput' && device.deviceId !== '')
			.map((device) => device.deviceId);
	}

	#release(): void {
		this.#attempt++;
		const stream = this.#stream;
		this.#stream = null;
		if (stream !== null) stopTracks(stream);
	}

	#fail(problem: CameraProblem): void {
		this.#release();
		this.#state = { status: 'problem', problem };
	}

	#watch(): void {
		if (this.#watching) return;
		this.#watching = true;
		navigator.mediaDevices.addEventListener('devicechange', this.#onDeviceChange);
	}

	readonly #onDeviceChange = (): void => {
		void this.#lookAgain();
	};

	async #lookAgain(): Promise<void> {
		await this.#listCameras();
		const { state } = this;
		const isGone =
			state.status === 'problem' && (state.problem === 'unplugged' || state.problem === 'missing');
		if (isGone && this.#cameras.length > 0) await this.start();
	}
}

function stopTracks(stream: MediaStream): void {
	for (const track of stream.getTracks()) track.stop();
}
