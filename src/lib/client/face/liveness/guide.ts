import {
	MAX_TRACE_MS,
	TRACE_FRAME_MS,
	type Action,
	type Challenge,
	type TraceFrame,
} from '$lib/contract/liveness';
import { advance, askedOf, beginCourse, type Course } from '$lib/contract/liveness-course';
import { measureFace } from '$lib/contract/liveness-measures';
import type { liveness } from '$lib/messages/en/liveness';
import type { FrameResult } from '../face-client';

/** What a person is told while they do it, by the key of its sentence; null: the action says it all. */
export type Hint = keyof typeof liveness.hint | null;

/** What to show after a frame. */
export interface Guidance {
	/** What is asked for; null when all is done. */
	action: Action | null;
	/** 1 or 2: which of the two it is. */
	step: 1 | 2;
	/** How far the action has got, 0..1. */
	progress: number;
	hint: Hint;
}

/** Without a face for longer than this the trace is begun anew, ms: the server refuses it. */
const LONGEST_GAP_MS = 350;
/** From this share on, the rest of the way is asked for. */
const UNDERWAY = 0.4;

/**
 * Leads a person through a challenge, and records what the server judges: it begins anew, by itself,
 * wherever the server would have to refuse what was recorded so far. It reads the engine's frames in
 * the mode `check-in`, of a picture that is not mirrored.
 */
export class LivenessGuide {
	readonly #challenge: Challenge;
	#course: Course;
	#frames: TraceFrame[] = [];
	#trackId: number | null = null;
	/** Why the last try ended; it is said until the next gets under way. */
	#ended: Hint = null;

	constructor(challenge: Challenge) {
		this.#challenge = challenge;
		this.#course = beginCourse(challenge);
	}

	/** Whether both actions are done: the trace is complete. */
	get isDone(): boolean {
		return askedOf(this.#course) === null;
	}

	/** What the server judges; of use when all is done. */
	get trace(): readonly TraceFrame[] {
		return this.#frames;
	}

	/** Whose movements are followed; null before anybody was seen. */
	get trackId(): number | null {
		return this.#trackId;
	}

	/**
	 * Reads a frame, unless it follows the last one too closely. When all is done only another face
	 * changes anything: it has everything still to do.
	 */
	see({ faces, width, capturedAt }: FrameResult): Guidance {
		const face = faces.find(({ landmarks }) => landmarks);
		if (face) this.#follow(face.trackId);
		if (this.isDone) return this.#guidance();
		const since = capturedAt - (this.#frames.at(-1)?.at ?? -Infinity);
		if (!face?.landmarks) {
			if (this.#frames.length > 0 && since > LONGEST_GAP_MS) this.#beginAnew('stay-in-view');
			return this.#guidance();
		}
		if (since < TRACE_FRAME_MS) return this.#guidance();
		this.#keepToOneTry(since, capturedAt);
		const points = face.landmarks.map((value) => value / width);
		this.#frames.push({ at: capturedAt, points });
		this.#course = advance(this.#course, capturedAt, measureFace(points));
		if (this.#course.stray !== null) this.#beginAnew('only-asked');
		return this.#guidance();
	}

	#follow(trackId: number): void {
		if (trackId !== this.#trackId && this.#frames.length > 0) this.#beginAnew('stay-in-view');
		this.#trackId = trackId;
	}

	/** Before a frame is added: a gap or too long a try cannot go on. */
	#keepToOneTry(since: number, now: number): void {
		const [first] = this.#frames;
		if (!first) return;
		if (since > LONGEST_GAP_MS) this.#beginAnew('stay-in-view');
		else if (now - first.at > MAX_TRACE_MS - TRACE_FRAME_MS) this.#beginAnew('again');
	}

	#beginAnew(because: Hint): void {
		this.#frames = [];
		this.#course = beginCourse(this.#challenge);
		this.#ended = because;
	}

	#guidance(): Guidance {
		const { done, progress } = this.#course;
		const action = askedOf(this.#course);
		return { action, step: done === 0 ? 1 : 2, progress, hint: this.#hint() };
	}

	#hint(): Hint {
		const { base, isOut, progress, shutSince } = this.#course;
		if (this.isDone) return null;
		if (base === null) return this.#ended ?? 'look-straight';
		if (progress > 0) this.#ended = null;
		if (isOut) return 'back';
		if (shutSince !== null) return 'hold';
		return progress >= UNDERWAY ? 'further' : this.#ended;
	}
}
