import * as v from 'valibot';
import type {
	DisputeAnswer,
	DisputedMark,
	DisputeLists,
	DisputeRefusal,
	DisputeView,
	WaitingDispute,
} from '$lib/contract/disputes';
import type { OwnMark, OwnMarkStory } from '$lib/contract/record';
import { IdSchema } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as disputeRows from '../db/disputes.repository';
import type { Trx } from '../db/executor';
import type * as historyRows from '../db/mark-history.repository';
import type * as schoolRows from '../db/school.repository';
import { teacherOf, type Actor } from '../domain/access';
import {
	correctedDetails,
	correctionProblem,
	DISPUTE_DAYS,
	disputeRefusal,
	toldSince,
} from '../domain/disputes';
import { groupBy } from '../domain/group-by';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { markByHand, type HandMarkStore } from './marks-by-hand';
import {
	changeRollCall,
	notFound,
	requireRollCall,
	type Changing,
	type RollCallStore,
} from './roll-call-change';
import { statusNamesOf } from './status-names';

export interface DisputesDeps extends RollCallStore, HandMarkStore {
	disputes: typeof disputeRows;
	history: typeof historyRows;
	school: Pick<typeof schoolRows, 'listStatusNames'> & HandMarkStore['school'];
	clock: () => Date;
}

export type Disputes = ReturnType<typeof createDisputesService>;

/** Waiting disputes that are shown at once, each with its form. */
const MOST_WAITING = 50;
/** Answered ones below them: to look something up, not to study. */
const LAST_ANSWERED = 20;
/** Changes of one mark: far more than anybody reads. */
const LAST_CHANGES = 100;

const words = messages.disputes.refusals;

/**
 * A student says that a mark of their own is wrong, and whoever teaches the class answers. Every
 * method throws AppError 'forbidden' for a role that may not do it, and 'not-found' for a mark or a
 * dispute that is not there or is somebody else's.
 */
export function createDisputesService(deps: DisputesDeps) {
	const { db, disputes, marks, history, clock } = deps;

	async function ownMark(actor: Actor, rollCallId: string): Promise<OwnMark> {
		// Addresses hold whatever somebody typed; PostgreSQL takes only ids for an id.
		const mark = v.is(IdSchema, rollCallId)
			? await marks.findOwnMark(db, actor.id, rollCallId)
			: undefined;
		if (mark === undefined) throw notFound();
		return mark;
	}

	function refusalOf(mark: OwnMark, earlier: readonly DisputeView[]): DisputeRefusal | null {
		const hasWaiting = earlier.some(({ state }) => state === 'waiting');
		return disputeRefusal(mark, { hasWaiting, now: clock().getTime() });
	}

	return {
		/** The signed-in student's own mark in a roll call, and what became of it. */
		async ownMark(actor: Actor, rollCallId: string): Promise<OwnMarkStory> {
			authorise(actor, 'viewOwnRecord');
			const mark = await ownMark(actor, rollCallId);
			const [changes, own] = await Promise.all([
				history.listMarkChanges(db, rollCallId, actor.id, LAST_CHANGES),
				disputes.listDisputesOfMark(db, rollCallId, actor.id),
			]);
			const refusal = refusalOf(mark, own);
			return { mark, history: changes, disputes: own, refusal, disputeDays: DISPUTE_DAYS };
		},

		/** The signed-in student's disputes that were answered in the last days, the newest first. */
		async answeredLately(actor: Actor): Promise<DisputeView[]> {
			authorise(actor, 'viewOwnRecord');
			return disputes.listAnswersTo(db, actor.id, new Date(toldSince(clock().getTime())));
		},

		/** @throws AppError 'conflict' where one waits already, the mark is gone, or it is too late */
		async raise(actor: Actor, rollCallId: string, { text }: DisputedMark): Promise<void> {
			authorise(actor, 'disputeMark');
			const mark = await ownMark(actor, rollCallId);
			const refusal = refusalOf(mark, await disputes.listDisputesOfMark(db, rollCallId, actor.id));
			if (refusal !== null) throw refused(refusal);
			if (mark.status === null) throw refused('no-mark');
			const isNew = await disputes.insertDispute(db, {
				rollCallId,
				studentId: actor.id,
				disputedStatus: mark.status,
				text,
				disputedAt: clock(),
			});
			if (!isNew) throw refused('waiting');
		},

		/** Those of the actor's classes. */
		async list(actor: Actor): Promise<DisputeLists> {
			authorise(actor, 'answerDispute');
			const teacherId = teacherOf(actor);
			const [waiting, waitingCount, answered] = await Promise.all([
				disputes.listWaitingDisputes(db, teacherId, MOST_WAITING),
				disputes.countWaitingDisputes(db, teacherId),
				disputes.listAnsweredDisputes(db, teacherId, LAST_ANSWERED),
			]);
			return { waiting: await withHistories(deps, waiting), waitingCount, answered };
		},

		async countWaiting(actor: Actor): Promise<number> {
			authorise(actor, 'answerDispute');
			return disputes.countWaitingDisputes(db, teacherOf(actor));
		},

		/**
		 * Answers a dispute. A changed mark, its history and the answer are one step: either all of it
		 * stands or nothing.
		 * @returns whose it was
		 * @throws AppError 'conflict' when it was answered before, or another mark stands than the
		 *   teacher saw; 'invalid' for a change to what stands already, or to a coming that cannot be
		 */
		async answer(actor: Actor, answer: DisputeAnswer): Promise<{ studentName: string }> {
			authorise(actor, 'answerDispute');
			const dispute = await disputes.findDispute(db, answer.disputeId);
			if (dispute === undefined) throw notFound();
			const { id: rollCallId } = await requireRollCall(deps, actor, dispute.rollCallId);
			const at = clock();
			await changeRollCall(deps, rollCallId, null, async (changing) => {
				await settleDispute(deps, changing.trx, { actor, answer, at });
				const standing = await requireSeen(deps, changing.trx, { answer, dispute });
				if (answer.decision === 'kept') return false;
				const now = at.getTime();
				return correctMark(deps, changing, { actor, answer, dispute, standing, now });
			});
			return { studentName: dispute.studentName };
		},
	};
}

