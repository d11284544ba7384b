import type { RollCallRow } from '../db/roll-calls.repository';
import { evidenceOf, type DecisionContext } from '../domain/explanation';
import { laneOf, type Judged } from './judging';
import { markByCamera, type CameraMarkStore, type TrackFinding } from './marks-by-camera';

/**
 * Writes what is new to the roll call: each name, each doubt and each unknown face once.
 * @returns what was written
 */
export async function record(
	deps: CameraMarkStore,
	rollCall: RollCallRow,
	from: { cameraId: string; capturedAt: number; context: DecisionContext },
	judged: readonly Judged[],
): Promise<readonly Judged[]> {
	const news = judged.filter(isNews);
	if (news.length === 0) return news;
	const { cameraId, capturedAt, context } = from;
	const tracks = news.flatMap((one) => findingOf(one, capturedAt, context));
	const isForRoster = ({ lane }: TrackFinding) => lane === 'recognised' || lane === 'doubtful';
	const findings = { rollCallId: rollCall.id, cameraId, capturedAt };
	await deps.decisions.insertDecisions(
		deps.db,
		findings,
		tracks.filter((track) => !isForRoster(track)),
	);
	const forRoster = tracks.filter(isForRoster);
	if (forRoster.length > 0) await markByCamera(deps, { ...findings, tracks: forRoster });
	for (const one of news) one.track.recorded = summary(one);
	return news;
}

/** Of an unknown face one line is kept; it may be unknown in between many times. */
export function isNews(one: Judged): boolean {
	const lane = laneOf(one);
	if (lane === 'pending') return false;
	if (lane === 'unknown') return one.track.recorded === null;
	return one.track.recorded !== summary(one);
}

/** What is written of a judged track: nothing, while it is pending. */
export function findingOf(
	one: Judged,
	capturedAt: number,
	context: DecisionContext,
): TrackFinding[] {
	const { trackId, track, decision } = one;
	const lane = laneOf(one);
	const evidence = evidenceOf(decision, track.evidence, context);
	if (lane === 'pending' || evidence === null) return [];
	return [
		{
			trackId,
			visit: track.visit,
			lane,
			reason: decision.reason,
			candidateIds: decision.candidates.map(({ studentId }) => studentId),
			evidence,
			decidedAt: new Date(capturedAt),
			seenAt: track.evidence.firstAt,
		},
	];
}

/** What was written of it, so that it is written once. */
export function summary(one: Judged): string {
	const { candidates, reason } = one.decision;
	// In one order: which of two is a hair's breadth nearer is no news.
	const ids = candidates.map(({ studentId }) => studentId).sort();
	return [laneOf(one), reason, ...ids].join(' ');
}
