import type { ModelIndex } from '$lib/contract/models';
import type { Surroundings } from '$lib/contract/surroundings';
import type { TimedPose } from '../liveness/protocol';
import type { Scene } from './stage';

/** A face of a frame that would have been sent. */
export interface SentFace {
	/** ms since the first frame. */
	at: number;
	/** The same face keeps it. */
	trackId: number;
	surroundings: Surroundings | null;
}

/** A part of a clip, ms. */
export interface Part {
	from: number;
	until: number;
	/** Between two frames. */
	every: number;
	/** Whether the camera is held in a hand. */
	inHand: boolean;
}

declare global {
	interface Window {
		passive: {
			/** @throws Error when the face engine cannot start */
			start: (models: ModelIndex) => Promise<void>;
			/** @returns how long a clip is, ms; null where the browser cannot play it */
			length: (url: string) => Promise<number | null>;
			/** @returns the faces of a part of a clip, as if people came then */
			arrive: (url: string, part: Part) => Promise<SentFace[]>;
			/**
			 * @param clipAt ms into a clip whose frame is the photo; null: the file is a photo
			 * @returns the faces that the virtual camera sees; null where the photo shows none
			 */
			hold: (
				url: string,
				clipAt: number | null,
				poses: TimedPose[],
				scene: Scene,
			) => Promise<SentFace[] | null>;
		};
	}
}
