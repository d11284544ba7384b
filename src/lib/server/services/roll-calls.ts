import * as v from 'valibot';
import type { DoubtAnswer, ReopenDoubt } from '$lib/contract/events';
import type {
	MarkAnswer,
	MarkChangeView,
	MarkHistoryRequest,
	MarkRequest,
	MarkRest,
	UndoRest,
} from '$lib/contract/marks';
import type { OwnMark } from '$lib/contract/record';
import type { Roster, RosterChange } from '$lib/contract/roster';
import { IdSchema } from '$lib/contract/terms';
import type { DayRollCall } from '$lib/contract/timetable';
import type * as historyRows from '../db/mark-history.repository';
import type * as plannedRows from '../db/planned-roll-calls.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import type { Actor, Operation } from '../domain/access';
import { dayBounds } from '../domain/timetable';
import { authorise } from './authorise';
import { byName } from './by-name';
import { answerDoubt, reopenDoubt, type AnsweredDoubt, type DoubtStore } from './doubt-answers';
import type { LateRecordStore } from './late-records';
import { markByHand, type HandMarkStore } from './marks-by-hand';
import {
	changeRollCall,
	changesAfter,
	notFound,
	requireRollCall,
	type Changing,
	type RollCallStore,
} from './roll-call-change';
import { closeRollCall, reopenRollCall } from './roll-call-closing';
import { openPlannedRollCall, openRollCall, type OpeningStore } from './roll-call-opening';
import { markRest, undoRest, type RestMarkStore } from './rest-marks';

export interface RollCallDeps extends OpeningStore {
	school: OpeningStore['school'] & LateRecordStore['school'];
	history: typeof historyRows;
	restMarks: RestMarkStore['restMarks'];
	planned: Pick<typeof plannedRows, 'findDueRollCallId' | 'listRollCallsOfDay'>;
	learning: DoubtStore['learning'] & HandMarkStore['learning'];
	/** Hears what became of a doubt, once it is committed. */
	onDoubtAnswered: (answered: AnsweredDoubt) => void;
}

export type RollCalls = ReturnType<typeof createRollCallService>;

/** What a student's record shows. */
const OWN_MARKS = 100;
/** Far more than anybody changes one mark. */
const MOST_CHANGES = 200;

/**
 * Roll calls: opening, reading, marking by hand, closing and opening again. Every method throws AppError 'forbidden'
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

		/** See {@link openRollCall}. */
		async open(actor: Actor, classId: string): Promise<{ id: string }> {
			authorise(actor, 'openRollCall');
			if (!v.is(IdSchema, classId)) throw notFound();
			return openRollCall(deps, actor, classId);
		},

		/** See {@link openPlannedRollCall}. */
		async openPlanned(actor: Actor, rollCallId: string): Promise<{ id: string }> {
			authorise(actor, 'openRollCall');
			return openPlannedRollCall(deps, actor, rollCallId);
		},

		/** The school day's roll calls of the actor's classes, and those that are open, in order of time. */
		async ofToday(actor: Actor): Promise<DayRollCall[]> {
			authorise(actor, 'viewClass');
			const { timeZone } = await deps.school.readSchool(db);
			const { from, to } = dayBounds(clock().getTime(), timeZone);
			return deps.planned.listRollCallsOfDay(db, {
				teacherId: actor.role === 'admin' ? null : actor.id,
				from: new Date(from),
				to: new Date(to),
			});
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
		 * that was taken already changes nothing. Where somebody else's newer mark stands in its way,
		 * that stays and the answer says so.
		 * @throws AppError 'invalid' for a student who is not on the roster, and for times that cannot be
		 */
		async mark(actor: Actor, request: MarkRequest): Promise<MarkAnswer> {
			await require(actor, request.rollCallId, 'mark');
			const now = clock().getTime();
			let conflict: MarkAnswer['conflict'] = null;
			const version = await changeRollCall(deps, request.rollCallId, null, async (changing) => {
				const made = await markByHand(deps, changing, { actor, request, now });
				conflict = made.conflict;
				return made.changed;
			});
			return { version, conflict };
		},

		/** See {@link markRest}. */
		async markRest(actor: Actor, rest: MarkRest): Promise<{ version: number }> {
			await require(actor, rest.rollCallId, 'mark');
			const now = clock().getTime();
			const version = await changeRollCall(deps, rest.rollCallId, null, (changing) =>
				markRest(deps, changing, { actor, rest, now }),
			);
			return { version };
		},

		/** See {@link undoRest}. */
		async undoRest(actor: Actor, undo: UndoRest): Promise<{ version: number }> {
			await require(actor, undo.rollCallId, 'mark');
			const now = clock().getTime();
			const version = await changeRollCall(deps, undo.rollCallId, null, (changing) =>
				undoRest(deps, changing, { actor, undo, now }),
			);
			return { version };
		},

		/** What became of a student's mark, oldest first. */
		async history(
			actor: Actor,
			{ rollCallId, studentId }: MarkHistoryRequest,
		): Promise<MarkChangeView[]> {
			await require(actor, rollCallId);
			return deps.history.listMarkChanges(db, rollCallId, studentId, MOST_CHANGES);
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
			const now = clock().getTime();
			return settleDoubt(reopen.rollCallId, (changing) =>
				reopenDoubt(deps, changing, { actor, reopen, now }),
			);
		},

		/** Closes the roll call: who has no mark is absent by the rule. Closing twice is once. */
		async close(actor: Actor, rollCallId: string): Promise<{ version: number }> {
			await require(actor, rollCallId, 'closeRollCall');
			return { version: await closeRollCall(deps, rollCallId, { by: actor.id, at: clock() }) };
		},

		/** See {@link reopenRollCall}. @param reason why, for the record; 1 to 500 characters */
		async reopen(
			actor: Actor,
			rollCallId: string,
			{ reason }: { reason: string },
		): Promise<{ version: number }> {
			await require(actor, rollCallId, 'reopenRollCall');
			return { version: await reopenRollCall(deps, rollCallId, { actor, reason, at: clock() }) };
		},

		/** The signed-in student's own marks, newest first. */
		async ownRecord(actor: Actor): Promise<OwnMark[]> {
			authorise(actor, 'viewOwnRecord');
			return marks.listOwnMarks(db, actor.id, OWN_MARKS);
		},
	};
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
		closesAt: rollCall.closesAt,
		version: rollCall.version,
		entries: entries.sort(byName),
		doubts: waiting,
	};
}
