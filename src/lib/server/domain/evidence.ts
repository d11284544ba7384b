import type { DoubtReason, Lane } from '$lib/contract/terms';
import { cosine, normalise, type Candidate, type Ranking } from './matching';

/**
 * What a camera has shown of one track so far. The vectors of several frames are fused into one by
 * their quality: independent noise cancels, so a fused vector names a person where single frames
 * are in doubt (docs of the face engine: three photos fused miss ten times fewer people than one).
 */
export interface TrackEvidence {
	/** Quality-weighted sum of the track's unit vectors, 512 float32; not of unit length. */
	readonly sum: Float32Array;
	readonly sightings: number;
	/** Capture times of the first and last sighting, ms. */
	readonly firstAt: number;
	readonly lastAt: number;
}

/** One frame's contribution to a track. */
export interface SightingOfTrack {
	/** 512 float32 of unit length. */
	vector: Float32Array;
	/** Capture quality, 0..1. */
	quality: number;
	/** ms since 1970. */
	capturedAt: number;
}

/** The limits of a decision. Scores are cosines in -1..1, times ms. */
export interface RecognitionPolicy {
	/** At or above it, and clear of the runner-up, a track is recognised. */
	acceptScore: number;
	/** From here to `acceptScore` the teacher is asked; below, the face is unknown. */
	doubtScore: number;
	/** How far the runner-up must be behind. */
	margin: number;
	/** Sightings, and the time that they span, before anything is decided. */
	minSightings: number;
	minSpanMs: number;
	/** A weak match is given this many sightings to become clear before the teacher is asked. */
	weakMatchSightings: number;
	/** A sighting further than this from its track's fused vector shows another person. */
	samePersonScore: number;
}

export interface Decision {
	lane: Lane;
	/** The recognised student, or the one or two candidates of a doubt; likeliest first. */
	candidates: readonly Candidate[];
	reason: DoubtReason | null;
}

/** So that a capture of quality 0 still counts a little, and no single capture counts for all. */
const MIN_WEIGHT = 0.05;

/**
 * Adds a sighting to what a track has shown. A sighting that contradicts it starts the track over:
 * the tracker followed a crossing wrongly, and two people must never be averaged into one.
 * A sighting older than the first counts as well (a late batch), so the order does not matter.
 */
export function addSighting(
	evidence: TrackEvidence | null,
	sighting: SightingOfTrack,
	policy: RecognitionPolicy,
): TrackEvidence {
	const { vector, capturedAt } = sighting;
	const weight = Math.max(sighting.quality, MIN_WEIGHT);
	if (evidence === null || cosine(normalise(evidence.sum), vector) < policy.samePersonScore) {
		return {
			sum: vector.map((value) => value * weight),
			sightings: 1,
			firstAt: capturedAt,
			lastAt: capturedAt,
		};
	}
	return {
		sum: evidence.sum.map((value, i) => value + weight * (vector[i] ?? 0)),
		sightings: evidence.sightings + 1,
		firstAt: Math.min(evidence.firstAt, capturedAt),
		lastAt: Math.max(evidence.lastAt, capturedAt),
	};
}

/** The track's one vector, of unit length: what is matched against the gallery. */
export function fusedVector(evidence: TrackEvidence): Float32Array {
	return normalise(evidence.sum);
}

/** What the evidence allows to be said, given how the gallery ranks the fused vector. */
export function decide(
	evidence: TrackEvidence,
	{ best, runnerUp }: Ranking,
	policy: RecognitionPolicy,
): Decision {
	const span = evidence.lastAt - evidence.firstAt;
	if (evidence.sightings < policy.minSightings || span < policy.minSpanMs) return PENDING;
	if (best === null || best.score < policy.doubtScore) {
		return { lane: 'unknown', candidates: [], reason: null };
	}
	const clear = runnerUp === null || best.score - runnerUp.score >= policy.margin;
	if (best.score >= policy.acceptScore && clear) {
		return { lane: 'recognised', candidates: [best], reason: null };
	}
	if (evidence.sightings < policy.weakMatchSightings) return PENDING;
	if (!clear) {
		return { lane: 'doubtful', candidates: [best, runnerUp], reason: 'close-runner-up' };
	}
	return { lane: 'doubtful', candidates: [best], reason: 'weak-match' };
}

/**
 * Nobody is in two places: where several tracks of one frame are recognised as one student, the
 * best keeps the name and the others stay pending.
 * @returns decisions in the order given.
 */
export function onePlaceEach(decisions: readonly Decision[]): Decision[] {
	const winner = new Map<string, Decision>();
	for (const decision of decisions) {
		const candidate = recognisedCandidate(decision);
		if (candidate === null) continue;
		const rival = winner.get(candidate.studentId)?.candidates[0];
		if (rival === undefined || candidate.score > rival.score) {
			winner.set(candidate.studentId, decision);
		}
	}
	return decisions.map((decision) => {
		const candidate = recognisedCandidate(decision);
		return candidate === null || winner.get(candidate.studentId) === decision ? decision : PENDING;
	});
}

const PENDING: Decision = { lane: 'pending', candidates: [], reason: null };

function recognisedCandidate(decision: Decision): Candidate | null {
	return decision.lane === 'recognised' ? (decision.candidates[0] ?? null) : null;
}
