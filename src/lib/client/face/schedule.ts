import type { Identity, Track } from './tracker';

/** At least this long between two vectors of a track, ms: neighbouring frames say the same. */
export const SPACING_MS = 200;
/** A decided track is verified after this, and each time after twice as long, ms. */
export const REVERIFY_MS = 2000;
export const LONGEST_REVERIFY_MS = 8000;
/**
 * The same for a decided track next to another face, ms: ids are mixed up there. Who sits beside
 * somebody for an hour need not be asked for all of it.
 */
export const CROWDED_REVERIFY_MS = 600;
export const LONGEST_CROWDED_REVERIFY_MS = 4800;
/** Undecided after this many vectors, a track is nobody that we know, and is asked less often. */
export const PATIENCE = 12;
const PATIENT_SPACING_MS = 1000;
/** A face that was judged in vain is judged again after this, and each time after twice as long, ms. */
export const REJUDGE_MS = 120;
/** A person turns to the camera at any moment, so a face that is one is never left for longer, ms. */
export const LONGEST_REJUDGE_MS = 480;
/** What the mesh network took for no face seldom becomes one: a pattern on a wall stays a pattern, ms. */
export const LONGEST_DOUBT_MS = 960;
/** Vectors a frame: at 25 ms each on a tablet they leave room for ten frames a second. */
export const VECTORS_PER_FRAME = 3;
/** Judged a frame: twice as many as are embedded, so that there is a best to choose. */
export const JUDGED_PER_FRAME = 6;
/** Tracks that may have been exchanged are all verified at once, up to this many. */
export const VERIFIED_AT_ONCE = 16;

/** A track with what the detector alone tells of its worth. */
export interface Candidate {
	track: Track;
	/** Rough worth of a capture, 0..1, known before the mesh. */
	promise: number;
}

/** ms between two vectors of a track that is not suspicious. */
function spacing({ identity, crowded }: Track): number {
	if (identity.decided) {
		const [first, longest] = crowded
			? [CROWDED_REVERIFY_MS, LONGEST_CROWDED_REVERIFY_MS]
			: [REVERIFY_MS, LONGEST_REVERIFY_MS];
		return Math.min(longest, first * 2 ** identity.verifications);
	}
	return identity.vectors >= PATIENCE ? PATIENT_SPACING_MS : SPACING_MS;
}

function since(at: number | null, now: number): number {
	return at === null ? Infinity : now - at;
}

/** ms until a face that was judged is judged again. */
function rejudging(track: Track): number {
	const { failures, confirmed, decided } = track.identity;
	// A decided face that looks away fails the gate for as long as it does.
	if (decided && !track.suspicious) return spacing(track) / 2;
	const longest = confirmed ? LONGEST_REJUDGE_MS : LONGEST_DOUBT_MS;
	return Math.min(longest, REJUDGE_MS * 2 ** Math.max(0, failures - 1));
}

function isDue(track: Track, now: number): boolean {
	const { identity, suspicious } = track;
	if (since(identity.judgedAt, now) < rejudging(track)) return false;
	return suspicious || wantsVector(track, now);
}

/** @returns whether the track's last vector is long enough ago. */
export function wantsVector(track: Track, now: number): boolean {
	return since(track.identity.vectorAt, now) >= spacing(track);
}

/** 0: may be another person. 1: needs evidence. 2: is only verified. */
function rankOf({ suspicious, identity }: Track): number {
	if (suspicious) return 0;
	return identity.decided ? 2 : 1;
}

/** So that a poor capture gets its turn: a second of waiting doubles its worth. */
function patience({ vectorAt }: Identity, now: number): number {
	return 1 + Math.min(5, since(vectorAt, now) / 1000);
}

function ordered<T extends { track: Track }>(
	items: readonly T[],
	worth: (item: T) => number,
	now: number,
): T[] {
	const value = (item: T) => worth(item) * patience(item.track.identity, now);
	return [...items].sort((a, b) => rankOf(a.track) - rankOf(b.track) || value(b) - value(a));
}

function take<T extends { track: Track }>(sorted: readonly T[], limit: number): T[] {
	const suspicious = sorted.filter(({ track }) => track.suspicious).slice(0, VERIFIED_AT_ONCE);
	const rest = sorted.filter(({ track }) => !track.suspicious);
	return [...suspicious, ...rest.slice(0, Math.max(0, limit - suspicious.length))];
}

/**
 * Chooses the faces that are judged (mesh and quality) in this frame: those that need evidence.
 * @param now ms of the frame
 */
export function chooseToJudge(candidates: readonly Candidate[], now: number): Candidate[] {
	const due = candidates.filter(({ track }) => isDue(track, now));
	return take(
		ordered(due, ({ promise }) => promise, now),
		JUDGED_PER_FRAME,
	);
}

/**
 * Chooses the faces that are embedded in this frame, out of those that passed the gate: the best
 * captures first.
 * @param now ms of the frame
 */
export function chooseToEmbed<T extends { track: Track; quality: { score: number } }>(
	passed: readonly T[],
	now: number,
): T[] {
	return take(
		ordered(passed, ({ quality }) => quality.score, now),
		VECTORS_PER_FRAME,
	);
}
