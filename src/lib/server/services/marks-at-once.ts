import type { NewMark } from '../db/marks.repository';
import { arrival } from '../domain/attendance';
import type { CameraFindings, CameraMarkStore } from './marks-by-camera';
import type { OpenRollCall } from './open-roll-calls';

/**
 * The usual case of a camera's findings, in one statement: members are recognised whom nobody has
 * marked, and no doubt is about them. It holds at the version at which the roll call is known; when
 * that has passed, PostgreSQL refuses the whole.
 *
 * @returns false where it is another case, or the roll call has changed; nothing is written then
 */
export async function markAtOnce(
	store: CameraMarkStore,
	findings: CameraFindings,
): Promise<boolean> {
	const { rollCallId, tracks, capturedAt } = findings;
	const known = await store.openRollCalls.of(rollCallId);
	if (!isUsual(known, findings)) return false;
	const marks = newMarks(known, findings);
	if (marks.length === 0) {
		await store.decisions.insertDecisions(store.db, findings, tracks);
		return true;
	}
	const { version, closesAt } = known.rollCall;
	const at = { rollCallId, cameraId: findings.cameraId, version };
	const entries = await store.cameraMarks.insertMarksAt(store.db, at, marks, tracks);
	if (entries === null) {
		store.openRollCalls.forget(rollCallId);
		return false;
	}
	store.changes.publish({
		rollCallId,
		fromVersion: version,
		version: version + 1,
		state: 'open',
		closedAt: null,
		closesAt,
		entries,
		doubts: [],
		capturedAt,
	});
	return true;
}

/** Whether all that follows is new marks, by what is known. */
function isUsual(
	{ rollCall, students, doubts }: OpenRollCall,
	{ cameraId, tracks }: CameraFindings,
): boolean {
	if (rollCall.state !== 'open') return false;
	const trackIds = new Set(tracks.map(({ trackId }) => trackId));
	const named = new Set(tracks.flatMap(({ candidateIds }) => candidateIds));
	const isAsked = doubts.some(
		(doubt) =>
			(doubt.cameraId === cameraId && trackIds.has(doubt.trackId)) ||
			(doubt.state === 'waiting' && doubt.candidateIds.some((id) => named.has(id))),
	);
	const isKnown = [...named].every((id) => {
		const student = students.get(id);
		return student !== undefined && (!student.marked || student.status !== null);
	});
	return !isAsked && isKnown && tracks.every(({ lane }) => lane === 'recognised');
}

function newMarks({ rollCall, students }: OpenRollCall, { tracks }: CameraFindings): NewMark[] {
	return tracks.flatMap(({ candidateIds: [studentId], seenAt }) => {
		if (studentId === undefined || students.get(studentId)?.marked !== false) return [];
		return [
			{
				studentId,
				...arrival(seenAt, rollCall),
				markedAt: new Date(seenAt),
				method: 'camera' as const,
				markedBy: null,
			},
		];
	});
}
