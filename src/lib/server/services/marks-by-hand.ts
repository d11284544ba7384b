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
import { cameInLate, isOlderThan } from '../domain/late-records';
import { AppError } from '../errors';
import { requirePlausible, type LateRecordStore } from './late-records';
import type { ReferenceLearning } from './reference-learning';
import type { Changing, RollCallStore } from './roll-call-change';

type MarkStore = Pick<RollCallStore, 'marks'>;

export interface HandMarkStore extends MarkStore, LateRecordStore {
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
	/** When they did it; undefined: now. */
	madeAt: number | undefined;
	/** When it arrived, where the roll call closed meanwhile. */
	cameInAt: number | null;
}

const refused = messages.rollCallRefusals;
const PROBLEMS: Record<HandMarkProblem, string> = {
	'left-without-coming': refused.leftWithoutComing,
	'left-before-coming': refused.leftBeforeComing,
};

/**
 * Marks as a person asked, unless a newer mark by hand stands there that they had not seen: then that
 * one holds, and the history keeps what was asked.
 *
 * @returns whether the mark changed, and what stands in its way; a retry gets the answer again
 * @throws AppError 'invalid', 'conflict' for an id that was used for something else; 'bad-time',
 *   'too-late'
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
	const { madeAt } = request;
	await requirePlausible(store, trx, rollCall, { madeAt, now });
	const before = await findOnRoster(store, changing, studentId);
	const cameInAt = cameInLate(madeAt, rollCall) ? now : null;
	const by = { requestId: request.id, studentId, madeAt, cameInAt };
	if (await takeBack(store, changing, actor, { ...by, undoes: request.undoes, before })) {
		return { changed: true, conflict: null };
	}
	const change = { ...by, reason: request.reason ?? null, before };
	const status = wantedStatus(request, rollCall);
	if (before !== null && (await mustYield(store, changing, actor, request, before))) {
		const conflict = { studentId, wanted: status };
		const differs = before.status === status ? {} : { conflict };
		await keepHandChange(store, changing, actor, { ...change, after: before, ...differs });
		return { changed: false, conflict: await conflictWith(store, changing, conflict) };
	}
	const made = handMark(request, before, rollCall, now);
	if ('problem' in made) throw new AppError('invalid', PROBLEMS[made.problem]);
	await writeHandMark(store, changing, actor, { ...change, after: made.mark });
	if (!hasCome(status)) await store.learning.unlearnAbsent(trx, rollCall.id, [studentId]);
	return { changed: true, conflict: null };
}

/**
 * Whether what stands there holds against a request: somebody else's word that its sender had not
 * seen, or one that is newer than what was made on a device without a network.
 */
async function mustYield(
	{ marks }: HandMarkStore,
	{ trx, rollCall }: Changing,
	actor: Actor,
	request: MarkRequest,
	before: StandingMark,
): Promise<boolean> {
	const { studentId, sawVersion, madeAt } = request;
	const status = wantedStatus(request, rollCall);
	if (isOvertaken(before, { status, sawVersion, actorId: actor.id })) return true;
	if (madeAt === undefined) return false;
	const standing = await marks.findHandMade(trx, rollCall.id, studentId);
	return isOlderThan(standing ?? null, { madeAt, sawVersion });
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
	undo: Omit<HandChange, 'reason'> & Pick<MarkRequest, 'undoes'>,
): Promise<boolean> {
	const { trx, rollCall, version } = changing;
	const { studentId, undoes, before, cameInAt } = undo;
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
		{ ...after, studentId, method, markedBy, cameInAt },
	]);
	const reason = refused.markTakenBack;
	await keepHandChange(store, changing, actor, { ...undo, before, reason, after });
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
	const { studentId, after, cameInAt } = change;
	await store.marks.upsertMarks(trx, rollCall.id, version, [
		{ ...after, studentId, method: 'teacher', markedBy: actor.id, cameInAt },
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
	const cameIn = change.cameInAt !== null;
	await marks.insertChanges(trx, rollCall.id, [
		{ ...change, method: 'teacher', changedBy: actor.id, cameInLate: cameIn },
	]);
}
