import type { DoubtReason, Lane } from '$lib/contract/terms';
import { isDecidable, isExhausted, meanQuality, type TrackEvidence } from './evidence';
import type { Candidate, Standing } from './matching';
import type { Thresholds } from './policy';

/** Where a track ends, and by which scores. */
export interface Decision {
	lane: Exclude<Lane, 'visitor'>;
	/** The recognised student, or the one or two candidates of a doubt; likeliest first. */
	candidates: readonly Candidate[];
	reason: DoubtReason | null;
	/** The next student who could be meant, however far behind. */
	runnerUp: Candidate | null;
	/** What held; null while pending. */
	thresholds: Thresholds | null;
}

/** One track's claim on a name, as the frame's assignment leaves it. */
export interface Claim {
	evidence: TrackEvidence;
	/** Who is compared with it; students whom the teacher ruled out for this face are not in it. */
	standing: Standing;
	thresholds: Thresholds;
	/** Whom the assignment gives to this track; null where others claim them better. */
	assigned: Candidate | null;
	/** Students whom the assignment gives to other tracks of the frame. */
	held: ReadonlySet<string>;
	/** Those of them whom the others have so clearly that they cannot be meant here. */
	taken: ReadonlySet<string>;
	/** Members who are too alike to the assigned one to be told apart by a camera. */
	rivals: readonly string[];
	/** Whether the assigned one was recognised on another track before. */
	isElsewhere: boolean;
	/** Whether nobody has said yet that the enrolled face is the assigned one's. */
	isUnconfirmed: boolean;
	/** Whether it looks like a photograph, where that is asked about. */
	isPhotograph: boolean;
	/** Whether it may yet show that it is one: too early for a name. */
	isStillWatched: boolean;
	/** As whom the track is recognised so far. */
	recognised: string | null;
}

/**
 * How far the next candidate must be behind. In classes of 30 drawn from the development photos a
 * member's runner-up was at least 0.315 behind in 999 of 1,000 fused probes, a stranger's 0.037 in
 * half of them (`npm run evaluate -- impostors`, docs/accuracy.md).
 */
export const MARGIN = 0.1;

/** A face whose sightings are below it on average is asked about because it was seen badly. */
export const LOW_QUALITY = 0.4;

export const PENDING: Decision = Object.freeze({
	lane: 'pending',
	candidates: [],
	reason: null,
	runnerUp: null,
	thresholds: null,
});

/** What a track's evidence allows to be said of it. */
export function decide(claim: Claim): Decision {
	const { evidence, assigned, thresholds, recognised, held, isPhotograph } = claim;
	if (!isDecidable(evidence)) return PENDING;
	const said = { runnerUp: runnerUpOf(claim), thresholds };
	const named = (student: Candidate) => ({
		...said,
		lane: 'recognised' as const,
		candidates: [student],
		reason: null,
	});
	// A name that was given stays while the assignment keeps it, which takes more to change it than
	// to give it; where somebody else in the picture has it by now, the mark stands by theirs.
	const isKept = assigned !== null && assigned.studentId === recognised;
	if (isKept && !isPhotograph) return named(assigned);
	if (recognised !== null && (isKept || !held.has(recognised))) {
		return { ...said, ...contradicted(claim, recognised) };
	}
	if (assigned === null) {
		return isUnclaimed(claim) || isExhausted(evidence)
			? { ...said, lane: 'unknown', candidates: [], reason: null }
			: PENDING;
	}
	const doubt = doubtAbout(claim, assigned, said.runnerUp);
	if (isPhotograph) {
		const { candidates } = doubt ?? { candidates: [assigned] };
		return { ...said, lane: 'doubtful', candidates, reason: 'photograph' };
	}
	if (doubt === null) return claim.isStillWatched ? PENDING : named(assigned);
	return isExhausted(evidence) ? { ...said, lane: 'doubtful', ...doubt } : PENDING;
}

/** A name that what was seen later speaks against: the teacher is asked whether it was right. */
function contradicted(
	{ standing }: Claim,
	recognised: string,
): Pick<Decision, 'lane' | 'candidates' | 'reason'> {
	const score = standing.find(({ studentId }) => studentId === recognised)?.score ?? -1;
	return {
		lane: 'doubtful',
		candidates: [{ studentId: recognised, score }],
		reason: 'contradicted',
	};
}

/** Why the assigned student cannot be named for sure; null when they can. */
function doubtAbout(
	{ evidence, standing, thresholds, rivals, isElsewhere, isUnconfirmed }: Claim,
	assigned: Candidate,
	runnerUp: Candidate | null,
): Pick<Decision, 'candidates' | 'reason'> | null {
	if (rivals.length > 0) {
		const rival = standing.find(({ studentId }) => rivals.includes(studentId));
		return { candidates: rival ? [assigned, rival] : [assigned], reason: 'confusable' };
	}
	if (runnerUp !== null && assigned.score - runnerUp.score < MARGIN) {
		return { candidates: [assigned, runnerUp], reason: 'close-runner-up' };
	}
	if (assigned.score >= (isElsewhere ? thresholds.acceptElsewhere : thresholds.accept)) {
		return isUnconfirmed ? { candidates: [assigned], reason: 'unconfirmed' } : null;
	}
	const reason = meanQuality(evidence) < LOW_QUALITY ? 'low-quality' : 'weak-match';
	return { candidates: [assigned], reason };
}

/** Nobody resembles the face enough to be asked about. */
function isUnclaimed({ standing, thresholds }: Claim): boolean {
	const [best] = standing;
	return best === undefined || best.score < thresholds.ask;
}

function runnerUpOf({ standing, assigned, taken }: Claim): Candidate | null {
	return (
		standing.find(({ studentId }) => studentId !== assigned?.studentId && !taken.has(studentId)) ??
		null
	);
}
