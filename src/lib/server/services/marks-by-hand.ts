import type { MarkConflict, MarkRequest } from '$lib/contract/marks';
import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as historyRows from '../db/mark-history.repository';
import type { Actor } from '../domain/access';
import { minutesSince } from '../domain/attendance';
import {
	handMark,
	hasCome,
	isOvertaken,
	wantedStatus,
	type HandMarkProblem,
	type MarkContent,
	type StandingMark,
} from '../domain/hand-mark';
import { AppError } from '../errors';
import type { ReferenceLearning } from './reference-learning';
import type { Changing, RollCallStore } from './roll-call-change';

type MarkStore = Pick<RollCallStore, 'marks'>;

export interface HandMarkStore extends MarkStore {
	history: Pick<typeof historyRows, 'findStandingMark'>;
	learning: Pick<ReferenceLearning, 'unlearnAbsent'>;
}

interface HandMarking {
	actor: Actor;
	request: MarkRequest;
	/** ms since 1970. */
	now: number;
}

/** A person's doing with a student's mark. */
interface HandChange {
	requestId: string;
	studentId: string;
	reason: string | null;
	/** What stood there. */
	before: StandingMark | null;
}

const refused = messages.rollCallRefusals;
const PROBLEMS: Record<HandMarkProblem, string> = {
	'left-without-coming': refused.leftWithoutComing,
	'left-before-coming': refused.leftBeforeComing,
};

/**
 * Marks as a person asked, unless somebody else's newer mark by hand says otherwise: then that
 * stands, and the history keeps what was asked.
 *
 * @returns whether the mark changed, and what stands in its way; a retry gets the answer again
 * @throws AppError 'invalid', 'conflict' for an id that was used for something else
 */
export async function markByHand(
	store: HandMarkStore,
	changing: Changing,
	{ actor, request, now }: HandMarking,
): Promise<{ changed: boolean; conflict: MarkConflict | null }> {
	const { trx, rollCall } = changing;
	const { studentId } = request;
	const earlier = await findTaken(store, changing, request.id, studentId);
	if (earlier !== null) {
		const conflict = earlier.conflict ? await conflictWith(store, changing, earlier) : null;
		return { changed: false, conflict };
	}
	const before = await findOnRoster(store, changing, studentId);
	if (await takeBack(store, changing, actor, request, before)) {
		return { changed: true, conflict: null };
	}
	const change = { requestId: request.id, studentId, reason: request.reason ?? null, before };
	const status = wantedStatus(request, rollCall);
	const { sawVersion } = request;
	if (before !== null && isOvertaken(before, { status, sawVersion, actorId: actor.id })) {
		const wanted = { studentId, wanted: status };
		await keepHandChange(store, changing, actor, { ...change, after: before, conflict: wanted });
		return { changed: false, conflict: await conflictWith(store, changing, wanted) };
	}
	const made = handMark(request, before, rollCall, now);
	if ('problem' in made) throw new AppError('invalid', PROBLEMS[made.problem]);
	await writeHandMark(store, changing, actor, { ...change, after: made.mark });
	if (!hasCome(status)) await store.learning.unlearnAbsent(trx, rollCall.id, [studentId]);
	return { changed: true, conflict: null };
}

/**
 * Gives back what stood before another request of the same device, so that an undo leaves no trace
 * but in the history: the camera may mark again whom it might have marked, and an excuse stays one.
 *
 * @returns false where that request is not the newest change any more, or where nobody would be left
 *   waiting in a closed roll call
 */
