import type { ModelIndex } from '$lib/contract/models';
import type { Surroundings } from '$lib/contract/surroundings';
import type { BackendName, BackendTrial } from './backend-choice';
import type { Box } from './geometry';
import type { CaptureQuality } from './quality';

/**
 * `door`: faces of people who come near, a few at a time. `classroom`: small faces too, at half the
 * speed. `enrolment`: the main face only, judged and embedded in every frame. `check-in`: the main
 * face only, its landmarks in every frame, embedded as often as at a door. `photo`: each picture by
 * itself, its main face measured whatever its quality.
 */
export type EngineMode = 'door' | 'classroom' | 'enrolment' | 'check-in' | 'photo';

/** One face in one frame. */
export interface FaceObservation {
	/** The same face keeps it over frames; unique within one FaceClient's life. */
	trackId: number;
	/** Around the whole face, in pixels of the frame; it may reach over the edge. */
	box: Box;
	/** How sure the detector is that this is a face, 0..1. */
	confidence: number;
	/** null when this face was not judged in this frame. */
	quality: CaptureQuality | null;
	/** 512 numbers of unit length; null when this face was not embedded in this frame. */
	vector: Float32Array | null;
	/** Another face is so near that the two could be mistaken for each other. */
	crowded?: boolean;
	/**
	 * x and y of the contract's `LANDMARKS` in pixels of the frame, in the mode `check-in` only; null
	 * when the mesh network saw no face.
	 */
	landmarks?: Float32Array | null;
	/**
	 * How what is about the face moved over its newest vectors, in the modes `door` and `classroom`;
	 * null where that is not known.
	 */
	surroundings?: Surroundings | null;
}

/** How long each step took, in ms. */
export interface StepTimings {
	expose: number;
	detect: number;
	mesh: number;
	embed: number;
	total: number;
}

export interface FrameResult {
	/** Counts the frames of one worker. */
	frame: number;
	/** Size of the frame in pixels. */
	width: number;
	height: number;
	/** ms since 1970. */
	capturedAt: number;
	/** Exposure that the detector saw the frame with, 0.25..2; below 1 brightens. */
	gamma: number;
	faces: FaceObservation[];
	timings: StepTimings;
}

/** `idle`: not started yet, or disposed. */
export type EngineState =
	| { status: 'idle' }
	| { status: 'loading'; progress: number }
	| { status: 'ready'; backend: BackendName }
	| { status: 'restarting' }
	| { status: 'failed'; reason: string };

/** Main thread to worker. */
export type ToWorker =
	| {
			type: 'load';
			models: ModelIndex;
			backend: BackendName;
			mode: EngineMode;
			/** Where track ids start, so that a restarted worker repeats none. */
			firstTrackId: number;
	  }
	/** Instead of `load`, in a worker that does nothing else. */
	| { type: 'try'; models: ModelIndex; backend: BackendName }
	| { type: 'mode'; mode: EngineMode }
	| { type: 'frame'; bitmap: ImageBitmap; capturedAt: number }
	| { type: 'decided'; trackIds: number[]; decided: boolean };

/** Worker to main thread. Each `frame` is answered by exactly one `result` or `error`. */
export type FromWorker =
	| { type: 'progress'; progress: number }
	| { type: 'ready'; backend: BackendName }
	| { type: 'tried'; trial: BackendTrial }
	/** `tensors`: alive after the frame. */
	| { type: 'result'; result: FrameResult; tensors: number }
	| { type: 'error'; message: string }
	/** The graphics processor was taken away: nothing can be answered any more. */
	| { type: 'lost'; message: string }
	| { type: 'load-failed'; message: string };
