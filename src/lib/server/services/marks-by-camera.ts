import type * as cameraMarkRows from '../db/camera-marks.repository';
import type * as decisionRows from '../db/decisions.repository';
import type { NewDecision } from '../db/decisions.repository';
import type { DoubtRow, NewDoubt } from '../db/doubts.repository';
import type { MarkedStudentRow } from '../db/marks.repository';
import type { StandingMark } from '../domain/hand-mark';
import type * as lateRows from '../db/late-batches.repository';
import { arrival, cameraMayMark, clampToRollCall, lateSightingMayMark } from '../domain/attendance';
import { markAtOnce } from './marks-at-once';
import type { OpenRollCalls } from './open-roll-calls';
import { changeRollCall, closed, type Changing, type RollCallStore } from './roll-call-change';

export interface CameraMarkStore extends RollCallStore {
	decisions: Pick<typeof decisionRows, 'insertDecisions'>;
	cameraMarks: Pick<typeof cameraMarkRows, 'insertMarksAt'>;
	openRollCalls: Pick<OpenRollCalls, 'of' | 'forget'>;
}

/** A decision about a track, about whose visit it is, and when that began (ms since 1970). */
export interface TrackFinding extends NewDecision {
	visit: number;
	seenAt: number;
}

/** What a camera became sure or doubtful of in one batch. */
export interface CameraFindings {
	rollCallId: string;
	cameraId: string;
	/** When the batch was captured, ms since 1970. */
	capturedAt: number;
	/** In the lanes `recognised` and `doubtful`. */
	tracks: readonly TrackFinding[];
}

/**
 * Marks whom the camera recognised and nobody has marked, raises the doubts, and keeps why. A
 * person's word stands: a mark by hand, one that was taken back, and a doubt that was answered "no".
 *
 * @throws AppError 'closed', 'not-found'
 */
export async function markByCamera(
	store: CameraMarkStore,
	findings: CameraFindings,
): Promise<void> {
	if (await markAtOnce(store, findings)) return;
	const { rollCallId, tracks } = findings;
	await changeRollCall(store, rollCallId, findings.capturedAt, async (changing) => {
		if (changing.rollCall.state !== 'open') throw closed();
		const known = await standingOf(store, changing, findings);
		const inLane = (lane: TrackFinding['lane']) => tracks.filter((track) => track.lane === lane);
		const marked = await markRecognised(store, changing, inLane('recognised'), known);
		const raised = await raiseDoubts(store, changing, inLane('doubtful'), known);
		return marked || raised;
	});
}

/**
 * The same for what was seen without a network and arrives later, in one step with the note that it was
 * taken: sent again, it changes nothing. Whoever the closing made absent had come after all, and whom
 * the camera saw later had come earlier.
 *
 * @param now when it arrived, ms since 1970
 * @throws AppError 'not-found', 'conflict'
 */
export async function markLate(
	store: CameraMarkStore & { lateBatches: Pick<typeof lateRows, 'insertLateBatch'> },
	findings: Omit<CameraFindings, 'capturedAt'>,
	batchId: string,
	now: number,
): Promise<void> {
	const { rollCallId, tracks } = findings;
	await changeRollCall(store, rollCallId, null, async (changing) => {
		const { trx, rollCall } = changing;
		if (!(await store.lateBatches.insertLateBatch(trx, batchId, rollCallId))) return false;
		const standing = await standingOf(store, changing, findings);
		const until = rollCall.closedAt ?? now;
		const known: Known = {
			...standing,
			cameInAt: rollCall.state === 'closed' ? now : null,
			mayMark: lateSightingMayMark,
		};
		const inLane = (lane: TrackFinding['lane']) =>
			tracks
				.filter((track) => track.lane === lane)
				.map((track) => ({
					...track,
					seenAt: clampToRollCall(track.seenAt, rollCall.openedAt ?? rollCall.startsAt, until),
				}));
		const marked = await markRecognised(store, changing, inLane('recognised'), known);
		const raised = await raiseDoubts(store, changing, inLane('doubtful'), known);
		return marked || raised;
	});
}

/** How the students whom the findings name stand, and what was asked about their camera's tracks. */
interface Known {
	cameraId: string;
	/** Whom the camera may mark at all: members on the day, whose consent is granted now. */
	matchable: ReadonlySet<string>;
	students: ReadonlyMap<string, MarkedStudentRow>;
	doubts: readonly DoubtRow[];
	/** Whether what was seen then changes this mark. */
	mayMark: (mark: StandingMark | null, seenAt: number) => boolean;
	/** When it arrived, where the roll call closed meanwhile. */
	cameInAt: number | null;
}

/** Keeps why, and reads how matters stand. */
async function standingOf(
	{ marks, doubts, decisions }: CameraMarkStore,
	{ trx, rollCall }: Changing,
	findings: Omit<CameraFindings, 'capturedAt'>,
): Promise<Known> {
	const { cameraId, tracks } = findings;
	const ids = [...new Set(tracks.flatMap(({ candidateIds }) => candidateIds))];
	await decisions.insertDecisions(trx, findings, tracks);
	const rows = await marks.listMarkedStudents(trx, rollCall.id, ids);
	return {
		cameraId,
		matchable: new Set(await marks.listMatchableStudents(trx, rollCall.id, ids)),
		students: new Map(rows.map((row) => [row.studentId, row])),
		doubts: await doubts.listDoubtsOfCamera(trx, rollCall.id, cameraId),
		mayMark: cameraMayMark,
		cameInAt: null,
	};
}

