import type { FaceFrame } from './face-frames';

/** As many as the server remembers of one student in one roll call. */
const MOST_SENT = 64;

/**
 * Outlives the page, because the server knows the frames again also after somebody left it and came
 * back. In memory alone: a reload forgets them, and no storage ever holds a face.
 */
let sent: readonly Float32Array[] = [];

/** Vectors of earlier tries in this browser: the server would take them for copies. */
export function sentVectors(): readonly Float32Array[] {
	return sent;
}

/** Keeps what is about to be sent; the oldest give way. */
export function rememberSent(frames: readonly FaceFrame[]): void {
	sent = [...sent, ...frames.map(({ vector }) => vector)].slice(-MOST_SENT);
}
