import type * as classRows from '../db/classes.repository';
import { messages } from '$lib/messages';
import type { Actor } from '../domain/access';
import { closesAt } from '../domain/roll-call-times';
import { AppError } from '../errors';
import { changeRollCall, notFound, type RollCallStore } from './roll-call-change';

/** So many at a time; those that are left are closed a minute later. */
const CLOSED_AT_ONCE = 200;

/**
 * Closes a roll call: who has no mark is absent by the rule, unless they are excused. Closing twice
 * is once.
 *
 * @param by who closes it; null: the rule
 * @param onlyIf asked when nobody else can change it any more
 * @returns the roll call's version now
 * @throws AppError 'not-found', 'conflict' for one that was not opened yet
 */
export function closeRollCall(
	store: RollCallStore,
	rollCallId: string,
	{ by, at }: { by: string | null; at: Date },
	onlyIf: (rollCall: { closesAt: number | null }) => boolean = () => true,
): Promise<number> {
	return changeRollCall(store, rollCallId, null, async ({ trx, rollCall, version }) => {
		if (rollCall.state === 'closed' || !onlyIf(rollCall)) return false;
		// Who joined since it was opened, and an approval that came in that same moment.
		await store.excusedMarks.markExcused(trx, rollCallId, { version, at, studentIds: null });
		await store.marks.markRestAbsent(trx, rollCallId, { version, at, by });
		await store.rollCalls.updateToClosed(trx, rollCallId, { closedAt: at, closedBy: by });
		return true;
	});
}

/** Closes every roll call whose time is over, as by hand, with the rule as who. */
export async function closeDueRollCalls(store: RollCallStore, now: Date): Promise<void> {
	const due = await store.rollCalls.listDueToClose(store.db, now, CLOSED_AT_ONCE);
	// One after another: it is the machine's own work, and people's comes first. Another node may do
	// the same at the same time, and somebody may have opened one again since.
	for (const id of due) {
		await closeRollCall(
			store,
			id,
			{ by: null, at: now },
			(rollCall) => rollCall.closesAt !== null && rollCall.closesAt <= now.getTime(),
		);
	}
}

export interface ReopeningStore extends RollCallStore {
	classes: Pick<typeof classRows, 'lockClass' | 'findClass' | 'findOpenRollCallId'>;
}

/**
 * Opens a closed roll call again and keeps why: who was made absent by the closing waits again, and
 * what people and the camera marked stays.
 *
 * @returns the roll call's version now
 * @throws AppError 'conflict' for one that is open, or while another one of the class is;
 *   'not-found' for one of an archived class
 */
export function reopenRollCall(
	store: ReopeningStore,
	rollCallId: string,
	{ actor, reason, at }: { actor: Actor; reason: string; at: Date },
): Promise<number> {
	const { classes, excusedMarks, marks, rollCalls } = store;
	return changeRollCall(store, rollCallId, null, async ({ trx, rollCall, version }) => {
		const refusals = messages.timetable.refusals;
		if (rollCall.state !== 'closed') throw new AppError('conflict', refusals.alreadyOpen);
		// As opening does: a class has at most one open roll call.
		await classes.lockClass(trx, rollCall.classId);
		if ((await classes.findClass(trx, rollCall.classId)) === undefined) throw notFound();
		if ((await classes.findOpenRollCallId(trx, rollCall.classId)) !== null) {
			throw new AppError('conflict', messages.refusals.rollCallOpen);
		}
		await marks.takeBackRuleAbsences(trx, rollCallId, { version, by: actor.id, reason });
		await rollCalls.updateToReopened(trx, rollCallId, {
			at,
			by: actor.id,
			reason,
			closesAt: new Date(closesAt(at.getTime(), null, 0)),
		});
		await excusedMarks.markExcused(trx, rollCallId, { version, at, studentIds: null });
		return true;
	});
}
