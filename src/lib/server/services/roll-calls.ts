import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { DoubtAnswer, MarkRequest, ReopenDoubt } from '$lib/contract/events';
import type { Roster, RosterChange } from '$lib/contract/roster';
import { IdSchema } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as classRows from '../db/classes.repository';
import type { OwnMarkRow } from '../db/marks.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import { mayTeach, type Actor, type Operation } from '../domain/access';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { byName } from './by-name';
import { answerDoubt, reopenDoubt, type AnsweredDoubt, type DoubtStore } from './doubt-answers';
import { markByHand } from './marks-by-hand';
import {
	changeRollCall,
	changesAfter,
	notFound,
	requireRollCall,
	type Changing,
	type RollCallStore,
} from './roll-call-change';

export interface RollCallDeps extends RollCallStore {
	classes: Pick<typeof classRows, 'findClass' | 'lockClass' | 'findOpenRollCallId'>;
	learning: DoubtStore['learning'];
	/** Hears what became of a doubt, once it is committed. */
	onDoubtAnswered: (answered: AnsweredDoubt) => void;
	clock: () => Date;
}

export type RollCalls = ReturnType<typeof createRollCallService>;

/** 192 bits: a display's link is all that opens it. */
const DISPLAY_TOKEN_BYTES = 24;
/** What a student's record shows. */
const OWN_MARKS = 100;

/**
 * Roll calls: opening, reading, marking by hand, closing. Every method throws AppError 'forbidden'
 * for a role that may not do it, and 'not-found' for a roll call or class that is not there or is
 * somebody else's.
 */
export function createRollCallService(deps: RollCallDeps) {
	const { db, marks, clock } = deps;

	/** The roll call, if the actor may do this with it. */
	async function require(
		actor: Actor,
		rollCallId: string,
		operation: Operation = 'viewRollCall',
	): Promise<RollCallRow> {
		authorise(actor, operation);
		return requireRollCall(deps, actor, rollCallId);
	}

	/** Changes what is known of a doubt, and tells of it when it is committed. */
	async function settleDoubt(
		rollCallId: string,
		work: (changing: Changing) => Promise<AnsweredDoubt | null>,
	): Promise<{ version: number }> {
		const heard: AnsweredDoubt[] = [];
		const version = await changeRollCall(deps, rollCallId, null, async (changing) => {
			const answered = await work(changing);
			if (answered !== null) heard.push(answered);
			return answered !== null;
		});
		heard.forEach((answered) => deps.onDoubtAnswered(answered));
		return { version };
	}

	return {
		require,

		/** Opens a roll call of the class, or gives the one that is open: two teachers share it. */
		async open(actor: Actor, classId: string): Promise<{ id: string }> {
			authorise(actor, 'openRollCall');
			if (!v.is(IdSchema, classId)) throw notFound();
			return openRollCall(deps, actor, classId);
		},

		async roster(actor: Actor, rollCallId: string): Promise<Roster> {
			return readRoster(deps, await require(actor, rollCallId));
		},

		/** What changed after the version that a device holds. */
		async changesSince(
			actor: Actor,
			{ rollCallId, sinceVersion }: { rollCallId: string; sinceVersion: number },
		): Promise<RosterChange> {
			await require(actor, rollCallId);
			return changesAfter(deps, db, rollCallId, sinceVersion);
		},

		/**
		 * Marks a student by hand, or takes a mark back; at any time, after closing too. A request
		 * that was taken already changes nothing.
		 * @throws AppError 'invalid' for a student who is not on the roster
		 */
		async mark(actor: Actor, request: MarkRequest): Promise<{ version: number }> {
			await require(actor, request.rollCallId, 'mark');
			const now = clock().getTime();
			const version = await changeRollCall(deps, request.rollCallId, null, (changing) =>
				markByHand(deps, changing, { actor, request, now }),
			);
			return { version };
		},

		/**
		 * Answers a doubt: marks the chosen candidate from when they were seen, or nobody.
		 * @throws AppError 'invalid' for somebody who is no candidate, 'conflict' when it was answered
		 *   otherwise, 'closed'
		 */
		async answerDoubt(actor: Actor, answer: DoubtAnswer): Promise<{ version: number }> {
			await require(actor, answer.rollCallId, 'answerDoubt');
			const now = clock().getTime();
			return settleDoubt(answer.rollCallId, (changing) =>
				answerDoubt(deps, changing, { actor, answer, now }),
			);
		},

		/**
		 * Takes an answer to a doubt back: it waits again, and the mark is as it was before.
		 * @throws AppError 'conflict' for a doubt that nobody answered, 'closed'
		 */
		async reopenDoubt(actor: Actor, reopen: ReopenDoubt): Promise<{ version: number }> {
			await require(actor, reopen.rollCallId, 'answerDoubt');
			return settleDoubt(reopen.rollCallId, (changing) =>
				reopenDoubt(deps, changing, { actor, reopen }),
			);
		},

		/** Closes the roll call: who has no mark is absent by the rule. Closing twice is once. */
		async close(actor: Actor, rollCallId: string): Promise<{ version: number }> {
			await require(actor, rollCallId, 'closeRollCall');
			const closedAt = clock();
			const version = await changeRollCall(deps, rollCallId, null, async (changing) => {
				const { trx, rollCall } = changing;
				if (rollCall.state === 'closed') return false;
				await marks.markRestAbsent(trx, rollCallId, {
					version: changing.version,
					at: closedAt,
					by: actor.id,
				});
				await deps.rollCalls.updateToClosed(trx, rollCallId, { closedAt, closedBy: actor.id });
				return true;
			});
			return { version };
		},

		/** The signed-in student's own marks, newest first. */
		async ownRecord(actor: Actor): Promise<OwnMarkRow[]> {
			authorise(actor, 'viewOwnRecord');
			return marks.listOwnMarks(db, actor.id, OWN_MARKS);
		},
	};
}

async function openRollCall(
	{ db, classes, rollCalls, clock }: RollCallDeps,
	actor: Actor,
	classId: string,
): Promise<{ id: string }> {
	return db.transaction().execute(async (trx) => {
		// Archiving takes the same lock: an archived class never has an open roll call.
		await classes.lockClass(trx, classId);
		const found = await classes.findClass(trx, classId);
		if (found === undefined || !mayTeach(actor, found.teacherIds)) throw notFound();
		const opened = await rollCalls.insertOpenRollCall(trx, {
			classId,
			lateAfterMinutes: found.lateAfterMinutes,
			openedAt: clock(),
			openedBy: actor.id,
			displayToken: randomBytes(DISPLAY_TOKEN_BYTES).toString('base64url'),
		});
		const id = opened?.id ?? (await classes.findOpenRollCallId(trx, classId));
		// Only when it was closed between the two statements.
		if (id === null) throw new AppError('conflict', messages.errors.conflict);
		return { id };
	});
}

/** The version comes with `rollCall`, so it is read before the lines. */
export async function readRoster(
	{ db, marks, doubts, engine }: RollCallStore,
	rollCall: RollCallRow,
): Promise<Roster> {
	const [entries, waiting] = await Promise.all([
		marks.listRosterEntries(db, rollCall.id, { engine, sinceVersion: null }),
		doubts.listDoubtViews(db, rollCall.id, { waiting: true }),
	]);
	return {
		rollCallId: rollCall.id,
		className: rollCall.className,
		state: rollCall.state,
		startsAt: rollCall.startsAt,
		lateAfterMinutes: rollCall.lateAfterMinutes,
		closedAt: rollCall.closedAt,
		version: rollCall.version,
		entries: entries.sort(byName),
		doubts: waiting,
	};
}
