import * as v from 'valibot';
import type { CheckInChallenge } from '$lib/contract/check-in';
import { ChallengeSchema, type TraceFrame } from '$lib/contract/liveness';
import type { FrameResult } from '../face/face-client';
import { LivenessGuide, type Guidance } from '../face/liveness/guide';
import { faceOf, hasEnough, keepFrame, type FaceFrame } from './face-frames';

/** Frames that are all alike for this long are said to be, ms. */
export const ALIKE_FOR_MS = 2_000;

/** What to show after a frame. */
export interface FaceProgress {
	/** Null where no movement is asked for. */
	guidance: Guidance | null;
	/** Held so still that each new frame is a copy of one before: a small movement would help. */
	isTooStill: boolean;
}

/**
 * What one check-in gathers before the camera: the movements that are asked for, and frames of the
 * face that made them, never of another one.
 */
export class FaceGathering {
	readonly #guide: LivenessGuide | null;
	readonly #asksFace: boolean;
	readonly #sent: readonly Float32Array[];
	#frames: readonly FaceFrame[] = [];
	/** Since when every frame was left out as too alike, ms; null while there are new ones. */
	#alikeSince: number | null = null;

	/** @param sent vectors of earlier tries, which the server would know again */
	constructor(
		{ actions, links }: Pick<CheckInChallenge, 'actions' | 'links'>,
		sent: readonly Float32Array[],
	) {
		const asked = v.safeParse(ChallengeSchema, actions);
		this.#guide = asked.success ? new LivenessGuide(asked.output) : null;
		this.#asksFace = links.face;
		this.#sent = sent;
	}

	get asksMovement(): boolean {
		return this.#guide !== null;
	}
	/** Whether the camera is needed at all. */
	get asksCamera(): boolean {
		return this.#asksFace || this.asksMovement;
	}
	get frames(): readonly FaceFrame[] {
		return this.#frames;
	}
	get trace(): readonly TraceFrame[] {
		return this.#guide?.trace ?? [];
	}
	/** Whether there is all that is asked for. */
	get isComplete(): boolean {
		const hasMoved = this.#guide?.isDone ?? true;
		return hasMoved && (hasEnough(this.#frames) || !this.#asksFace);
	}

	see(result: FrameResult): FaceProgress {
		const guidance = this.#guide?.see(result) ?? null;
		if (this.#asksFace) this.#gather(result);
		const since = this.#alikeSince ?? result.capturedAt;
		return { guidance, isTooStill: result.capturedAt - since >= ALIKE_FOR_MS };
	}

	#gather(result: FrameResult): void {
		const followed = this.#guide?.trackId ?? null;
		if (this.#guide !== null) {
			this.#frames = this.#frames.filter(({ trackId }) => trackId === followed);
			if (followed === null) return;
		}
		const face = faceOf(result, followed);
		if (face === null) return;
		this.#frames = keepFrame(this.#frames, face, this.#sent);
		if (this.#frames.includes(face) || hasEnough(this.#frames)) this.#alikeSince = null;
		else this.#alikeSince ??= result.capturedAt;
	}
}
