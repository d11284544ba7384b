import type { ModelIndex } from '$lib/contract/models';
import type { PipelineName } from '../extraction/measurement';
import type { Rendition } from './rendition';

export interface StartTask {
	pipelines: PipelineName[];
	models: ModelIndex;
	/** Folder of Human's own models, ends with a slash. */
	humanModels: string;
}

export interface PictureTask {
	/** Address of the picture. */
	url: string;
	/** null: as it is. */
	rendition: Rendition | null;
	pipelines: PipelineName[];
}

/** The main face of a picture. */
export interface MeasuredFace {
	vector: Float32Array;
	/** 0..1 */
	quality: number;
}

export interface MeasuredPicture {
	/** null where no face was found. */
	face: MeasuredFace | null;
	ms: number;
}

/** null where the picture cannot be decoded. */
export type PictureAnswer = Partial<Record<PipelineName, MeasuredPicture>> | null;

declare global {
	interface Window {
		evaluation: {
			/** @throws Error when a pipeline cannot start */
			start: (task: StartTask) => Promise<void>;
			/** @throws Error when a pipeline died of the picture */
			measure: (task: PictureTask) => Promise<PictureAnswer>;
		};
	}
}
