import type { ModelIndex } from '$lib/contract/models';

/** What the page is asked to measure. */
export interface PipelineTask {
	models: ModelIndex;
	/** Folder of Human's own models, ends with a slash. */
	humanModels: string;
	/** Folder of face-api's own models. */
	faceApiModels: string;
	/** Addresses of the frames, in the order in which they are shown. */
	frames: string[];
	/** Faces that stand in each frame. */
	faces: number;
	/** Frames timed after the faces came into view, and once all of them are decided. */
	coldFrames: number;
	steadyFrames: number;
}

/** Mean ms a frame. `found` is the number of faces seen in the last steady frame. */
export interface PipelineTimes {
	cold: number;
	steady: number;
	found: number;
}

export interface EngineTimes extends PipelineTimes {
	steps: Record<'cold' | 'steady', Record<'expose' | 'detect' | 'mesh' | 'embed', number>>;
}

export interface ToHumanWorker {
	bitmap: ImageBitmap;
}

export interface FromHumanWorker {
	faces: number;
}

/** What became of the camera's frames since the soak began. */
export interface SoakCounts {
	/** Frames that the camera showed. */
	shown: number;
	/** Frames that the engine took, and those that it answered. */
	taken: number;
	answered: number;
	/** Sums over the answered frames: faces in them, and ms from taken to answered. */
	faces: number;
	ms: number;
	/** Tensors alive after the last frame. */
	tensors: number;
	/** How often the worker had to be started again. */
	restarts: number;
}

declare global {
	interface Window {
		startSoak: (models: ModelIndex) => Promise<void>;
		soakCounts: () => SoakCounts;
		measureEngine: (task: PipelineTask) => Promise<EngineTimes>;
		measureHuman: (task: PipelineTask) => Promise<PipelineTimes>;
		measureFaceApi: (task: PipelineTask) => Promise<PipelineTimes>;
	}
}