async function markRecognised(
	store: CameraMarkStore,
	changing: Changing,
	tracks: readonly TrackFinding[],
	known: Known,
): Promise<boolean> {
	const { matchable, students, doubts, mayMark } = known;
	const { trx, version } = changing;
	const sure = tracks.flatMap((track) => {
		const [studentId] = track.candidateIds;
		const doubt = doubts.find((row) => isOf(row, track));
		const isRejected = doubt?.state === 'rejected' && doubt.candidateIds.includes(studentId ?? '');
		return studentId === undefined || isRejected ? [] : [{ ...track, studentId }];
	});
	const doubtIds = doubts
		.filter((row) => row.state === 'waiting' && sure.some((track) => isSettledBy(row, track)))
		.map(({ id }) => id);
	if (doubtIds.length > 0) await store.doubts.settleDoubts(trx, doubtIds, version);
	const fresh = sure.filter(
		({ studentId, seenAt }) =>
			matchable.has(studentId) && mayMark(students.get(studentId)?.mark ?? null, seenAt),
	);
	if (fresh.length > 0) await writeMarks(store, changing, onceEach(fresh), known);
	return fresh.length > 0 || doubtIds.length > 0;
}

/** Who is clear by now is no question any more; whether an earlier name was right still is. */
function isSettledBy(doubt: DoubtRow, track: TrackFinding): boolean {
	const isAboutOther = doubt.reason === 'contradicted' && !isAmong(track.candidateIds, doubt);
	return isOf(doubt, track) && !isAboutOther;
}

function isAmong(studentIds: readonly string[], { candidateIds }: DoubtRow): boolean {
	return studentIds.some((id) => candidateIds.includes(id));
}

/** Whether a doubt of the same camera is about the same person in view. */
function isOf(doubt: DoubtRow, track: Pick<TrackFinding, 'trackId' | 'visit'>): boolean {
	return doubt.trackId === track.trackId && doubt.visit === track.visit;
}

/** Of a student who was seen as several tracks, the one that was seen first. */
function onceEach<T extends { studentId: string; seenAt: number }>(seen: readonly T[]): T[] {
	const first = new Map<string, T>();
	for (const one of seen) {
		const known = first.get(one.studentId);
		if (known === undefined || one.seenAt < known.seenAt) first.set(one.studentId, one);
	}
	return [...first.values()];
}

async function writeMarks(
	{ marks: rows }: CameraMarkStore,
	{ trx, rollCall, version }: Changing,
	fresh: readonly { studentId: string; seenAt: number }[],
	{ students, cameInAt }: Known,
): Promise<void> {
	const marks = fresh.map(({ studentId, seenAt }) => ({
		studentId,
		...arrival(seenAt, rollCall),
		markedAt: seenAt,
		leftAt: null,
		remark: students.get(studentId)?.mark?.remark ?? null,
		excuseId: null,
		method: 'camera' as const,
		markedBy: null,
		cameInAt,
	}));
	const changes = marks.map(({ studentId, method, ...after }) => ({
		requestId: null,
		studentId,
		before: students.get(studentId)?.mark ?? null,
		after,
		method,
		changedBy: null,
		reason: null,
		cameInLate: cameInAt !== null,
	}));
	await rows.upsertMarks(trx, rollCall.id, version, marks);
	await rows.insertChanges(trx, rollCall.id, changes);
}

async function raiseDoubts(
	store: CameraMarkStore,
	{ trx, rollCall, version }: Changing,
	tracks: readonly TrackFinding[],
	{ cameraId, matchable, students, doubts, mayMark }: Known,
): Promise<boolean> {
	const raised = tracks.flatMap((track): NewDoubt[] => {
		const { trackId, visit, reason, candidateIds, seenAt } = track;
		const earlier = doubts.find((row) => isOf(row, track));
		if (earlier?.state === 'confirmed') return [];
		if (earlier?.state === 'rejected' && isAmong(candidateIds, earlier)) return [];
		// In whatever order: two who are equally likely must not change places under a finger.
		const isAsked =
			earlier?.state === 'waiting' &&
			isSame(candidateIds, earlier.candidateIds) &&
			// That it looks like a photograph is worth more than what was said before.
			(reason !== 'photograph' || earlier.reason === reason);
		const isWorthAsking = candidateIds.some((id) => canStillAsk(track, students.get(id), mayMark));
		if (reason === null || isAsked || !isWorthAsking) return [];
		if (!candidateIds.every((id) => matchable.has(id))) return [];
		return [{ trackId, visit, reason, candidateIds, cameraId, seenAt: new Date(seenAt) }];
	});
	if (raised.length === 0) return false;
	await store.doubts.upsertDoubts(trx, rollCall.id, version, raised);
	return true;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
	return some.length === others.length && some.every((id) => others.includes(id));
}

/** With nobody left to mark there is nothing to ask; a contradiction asks about the camera's mark. */
function canStillAsk(
	{ reason, seenAt }: Pick<TrackFinding, 'reason' | 'seenAt'>,
	student: MarkedStudentRow | undefined,
	mayMark: Known['mayMark'],
): boolean {
	if (student === undefined) return false;
	if (reason !== 'contradicted') return mayMark(student.mark, seenAt);
	return student.mark !== null && student.mark.status !== null && student.mark.method === 'camera';
}
