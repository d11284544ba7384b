import type { DoubtAnswer, ReopenDoubt } from '$lib/contract/events';
import type { DoubtReason } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type { DoubtRow, VisitId } from '../db/doubts.repository';
import type { MarkRow } from '../db/marks.repository';
import type { MarkBefore } from '../db/schema';
import type { Actor } from '../domain/access';
import { arrival } from '../domain/attendance';
import { AppError } from '../errors';
import { clampToOpen, writeHandMark } from './marks-by-hand';
import type { ReferenceLearning } from './reference-learning';
import { closed, notFound, type Changing, type RollCallStore } from './roll-call-change';

export interface DoubtStore extends Pick<RollCallStore, 'marks' | 'doubts'> {
	learning: Pick<ReferenceLearning, 'unlearn'>;
}

/** What became of a doubt; whoever watches the track learns from it. */
export interface AnsweredDoubt extends VisitId {
	rollCallId: string;
	doubtId: string;
	candidateIds: readonly string[];
	reason: DoubtReason;
	answer: 'confirmed' | 'rejected' | 'reopened';
	/** Whom it confirmed. */
	studentId: string | null;
}

/**
 * Answers a doubt: marks the confirmed candidate from when they were seen. "No" to a name that the
 * camera gave and what followed contradicts takes the camera's mark back.
 *
 * @returns what became of it; null when the answer was taken before
 * @throws AppError 'not-found', 'invalid', 'conflict', 'closed'
 */
export async function answerDoubt(
	store: DoubtStore,
	changing: Changing,
	{ actor, answer, now }: { actor: Actor; answer: DoubtAnswer; now: number },
): Promise<AnsweredDoubt | null> {
	const { trx, rollCall, version } = changing;
	const doubt = await requireDoubt(store, changing, answer.doubtId);
	const { studentId } = answer;
	if (studentId !== null && !answer.candidateIds.includes(studentId)) {
		throw new AppError('invalid', messages.rollCallRefusals.notACandidate);
	}
	if (await isTaken(store, changing, answer)) return null;
	if (!isAbout(doubt, answer)) {
		throw new AppError('conflict', messages.rollCallRefusals.doubtChanged);
	}
	if (doubt.state !== 'waiting') {
		if (studentId === null && doubt.state === 'rejected') return null;
		if (rollCall.state === 'closed') throw closed();
		throw new AppError('conflict', messages.rollCallRefusals.doubtAnswered);
	}
	const outcome = studentId === null ? 'rejected' : 'confirmed';
	const markBefore = await markAnswered(store, changing, { actor, answer, doubt, now });
	await store.doubts.updateDoubtState(trx, doubt.id, {
		state: outcome,
		resolvedBy: actor.id,
		version,
	});
	await store.doubts.insertDoubtAnswer(trx, {
		id: answer.id,
		doubtId: doubt.id,
		answer: outcome,
		studentId,
		markBefore,
		answeredBy: actor.id,
	});
	return describe(changing, doubt, outcome, studentId);
}

/**
 * Takes an answer back: the doubt waits again, and the mark is as it was before, unless somebody
 * changed it since.
 *
 * @returns what became of it; null when it waits already
 * @throws AppError 'not-found', 'conflict', 'closed'
 */
export async function reopenDoubt(
	store: DoubtStore,
	changing: Changing,
	{ actor, reopen }: { actor: Actor; reopen: ReopenDoubt },
): Promise<AnsweredDoubt | null> {
	const { trx, rollCall, version } = changing;
	const doubt = await requireDoubt(store, changing, reopen.doubtId);
	if (await isTaken(store, changing, reopen)) return null;
	if (doubt.state === 'waiting') return null;
	if (rollCall.state === 'closed') throw closed();
	const latest = await store.doubts.findLatestAnswer(trx, doubt.id);
	if (doubt.state === 'settled' || latest === undefined) {
		throw new AppError('conflict', messages.rollCallRefusals.doubtSettled);
	}
	if (latest.markBefore !== null)
		await restoreMark(store, changing, actor, doubt, latest.markBefore);
	await store.doubts.updateDoubtState(trx, doubt.id, {
		state: 'waiting',
		resolvedBy: null,
		version,
	});
	// After the doubt's row is ours: what was just being learnt from it is there by now.
	await store.learning.unlearn(trx, doubt.id);
	await store.doubts.insertDoubtAnswer(trx, {
		id: reopen.id,
		doubtId: doubt.id,
		answer: 'reopened',
		studentId: null,
		markBefore: null,
		answeredBy: actor.id,
	});
	return describe(changing, doubt, 'reopened', null);
}

