import type { MarkRequest } from '$lib/contract/events';
import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type { MarkRow } from '../db/marks.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import type { Actor } from '../domain/access';
import { clampToRollCall, minutesSince } from '../domain/attendance';
import { AppError } from '../errors';
import type { ReferenceLearning } from './reference-learning';
import type { Changing, RollCallStore } from './roll-call-change';

type MarkStore = Pick<RollCallStore, 'marks'>;

export interface HandMarkStore extends MarkStore {
	learning: Pick<ReferenceLearning, 'unlearnAbsent'>;
}

/** A person's mark, ready to be written. */
interface HandMark {
	requestId: string;
	studentId: string;
	status: MarkStatus | null;
	/** ms since 1970, within the roll call. */
	markedAt: number;
	minutesLate: number | null;
	reason: string | null;
	/** Whether a student who is present or late already keeps that mark and its time. */
	unlessArrived: boolean;
}

/** @returns whether anything changed. @throws AppError 'invalid', 'conflict' */
export async function markByHand(
	store: HandMarkStore,
	changing: Changing,
	{ actor, request, now }: { actor: Actor; request: MarkRequest; now: number },
): Promise<boolean> {
	const { trx, rollCall } = changing;
	if (await takenBefore(store, changing, request.id, request.studentId)) return false;
	if (!(await store.marks.isOnRoster(trx, rollCall.id, request.studentId))) {
		throw new AppError('invalid', messages.rollCallRefusals.notOnRoster);
	}
	const markedAt = clampToOpen(request.markedAt, rollCall, now);
	// Nobody waits in a closed roll call: a mark that is taken back there leaves the rule's.
	const status = request.status ?? (rollCall.state === 'closed' ? 'absent' : null);
	await writeHandMark(store, changing, actor, {
		requestId: request.id,
		studentId: request.studentId,
		status,
		markedAt,
		minutesLate: status === 'late' ? minutesSince(rollCall.startsAt, markedAt) : null,
		reason: request.reason ?? null,
		unlessArrived: false,
	});
	if (status !== 'present' && status !== 'late') {
		await store.learning.unlearnAbsent(trx, rollCall.id, request.studentId);
	}
	return true;
}

/** @throws AppError 'conflict' when the id was used for another student or roll call */
async function takenBefore(
	{ marks }: MarkStore,
	{ trx, rollCall }: Changing,
	requestId: string,
	studentId: string,
): Promise<boolean> {
	const earlier = await marks.findChangeByRequest(trx, requestId);
	if (earlier === undefined) return false;
	if (earlier.rollCallId === rollCall.id && earlier.studentId === studentId) return true;
	throw new AppError('conflict', messages.rollCallRefusals.idUsed);
}

/**
 * Writes a person's mark and keeps the change.
 * @returns the mark that it replaced; null where an earlier arrival stands
 */
export async function writeHandMark(
	{ marks }: MarkStore,
	{ trx, rollCall, version }: Changing,
	actor: Actor,
	mark: HandMark,
): Promise<{ before: MarkRow | null } | null> {
	const [student] = await marks.listMarkedStudents(trx, rollCall.id, [mark.studentId]);
	const before = student?.mark ?? null;
	const oldStatus = before?.status ?? null;
	const stands = mark.unlessArrived && (oldStatus === 'present' || oldStatus === 'late');
	if (!stands) {
		await marks.upsertMarks(trx, rollCall.id, version, [
			{
				studentId: mark.studentId,
				status: mark.status,
				markedAt: new Date(mark.markedAt),
				minutesLate: mark.minutesLate,
				method: 'teacher',
				markedBy: actor.id,
			},
		]);
	}
	await marks.insertChanges(trx, rollCall.id, [
		{
			requestId: mark.requestId,
			studentId: mark.studentId,
			oldStatus,
			newStatus: stands ? oldStatus : mark.status,
			method: 'teacher',
			changedBy: actor.id,
			reason: mark.reason,
		},
	]);
	return stands ? null : { before };
}

/** A tap that was made offline keeps its own time, but lies within the roll call. */
export function clampToOpen(at: number, rollCall: RollCallRow, now: number): number {
	return clampToRollCall(at, rollCall.openedAt ?? rollCall.startsAt, rollCall.closedAt ?? now);
}
