import type { DoubtAnswer, MarkRequest } from '$lib/contract/events';
import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type { DoubtRow } from '../db/doubts.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import type { Actor } from '../domain/access';
import { arrival, clampToRollCall, minutesSince } from '../domain/attendance';
import { AppError } from '../errors';
import { closed, notFound, type Changing, type RollCallStore } from './roll-call-change';

type MarkStore = Pick<RollCallStore, 'marks' | 'doubts'>;

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
	store: MarkStore,
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
	return true;
}

/** @returns whether anything changed. @throws AppError 'not-found', 'invalid', 'conflict', 'closed' */
export async function answerDoubt(
	store: MarkStore,
	changing: Changing,
	{ actor, answer, now }: { actor: Actor; answer: DoubtAnswer; now: number },
): Promise<boolean> {
	const { trx, rollCall, version } = changing;
	const doubt = await store.doubts.findDoubt(trx, rollCall.id, answer.doubtId);
	if (doubt === undefined) throw notFound();
	if (answer.studentId !== null && !doubt.candidateIds.includes(answer.studentId)) {
		throw new AppError('invalid', messages.rollCallRefusals.notACandidate);
	}
	if (doubt.state !== 'waiting') {
		if (await answeredAlike(store, changing, doubt, answer)) return false;
		if (rollCall.state === 'closed') throw closed();
		throw new AppError('conflict', messages.rollCallRefusals.doubtAnswered);
	}
	await store.doubts.updateDoubtAnswered(trx, doubt.id, {
		state: answer.studentId === null ? 'rejected' : 'confirmed',
		resolvedBy: actor.id,
		version,
	});
	if (answer.studentId !== null) {
		const markedAt = clampToOpen(doubt.seenAt, rollCall, now);
		await writeHandMark(store, changing, actor, {
			requestId: answer.id,
			studentId: answer.studentId,
			markedAt,
			...arrival(markedAt, rollCall),
			reason: null,
			unlessArrived: true,
		});
	}
	return true;
}

/** Whether this answer, or the same one by somebody else, was taken already. */
async function answeredAlike(
	store: MarkStore,
	changing: Changing,
	doubt: DoubtRow,
	answer: DoubtAnswer,
): Promise<boolean> {
	if (answer.studentId === null) return doubt.state === 'rejected';
	return takenBefore(store, changing, answer.id, answer.studentId);
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

async function writeHandMark(
	{ marks }: MarkStore,
	{ trx, rollCall, version }: Changing,
	actor: Actor,
	mark: HandMark,
): Promise<void> {
	const [before] = await marks.listMarkedStudents(trx, rollCall.id, [mark.studentId]);
	const oldStatus = before?.status ?? null;
	const stands = mark.unlessArrived && (oldStatus === 'present' || oldStatus === 'late');
	const status = stands ? oldStatus : mark.status;
	if (!stands) {
		await marks.upsertMarks(trx, rollCall.id, version, [
			{
				studentId: mark.studentId,
				status,
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
			newStatus: status,
			method: 'teacher',
			changedBy: actor.id,
			reason: mark.reason,
		},
	]);
}

/** A tap that was made offline keeps its own time, but lies within the roll call. */
function clampToOpen(at: number, rollCall: RollCallRow, now: number): number {
	return clampToRollCall(at, rollCall.openedAt ?? rollCall.startsAt, rollCall.closedAt ?? now);
}
