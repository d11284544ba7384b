import type { TrackDecision } from '$lib/contract/events';
import type { FrameResult, Refusal } from '../face/face-client';

/** What is known of one track, to be drawn at its face. */
export interface TrackNote {
	/** Why the newest capture that was judged could not be used; null when it could. */
	refusal: Refusal | null;
	/** The server's newest word. */
	decision: TrackDecision | null;
	/** Capture time of the frame that showed it last, ms. */
	seenAt: number;
}

export type TrackBoard = ReadonlyMap<number, TrackNote>;

/** Before the first frame. */
export const EMPTY_BOARD: TrackBoard = new Map();

/** A decision may come back after its face left the picture for a moment; later it has no use. */
const FORGET_MS = 10_000;

/** Notes what a frame shows. */
export function noteFrame(board: TrackBoard, frame: FrameResult): TrackBoard {
	const next = new Map<number, TrackNote>();
	for (const [trackId, note] of board) {
		if (frame.capturedAt - note.seenAt <= FORGET_MS) next.set(trackId, note);
	}
	for (const { trackId, quality } of frame.faces) {
		const earlier = next.get(trackId);
		next.set(trackId, {
			refusal: quality === null ? (earlier?.refusal ?? null) : quality.refusal,
			decision: earlier?.decision ?? null,
			seenAt: frame.capturedAt,
		});
	}
	return next;
}

export interface DecisionOutcome {
	board: TrackBoard;
	/** Tracks that need no more evidence, and tracks that need it again. */
	decided: number[];
	undecided: number[];
	/** Students who are recognised on a track that did not have their name before. */
	recognised: NonNullable<TrackDecision['student']>[];
}

/** Takes the server's newest word on some tracks; a track that is forgotten stays so. */
export function noteDecisions(
	board: TrackBoard,
	decisions: readonly TrackDecision[],
): DecisionOutcome {
	const next = new Map(board);
	const outcome: DecisionOutcome = { board: next, decided: [], undecided: [], recognised: [] };
	for (const decision of decisions) {
		const note = board.get(decision.trackId);
		if (note === undefined) continue;
		next.set(decision.trackId, { ...note, decision });
		const before = recognisedStudent(note.decision);
		const now = recognisedStudent(decision);
		if (now !== null && before?.studentId !== now.studentId) outcome.recognised.push(now);
		const [wasNamed, isNamed] = [hasName(note.decision), hasName(decision)];
		if (isNamed && !wasNamed) outcome.decided.push(decision.trackId);
		if (!isNamed && wasNamed) outcome.undecided.push(decision.trackId);
	}
	return outcome;
}

function recognisedStudent(decision: TrackDecision | null) {
	return decision?.lane === 'recognised' ? decision.student : null;
}

/** Somebody of this class or a visitor: looking at the face more often would tell nothing new. */
function hasName(decision: TrackDecision | null): boolean {
	return decision?.lane === 'visitor' || recognisedStudent(decision) !== null;
}

/** How many faces of the frame are known to be nobody of this class. */
export function countUnknown(board: TrackBoard, frame: FrameResult): number {
	return frame.faces.filter(({ trackId }) => board.get(trackId)?.decision?.lane === 'unknown')
		.length;
}