/** Keeps the answer. The first one counts; whoever comes second is told of it. */
async function settleDispute(
	{ disputes }: Pick<DisputesDeps, 'disputes'>,
	trx: Trx,
	{ actor, answer, at }: { actor: Actor; answer: DisputeAnswer; at: Date },
): Promise<void> {
	const isFirst = await disputes.updateToAnswered(trx, {
		id: answer.disputeId,
		state: answer.decision,
		answer: answer.answer,
		answeredBy: actor.id,
		answeredAt: at,
	});
	if (isFirst) return;
	const earlier = await disputes.findDispute(trx, answer.disputeId);
	if (earlier === undefined || earlier.state === 'waiting') throw notFound();
	const { answeredBy, state } = earlier;
	throw new AppError('conflict', words.answered(answeredBy, state, earlier.answer));
}

/**
 * @returns the disputed mark as it stands
 * @throws AppError 'conflict' where it is not what the teacher saw
 */
async function requireSeen(
	{ marks, school }: Pick<DisputesDeps, 'marks' | 'school'>,
	trx: Trx,
	{ answer, dispute }: { answer: DisputeAnswer; dispute: DisputeView },
): Promise<OwnMark> {
	const standing = await marks.findOwnMark(trx, dispute.studentId, dispute.rollCallId);
	if (standing === undefined) throw notFound();
	const { status } = standing;
	if (answer.sawStatus === undefined || answer.sawStatus === (status ?? 'waiting')) return standing;
	const names = statusNamesOf(await school.listStatusNames(trx));
	const word = status === null ? messages.common.waiting.word : names[status].word;
	throw new AppError('conflict', words.changedMeanwhile(word));
}

/** @returns whether the mark changed */
async function correctMark(
	deps: DisputesDeps,
	changing: Changing,
	given: {
		actor: Actor;
		answer: Extract<DisputeAnswer, { decision: 'changed' }>;
		dispute: DisputeView;
		standing: OwnMark;
		now: number;
	},
): Promise<boolean> {
	const { actor, answer, dispute, standing, now } = given;
	const { rollCallId, studentId } = dispute;
	if (
		answer.status === standing.status &&
		(answer.status !== 'late' || answer.minutesLate === standing.minutesLate)
	) {
		throw new AppError('invalid', words.sameMark);
	}
	const problem = correctionProblem(answer, changing.rollCall, now);
	if (problem !== null) throw new AppError('invalid', words[problem]);
	const { changed } = await markByHand(deps, changing, {
		actor,
		request: {
			id: answer.disputeId,
			rollCallId,
			studentId,
			status: answer.status,
			markedAt: now,
			details: correctedDetails(answer, standing, standing.startsAt),
			reason: messages.disputes.changeReason(dispute.text),
		},
		now,
	});
	return changed;
}

/** Each with what became of its mark. */
async function withHistories(
	{ db, history }: Pick<DisputesDeps, 'db' | 'history'>,
	waiting: readonly DisputeView[],
): Promise<WaitingDispute[]> {
	const markOf = (of: { rollCallId: string; studentId: string }) =>
		`${of.rollCallId} ${of.studentId}`;
	const changes = groupBy(await history.listChangesOfMarks(db, waiting), markOf);
	return waiting.map((dispute) => ({
		...dispute,
		history: (changes.get(markOf(dispute)) ?? []).map(({ change }) => change),
	}));
}

const refused = (refusal: DisputeRefusal): AppError =>
	new AppError('conflict', messages.disputes.cannot[refusal](DISPUTE_DAYS));