/** Whether the doubt still asks about whom the teacher saw. */
function isAbout({ candidateIds }: DoubtRow, answer: DoubtAnswer): boolean {
	const shown = answer.candidateIds;
	return shown.length === candidateIds.length && shown.every((id) => candidateIds.includes(id));
}

async function requireDoubt(
	{ doubts }: DoubtStore,
	{ trx, rollCall }: Changing,
	doubtId: string,
): Promise<DoubtRow> {
	const doubt = await doubts.findDoubt(trx, rollCall.id, doubtId);
	if (doubt === undefined) throw notFound();
	return doubt;
}

/** @throws AppError 'conflict' when the id was used for another doubt */
async function isTaken(
	{ doubts }: DoubtStore,
	{ trx }: Changing,
	{ id, doubtId }: { id: string; doubtId: string },
): Promise<boolean> {
	const earlier = await doubts.findAnswerByRequest(trx, id);
	if (earlier === undefined) return false;
	if (earlier.doubtId === doubtId) return true;
	throw new AppError('conflict', messages.rollCallRefusals.idUsed);
}

/** @returns the mark before, where the answer changed it */
async function markAnswered(
	store: DoubtStore,
	changing: Changing,
	given: { actor: Actor; answer: DoubtAnswer; doubt: DoubtRow; now: number },
): Promise<MarkBefore | null> {
	const { actor, answer, doubt, now } = given;
	const { rollCall } = changing;
	const hand = { requestId: answer.id, reason: null, unlessArrived: true };
	if (answer.studentId !== null) {
		const markedAt = clampToOpen(doubt.seenAt, rollCall, now);
		const mark = { ...hand, studentId: answer.studentId, markedAt, ...arrival(markedAt, rollCall) };
		return before(mark.studentId, await writeHandMark(store, changing, actor, mark));
	}
	const [studentId] = doubt.candidateIds;
	if (doubt.reason !== 'contradicted' || studentId === undefined) return null;
	const [student] = await store.marks.listMarkedStudents(changing.trx, rollCall.id, [studentId]);
	// A person's word since then stands.
	if (student?.mark?.method !== 'camera') return null;
	const status = rollCall.state === 'closed' ? ('absent' as const) : null;
	const mark = {
		...hand,
		studentId,
		status,
		markedAt: now,
		minutesLate: null,
		unlessArrived: false,
	};
	return before(studentId, await writeHandMark(store, changing, actor, mark));
}

function before(studentId: string, written: { before: MarkRow | null } | null): MarkBefore | null {
	if (written === null) return null;
	const { before: mark } = written;
	return {
		studentId,
		status: mark?.status ?? null,
		markedAt: mark?.markedAt ?? null,
		minutesLate: mark?.minutesLate ?? null,
		method: mark?.method ?? null,
		markedBy: mark?.markedBy ?? null,
	};
}

async function restoreMark(
	{ marks }: DoubtStore,
	{ trx, rollCall, version }: Changing,
	actor: Actor,
	doubt: DoubtRow,
	earlier: MarkBefore,
): Promise<void> {
	const { studentId } = earlier;
	const [student] = await marks.listMarkedStudents(trx, rollCall.id, [studentId]);
	if (student?.mark?.version !== doubt.version) return;
	await marks.upsertMarks(trx, rollCall.id, version, [
		{
			studentId,
			status: earlier.status,
			markedAt: new Date(earlier.markedAt ?? student.mark.markedAt),
			minutesLate: earlier.minutesLate,
			// A row of the camera's without a status is none: it may mark again.
			method: earlier.method ?? 'camera',
			markedBy: earlier.markedBy,
		},
	]);
	await marks.insertChanges(trx, rollCall.id, [
		{
			requestId: null,
			studentId,
			oldStatus: student.mark.status,
			newStatus: earlier.status,
			method: 'teacher',
			changedBy: actor.id,
			reason: messages.rollCallRefusals.answerTakenBack,
		},
	]);
}

function describe(
	{ rollCall }: Changing,
	{ id: doubtId, cameraId, trackId, visit, candidateIds, reason }: DoubtRow,
	answer: AnsweredDoubt['answer'],
	studentId: string | null,
): AnsweredDoubt {
	const rollCallId = rollCall.id;
	const about = { cameraId, trackId, visit, candidateIds, reason };
	return { rollCallId, doubtId, ...about, answer, studentId };
}
