import {
	addSighting,
	decide,
	fusedVector,
	onePlaceEach,
	type Decision,
	type RecognitionPolicy,
	type SightingOfTrack,
	type TrackEvidence,
} from './evidence';
import { rank, type Gallery, type Ranking } from './matching';

/** A track with what is known of it. */
export interface WatchedTrack {
	evidence: TrackEvidence;
	/** The student as whom it is recognised at the moment. */
	recognised: string | null;
}

/** Adds a sighting to its track; one that contradicts it starts the track over, with nothing known. */
export function countSighting(
	known: WatchedTrack | null,
	sighting: SightingOfTrack,
	policy: RecognitionPolicy,
): WatchedTrack {
	const evidence = addSighting(known?.evidence ?? null, sighting, policy);
	const startsOver = known === null || evidence.sightings === 1;
	return { evidence, recognised: startsOver ? null : known.recognised };
}

/**
 * What the evidence of each track of one moment says, nobody in two places.
 * @returns decisions in the order of the tracks
 */
export function judgeTracks(
	tracks: readonly WatchedTrack[],
	gallery: Gallery,
	policy: RecognitionPolicy,
): Decision[] {
	return onePlaceEach(
		tracks.map((track) => {
			const ranking = rank(fusedVector(track.evidence), gallery);
			return keepName(track, decide(track.evidence, ranking, policy), ranking, policy);
		}),
	);
}

/** The student whom a decision names for sure. */
export function recognisedStudent({ lane, candidates }: Decision): string | null {
	return lane === 'recognised' ? (candidates[0]?.studentId ?? null) : null;
}

/** A name that was sure does not flicker while its student stays the likeliest by far enough. */
function keepName(
	track: WatchedTrack,
	decision: Decision,
	{ best }: Ranking,
	policy: RecognitionPolicy,
): Decision {
	const stays =
		decision.lane !== 'recognised' &&
		best !== null &&
		best.studentId === track.recognised &&
		best.score >= policy.doubtScore;
	return stays ? { lane: 'recognised', candidates: [best], reason: null } : decision;
}
