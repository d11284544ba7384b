import type { Explanation } from '$lib/contract/explanation';
import { meanQuality, type TrackEvidence } from './evidence';
import { LOW_QUALITY, MARGIN, type Decision } from './lanes';
import type { RecognitionPolicy, Search } from './policy';

/** The numbers behind one decision, as they are kept. Scores are likenesses, -1..1. */
export interface DecisionEvidence {
	/** How many sightings were fused, and when (ms since 1970) and how well the newest showed it. */
	frames: number;
	sightings: readonly { at: number; quality: number }[];
	/** Mean over all of them, 0..1. */
	quality: number;
	/** Of the candidates, likeliest first, and of the next student who could be meant. */
	scores: readonly number[];
	runnerUp: number | null;
	/** What held: scores from which on a track is named, and the teacher is asked; and the margin. */
	accept: number;
	ask: number;
	margin: number;
	/** The policy that they follow from, and what was searched. */
	policy: RecognitionPolicy;
	members: number;
	references: number;
	/** What made the vectors. */
	engine: { modelId: string; pipelineVersion: string };
}

/** What was searched, by which policy, with vectors of which engine. */
export interface DecisionContext extends Pick<Search, 'members' | 'references'> {
	policy: RecognitionPolicy;
	engine: { modelId: string; pipelineVersion: string };
}

/** The numbers of a decision; null while it is pending. */
export function evidenceOf(
	{ candidates, runnerUp, thresholds }: Decision,
	track: TrackEvidence,
	{ policy, members, references, engine }: DecisionContext,
): DecisionEvidence | null {
	if (thresholds === null) return null;
	return {
		frames: track.sightings,
		sightings: track.notes,
		quality: meanQuality(track),
		scores: candidates.map(({ score }) => score),
		runnerUp: runnerUp?.score ?? null,
		accept: thresholds.accept,
		ask: thresholds.ask,
		margin: MARGIN,
		policy,
		members,
		references,
		engine,
	};
}

/** From here above the threshold a match is called clear: as far as the runner-up must be behind. */
const CLEARLY_ABOVE = MARGIN;
/** From here behind the first the next candidate is called far: twice the margin. */
const FAR_BEHIND = 2 * MARGIN;

/** The words for a decision's numbers: what teachers read. */
export function inWords(
	evidence: DecisionEvidence,
): Pick<Explanation, 'frames' | 'match' | 'nextCandidate' | 'view'> {
	const { frames, quality, scores, runnerUp, accept } = evidence;
	const score = scores[0] ?? -1;
	const gap = runnerUp === null ? null : score - runnerUp;
	return {
		frames,
		match: score >= accept + CLEARLY_ABOVE ? 'clear' : score >= accept ? 'sufficient' : 'weak',
		nextCandidate: gap === null ? 'none' : gap >= FAR_BEHIND ? 'far' : 'near',
		view: quality >= LOW_QUALITY ? 'good' : 'poor',
	};
}
