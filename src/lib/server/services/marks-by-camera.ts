import type { DoubtReason, MarkStatus } from '$lib/contract/terms';
import type { DoubtRow, NewDoubt } from '../db/doubts.repository';
import type { MarkedStudentRow } from '../db/marks.repository';
import { arrival, cameraMayMark } from '../domain/attendance';
import { changeRollCall, closed, type Changing, type RollCallStore } from './roll-call-change';

/** What a camera became sure or doubtful of in one batch. All instants are ms since 1970. */
export interface CameraFindings {
	rollCallId: string;
	cameraId: string;
	/** When the batch was captured. */
	capturedAt: number;
	recognised: readonly { trackId: number; studentId: string; seenAt: number }[];
	doubtful: readonly {
		trackId: number;
		reason: DoubtReason;
		candidateIds: readonly string[];
		seenAt: number;
	}[];
}

/** How a student whom the camera named stands in the roll call. */
export interface NamedStudent {
	studentId: string;
	name: string;
	status: MarkStatus | null;
}

/**
 * Marks whom the camera recognised and nobody has marked, and raises the doubts. A person's word
 * stands: a mark by hand, one that was taken back, and a doubt that was answered "no".
 *
 * @throws AppError 'closed', 'not-found'
 */
export async function markByCamera(store: RollCallStore, findings: CameraFindings): Promise<void> {
	const { rollCallId, capturedAt } = findings;
	await changeRollCall(store, rollCallId, capturedAt, async (changing) => {
		if (changing.rollCall.state !== 'open') throw closed();
		const doubts = await store.doubts.listDoubtsOfCamera(
			changing.trx,
			rollCallId,
			findings.cameraId,
		);
		const marked = await markRecognised(store, changing, findings, doubts);
		const raised = await raiseDoubts(store, changing, findings, doubts);
		return marked || raised;
	});
}

/** Names and marks of students, by id. */
export async function namedStudents(
	{ db, marks }: RollCallStore,
	rollCallId: string,
	studentIds: readonly string[],
): Promise<Map<string, NamedStudent>> {
	if (studentIds.length === 0) return new Map();
	const rows = await marks.listMarkedStudents(db, rollCallId, studentIds);
	return new Map(
		rows.map(({ studentId, name, status }) => [studentId, { studentId, name, status }]),
	);
}

async function markRecognised(
	store: RollCallStore,
	{ trx, rollCall, version }: Changing,
	{ cameraId, recognised }: CameraFindings,
	doubts: readonly DoubtRow[],
): Promise<boolean> {
	if (recognised.length === 0) return false;
	const sure = recognised.filter(({ trackId, studentId }) => {
		const doubt = doubts.find((row) => row.trackId === trackId);
		return !(doubt?.state === 'rejected' && doubt.candidateIds.includes(studentId));
	});
	const ids = sure.map(({ studentId }) => studentId);
	const matchable = new Set(await store.marks.listMatchableStudents(trx, rollCall.id, ids));
	const rows = await store.marks.listMarkedStudents(trx, rollCall.id, ids);
	const students = new Map(rows.map((row) => [row.studentId, row]));
	const fresh = sure.filter(
		({ studentId }) => matchable.has(studentId) && cameraMayMark(markOf(students.get(studentId))),
	);
	const toSettle = doubts.filter(
		(row) => row.state === 'waiting' && sure.some(({ trackId }) => trackId === row.trackId),
	);
	if (toSettle.length > 0) {
		const trackIds = toSettle.map(({ trackId }) => trackId);
		await store.doubts.settleDoubtsOfTracks(trx, rollCall.id, version, { cameraId, trackIds });
	}
	if (fresh.length === 0) return toSettle.length > 0;
	const marks = fresh.map(({ studentId, seenAt }) => ({
		studentId,
		...arrival(seenAt, rollCall),
		markedAt: new Date(seenAt),
		method: 'camera' as const,
		markedBy: null,
	}));
	await store.marks.upsertMarks(trx, rollCall.id, version, marks);
	await store.marks.insertChanges(
		trx,
		rollCall.id,
		marks.map(({ studentId, status }) => ({
			requestId: null,
			studentId,
			oldStatus: null,
			newStatus: status,
			method: 'camera',
			changedBy: null,
			reason: null,
		})),
	);
	return true;
}

async function raiseDoubts(
	store: RollCallStore,
	{ trx, rollCall, version }: Changing,
	{ cameraId, doubtful }: CameraFindings,
	doubts: readonly DoubtRow[],
): Promise<boolean> {
	if (doubtful.length === 0) return false;
	const ids = doubtful.flatMap(({ candidateIds }) => candidateIds);
	const rows = await store.marks.listMarkedStudents(trx, rollCall.id, ids);
	const marked = new Set(rows.filter((row) => row.marked).map(({ studentId }) => studentId));
	const matchable = new Set(await store.marks.listMatchableStudents(trx, rollCall.id, ids));
	const raised: NewDoubt[] = doubtful
		.filter(({ trackId, candidateIds }) => {
			const earlier = doubts.find((row) => row.trackId === trackId);
			if (earlier !== undefined && earlier.state !== 'waiting') return false;
			if (earlier?.candidateIds.join() === candidateIds.join()) return false;
			// With nobody of them left to mark there is nothing to ask.
			return (
				candidateIds.every((id) => matchable.has(id)) && candidateIds.some((id) => !marked.has(id))
			);
		})
		.map(({ seenAt, ...doubt }) => ({ ...doubt, cameraId, seenAt: new Date(seenAt) }));
	if (raised.length === 0) return false;
	await store.doubts.upsertDoubts(trx, rollCall.id, version, raised);
	return true;
}

function markOf(row: MarkedStudentRow | undefined) {
	return row?.marked ? { status: row.status } : undefined;
}