async function takeBack(
	store: HandMarkStore,
	changing: Changing,
	actor: Actor,
	{ id, studentId, undoes }: MarkRequest,
	before: StandingMark | null,
): Promise<boolean> {
	const { trx, rollCall, version } = changing;
	if (undoes === undefined || before === null) return false;
	const of = { requestId: undoes, actorId: actor.id };
	const earlier = await store.marks.findMarkBefore(trx, rollCall.id, studentId, of);
	if (earlier === undefined) return false;
	const stood = isOfClosing(earlier.mark) && rollCall.state === 'open' ? null : earlier.mark;
	const status = stood?.status ?? null;
	if (status === null && rollCall.state === 'closed') return false;
	// A row of the camera's without a status is none: it may mark again.
	const { method, markedBy, markedAt, leftAt, remark, excuseId } = stood ?? {
		...{ method: 'camera' as const, markedBy: null, markedAt: before.markedAt },
		...{ leftAt: null, remark: null, excuseId: null },
	};
	const minutesLate = status === 'late' ? minutesSince(rollCall.startsAt, markedAt) : null;
	const after = { status, markedAt, minutesLate, leftAt, remark, excuseId };
	await store.marks.upsertMarks(trx, rollCall.id, version, [
		{ ...after, studentId, method, markedBy },
	]);
	const reason = refused.markTakenBack;
	await keepHandChange(store, changing, actor, { requestId: id, studentId, reason, before, after });
	if (!hasCome(status)) await store.learning.unlearnAbsent(trx, rollCall.id, [studentId]);
	return true;
}

/** Absent by the rule: what a roll call that was opened again has taken back. */
function isOfClosing(mark: Pick<StandingMark, 'status' | 'method'> | null): boolean {
	return mark?.status === 'absent' && mark.method === 'rule';
}

/**
 * The change that a request made before; null for a new request.
 * @throws AppError 'conflict' when the id was used for another student or roll call
 */
async function findTaken(
	{ marks }: MarkStore,
	{ trx, rollCall }: Changing,
	requestId: string,
	studentId: string,
) {
	const earlier = await marks.findChangeByRequest(trx, requestId);
	if (earlier === undefined) return null;
	if (earlier.rollCallId === rollCall.id && earlier.studentId === studentId) return earlier;
	throw new AppError('conflict', refused.idUsed);
}

/** @returns the student's mark. @throws AppError 'invalid' for somebody who is not on the roster */
async function findOnRoster(
	{ marks }: MarkStore,
	changing: Changing,
	studentId: string,
): Promise<StandingMark | null> {
	const standing = await findStanding({ marks }, changing, studentId);
	// Whoever has a mark is on it.
	if (standing !== null) return standing;
	if (await marks.isOnRoster(changing.trx, changing.rollCall.id, studentId)) return null;
	throw new AppError('invalid', refused.notOnRoster);
}

/** @returns null where it stands as wanted by now */
async function conflictWith(
	{ history }: HandMarkStore,
	{ trx, rollCall }: Changing,
	{ studentId, wanted }: { studentId: string; wanted: MarkStatus | null },
): Promise<MarkConflict | null> {
	const standing = await history.findStandingMark(trx, rollCall.id, studentId);
	return standing === undefined || standing.status === wanted ? null : { ...standing, wanted };
}

/** A student's mark as it stands; null where there is none. */
export async function findStanding(
	{ marks }: MarkStore,
	{ trx, rollCall }: Changing,
	studentId: string,
): Promise<StandingMark | null> {
	const [student] = await marks.listMarkedStudents(trx, rollCall.id, [studentId]);
	return student?.mark ?? null;
}

/** Writes a person's mark and keeps the change. */
export async function writeHandMark(
	store: MarkStore,
	changing: Changing,
	actor: Actor,
	change: HandChange & { after: MarkContent },
): Promise<void> {
	const { trx, rollCall, version } = changing;
	const { studentId, after } = change;
	await store.marks.upsertMarks(trx, rollCall.id, version, [
		{ ...after, studentId, method: 'teacher', markedBy: actor.id },
	]);
	await keepHandChange(store, changing, actor, change);
}

/** Keeps what a person did, also where the mark stays as it was. */
export async function keepHandChange(
	{ marks }: MarkStore,
	{ trx, rollCall }: Changing,
	actor: Actor,
	change: HandChange & { after: MarkContent; conflict?: { wanted: MarkStatus | null } },
): Promise<void> {
	await marks.insertChanges(trx, rollCall.id, [
		{ ...change, method: 'teacher', changedBy: actor.id },
	]);
}
