import type { ModelIndex } from '$lib/contract/models';
import type { SheetPose } from './sheet';

/** The main face of a frame. */
export interface SeenFace {
	/** ms since the first frame. */
	at: number;
	/** The same face keeps it. */
	trackId: number;
	/** x and y of the landmarks, by the width of the picture. */
	points: number[];
	/** How the mesh's depth says that the head is held, degrees: see `Pose` of the face engine. */
	yaw: number;
	pitch: number;
}

/** A pose of the sheet, and when. */
export type TimedPose = SheetPose & { at: number };

declare global {
	interface Window {
		liveness: {
			/** @throws Error when the face engine cannot start */
			start: (models: ModelIndex) => Promise<void>;
			/**
			 * @param every ms between two frames
			 * @param isMirrored left and right exchanged
			 * @returns its faces; null where the browser cannot play the clip
			 */
			clip: (url: string, every: number, isMirrored: boolean) => Promise<SeenFace[] | null>;
			/** @returns faces that the virtual camera sees; null where the photo shows none */
			sheet: (url: string, poses: TimedPose[]) => Promise<SeenFace[] | null>;
		};
	}
}
