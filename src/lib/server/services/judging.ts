import type { TrackDecision } from '$lib/contract/events';
import type { SightingBatch } from '$lib/contract/sightings';
import { fusedVector } from '../domain/evidence';
import type { Decision } from '../domain/lanes';
import { cosine } from '../domain/matching';
import { thresholdsByFrames, type RecognitionPolicy } from '../domain/policy';
import { SAME_PICTURE_SCORE } from '../domain/photographs';
import { SAME_FACE_SCORE } from '../domain/references';
import {
	judgeTracks,
	recognisedStudent,
	type Judgement,
	type WatchedTrack,
} from '../domain/tracks';
import type { ClassGallery } from './gallery';
import { trackKey, type RollCallMemory, type TrackState } from './track-memory';

/** A track in view, and what its evidence says. */
export interface Judged {
	trackId: number;
	track: TrackState;
	decision: Decision;
}

/** What the evidence of each track in view says, nobody in two places. Remembers who is recognised. */
export function judge(
	memory: RollCallMemory,
	batch: SightingBatch,
	judgement: Judgement,
): Judged[] {
	const inView = new Set([...batch.sightings.map(({ trackId }) => trackId), ...batch.visible]);
	const tracks = [...inView].flatMap((trackId) => {
		const track = memory.tracks.get(trackKey(batch.cameraId, trackId));
		return track === undefined ? [] : [{ trackId, track }];
	});
	const decisions = judgeTracks(
		tracks.map(({ track }) => watched(memory, track)),
		judgement,
	);
	return tracks.map(({ trackId, track }, i) => {
		const decision = decisions[i]!;
		track.recognised = recognisedStudent(decision);
		return { trackId, track, decision };
	});
}

/**
 * The same for tracks that were seen earlier: each is judged beside those that were in view within its
 * time, because whoever came back later was another track.
 * @param spans when each of them was in view; all are in the memory
 */
export function judgeLate(
	memory: RollCallMemory,
	cameraId: string,
	spans: readonly { trackId: number; firstAt: number; lastAt: number }[],
	judgement: Judgement,
): Judged[] {
	const stateOf = ({ trackId }: { trackId: number }) =>
		memory.tracks.get(trackKey(cameraId, trackId));
	return spans
		.toSorted((a, b) => a.firstAt - b.firstAt)
		.flatMap((own) => {
			const track = stateOf(own);
			if (track === undefined) return [];
			const beside = spans.filter(
				(other) => other !== own && other.firstAt <= own.lastAt && own.firstAt <= other.lastAt,
			);
			const inView = [track, ...beside.flatMap((other) => stateOf(other) ?? [])];
			const [decision] = judgeTracks(
				inView.map((one) => watched(memory, one)),
				judgement,
			);
			if (decision === undefined) return [];
			track.recognised = recognisedStudent(decision);
			return [{ trackId: own.trackId, track, decision }];
		});
}

function watched(memory: RollCallMemory, track: TrackState): WatchedTrack {
	return {
		evidence: track.evidence,
		recognised: track.recognised,
		looksFlat: track.looksFlat || isDeniedPhotograph(memory, track),
		ruledOut: ruledOut(memory, track),
		elsewhere: recognisedElsewhere(memory, track),
	};
}

/** Whether a teacher said of a face just like this one that it is a photograph. */
function isDeniedPhotograph({ asked }: RollCallMemory, { evidence }: TrackState): boolean {
	const photographs = [...asked.values()].filter(({ isPhotograph }) => isPhotograph);
	if (photographs.length === 0) return false;
	const face = fusedVector(evidence);
	return photographs.some(({ vector }) => cosine(vector, face) >= SAME_PICTURE_SCORE);
}

/** Of whom a teacher said that they are not a face like this one, and how like it is to that. */
function ruledOut(
	{ asked }: RollCallMemory,
	{ evidence }: TrackState,
): ReadonlyMap<string, number> {
	const likeness = new Map<string, number>();
	if (asked.size === 0) return likeness;
	const face = fusedVector(evidence);
	for (const denied of asked.values()) {
		if (denied.ruledOut.length === 0) continue;
		const score = cosine(denied.vector, face);
		if (score < SAME_FACE_SCORE) continue;
		for (const id of denied.ruledOut) likeness.set(id, Math.max(score, likeness.get(id) ?? -1));
	}
	return likeness;
}

function recognisedElsewhere({ tracks }: RollCallMemory, own: TrackState): ReadonlySet<string> {
	const names = new Set<string>();
	for (const track of tracks.values()) {
		if (track !== own && track.recognised !== null) names.add(track.recognised);
	}
	return names;
}

/** A lane that is settled, as it is told and kept. */
export function laneOf({ track, decision }: Judged): TrackDecision['lane'] {
	return decision.lane === 'unknown' && track.visitor ? 'visitor' : decision.lane;
}

export type Judgements = ReturnType<typeof createJudgements>;

/** What tracks are judged by, worked out once for each gallery and policy. */
export function createJudgements() {
	const known = new WeakMap<ClassGallery, { policy: RecognitionPolicy; judgement: Judgement }>();
	return {
		of(of: ClassGallery, policy: RecognitionPolicy): Judgement {
			const kept = known.get(of);
			const isSame =
				kept?.policy.strangersPerWrongName === policy.strangersPerWrongName &&
				kept.policy.scoreShift === policy.scoreShift &&
				kept.policy.asksAboutPhotographs === policy.asksAboutPhotographs;
			if (isSame) return kept.judgement;
			const { studentIds, references } = of.gallery;
			const judgement: Judgement = {
				gallery: of.gallery,
				thresholds: thresholdsByFrames(policy, { members: studentIds.length, references }),
				rivalsOf: (studentId) => of.confusable(policy).rivalsOf(studentId),
				unconfirmed: of.unconfirmed,
				asksAboutPhotographs: policy.asksAboutPhotographs,
			};
			known.set(of, { policy, judgement });
			return judgement;
		},
	};
}
