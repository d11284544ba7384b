import type { DoubtAnswer, ReopenDoubt } from '$lib/contract/events';
import type { DoubtReason } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type { DoubtRow, VisitId } from '../db/doubts.repository';
import type { MarkBefore } from '../db/schema';
import type { Actor } from '../domain/access';
import { arrival } from '../domain/attendance';
import { clampToOpen, hasCome, wantedStatus, type StandingMark } from '../domain/hand-mark';
import { cameInLate, isOlderThan } from '../domain/late-records';
import { AppError } from '../errors';
import { requirePlausible, type LateRecordStore } from './late-records';
import { findStanding, keepHandChange, writeHandMark } from './marks-by-hand';
import type { ReferenceLearning } from './reference-learning';
import { closed, notFound, type Changing, type RollCallStore } from './roll-call-change';

export interface DoubtStore extends Pick<RollCallStore, 'marks' | 'doubts'>, LateRecordStore {
	learning: Pick<ReferenceLearning, 'confirm' | 'unlearn'>;
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
 * @throws AppError 'not-found', 'invalid', 'conflict', 'closed', 'bad-time', 'too-late'
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
	await requirePlausible(store, trx, rollCall, { madeAt: answer.madeAt, now });
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
	if (doubt.reason === 'unconfirmed' && studentId !== null) {
		const { id: doubtId, raisedAt } = doubt;
		await store.learning.confirm(trx, { studentId, doubtId, raisedAt, userId: actor.id });
	}
	return describe(changing, doubt, outcome, studentId);
}

/**
 * Takes an answer back: the doubt waits again, and the mark is as it was before, unless somebody
 * changed it since.
 *
 * @returns what became of it; null when it waits already
 * @param now ms since 1970
 * @throws AppError 'not-found', 'conflict'; 'closed', but for what was made while it was open;
 *   'bad-time', 'too-late'
 */
export async function reopenDoubt(
	store: DoubtStore,
	changing: Changing,
	{ actor, reopen, now }: { actor: Actor; reopen: ReopenDoubt; now: number },
): Promise<AnsweredDoubt | null> {
	const { trx, rollCall, version } = changing;
	const { madeAt } = reopen;
	await requirePlausible(store, trx, rollCall, { madeAt, now });
	const doubt = await requireDoubt(store, changing, reopen.doubtId);
	if (await isTaken(store, changing, reopen)) return null;
	if (doubt.state === 'waiting') return null;
	if (rollCall.state === 'closed' && !cameInLate(madeAt, rollCall)) throw closed();
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

interface GivenAnswer {
	actor: Actor;
	answer: DoubtAnswer;
	doubt: DoubtRow;
	now: number;
}

/** @returns the mark before, where the answer changed it */
async function markAnswered(
	store: DoubtStore,
	changing: Changing,
	given: GivenAnswer,
): Promise<MarkBefore | null> {
	const { answer, doubt } = given;
	if (answer.studentId !== null) return confirmMark(store, changing, answer.studentId, given);
	const [studentId] = doubt.candidateIds;
	if (doubt.reason !== 'contradicted' || studentId === undefined) return null;
	return takeBackMark(store, changing, studentId, given);
}

/** An earlier arrival stands; that it was confirmed is kept. */
async function confirmMark(
	store: DoubtStore,
	changing: Changing,
	studentId: string,
	{ actor, answer, doubt, now }: GivenAnswer,
): Promise<MarkBefore | null> {
	const before = await findStanding(store, changing, studentId);
	const change = { ...changeOf(changing, answer, now), studentId, before };
	const isLessNew = await isOlderAnswer(store, changing, studentId, answer);
	if (before !== null && (isLessNew || hasCome(before.status))) {
		await keepHandChange(store, changing, actor, { ...change, after: before });
		return null;
	}
	const markedAt = clampToOpen(doubt.seenAt, changing.rollCall, now);
	const after = { ...onlyRemark(before), ...arrival(markedAt, changing.rollCall), markedAt };
	await writeHandMark(store, changing, actor, { ...change, after });
	return toMarkBefore(studentId, before);
}

/** Takes back what the camera marked. A person's word since then stands. */
async function takeBackMark(
	store: DoubtStore,
	changing: Changing,
	studentId: string,
	{ actor, answer, now }: GivenAnswer,
): Promise<MarkBefore | null> {
	const before = await findStanding(store, changing, studentId);
	if (before?.method !== 'camera') return null;
	const status = wantedStatus({ status: null }, changing.rollCall);
	const after = { ...onlyRemark(before), status, markedAt: now, minutesLate: null };
	const change = { ...changeOf(changing, answer, now), studentId, before };
	await writeHandMark(store, changing, actor, { ...change, after });
	return toMarkBefore(studentId, before);
}

function changeOf({ rollCall }: Changing, { id, madeAt }: DoubtAnswer, now: number) {
	const cameInAt = cameInLate(madeAt, rollCall) ? now : null;
	return { requestId: id, reason: null, madeAt, cameInAt };
}

/** Whether the student was marked by hand after the answer was given on a device without a network. */
async function isOlderAnswer(
	{ marks }: DoubtStore,
	{ trx, rollCall }: Changing,
	studentId: string,
	{ madeAt }: DoubtAnswer,
): Promise<boolean> {
	if (madeAt === undefined) return false;
	const standing = await marks.findHandMade(trx, rollCall.id, studentId);
	return isOlderThan(standing ?? null, { madeAt, sawVersion: undefined });
}

/** What outlasts a new status. */
function onlyRemark(before: StandingMark | null) {
	return { leftAt: null, remark: before?.remark ?? null, excuseId: null };
}

function toMarkBefore(studentId: string, mark: StandingMark | null): MarkBefore {
	return {
		studentId,
		status: mark?.status ?? null,
		markedAt: mark?.markedAt ?? null,
		minutesLate: mark?.minutesLate ?? null,
		leftAt: mark?.leftAt ?? null,
		remark: mark?.remark ?? null,
		excuseId: mark?.excuseId ?? null,
		method: mark?.method ?? null,
		markedBy: mark?.markedBy ?? null,
	};
}

async function restoreMark(
	{ marks }: DoubtStore,
	changing: Changing,
	actor: Actor,
	doubt: DoubtRow,
	earlier: MarkBefore,
): Promise<void> {
	const { trx, rollCall, version } = changing;
	const { studentId } = earlier;
	const before = await findStanding({ marks }, changing, studentId);
	if (before?.version !== doubt.version) return;
	const after = {
		status: earlier.status,
		markedAt: earlier.markedAt ?? before.markedAt,
		minutesLate: earlier.minutesLate,
		leftAt: earlier.leftAt ?? null,
		remark: earlier.remark ?? null,
		excuseId: earlier.excuseId ?? null,
	};
	// A row of the camera's without a status is none: it may mark again.
	const method = earlier.method ?? 'camera';
	await marks.upsertMarks(trx, rollCall.id, version, [
		{ ...after, studentId, method, markedBy: earlier.markedBy },
	]);
	await marks.insertChanges(trx, rollCall.id, [
		{
			requestId: null,
			studentId,
			before,
			after,
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
