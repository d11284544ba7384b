import type { MarkRest, UndoRest } from '$lib/contract/marks';
import { messages } from '$lib/messages';
import type * as restRows from '../db/rest-marks.repository';
import type { Actor } from '../domain/access';
import { clampToOpen } from '../domain/hand-mark';
import { cameInLate } from '../domain/late-records';
import { AppError } from '../errors';
import { requirePlausible, type LateRecordStore } from './late-records';
import type { ReferenceLearning } from './reference-learning';
import { closed, type Changing, type RollCallStore } from './roll-call-change';

export interface RestMarkStore extends Pick<RollCallStore, 'marks'>, LateRecordStore {
	restMarks: typeof restRows;
	learning: Pick<ReferenceLearning, 'unlearnAbsent'>;
}

const toDate = (at: number | undefined): Date | null => (at === undefined ? null : new Date(at));

/**
 * "Mark the rest": of the students whom the teacher saw waiting, those who still wait. The late rule
 * does not apply: it is the status that the teacher chose.
 *
 * @param now ms since 1970
 * @returns whether anybody was marked; a request that was taken already marks nobody
 * @throws AppError 'closed', where nobody waits, but for what was made while it was open; 'conflict',
 *   'bad-time', 'too-late'
 */
export async function markRest(
	store: RestMarkStore,
	changing: Changing,
	{ actor, rest, now }: { actor: Actor; rest: MarkRest; now: number },
): Promise<boolean> {
	const { trx, rollCall, version } = changing;
	if (await isTaken(store, changing, rest.id)) return false;
	const { madeAt } = rest;
	await requirePlausible(store, trx, rollCall, { madeAt, now });
	const isLate = cameInLate(madeAt, rollCall);
	if (rollCall.state === 'closed' && !isLate) throw closed();
	const marked = await store.restMarks.insertRestMarks(trx, rest, {
		version,
		at: new Date(clampToOpen(rest.markedAt, rollCall, now)),
		by: actor.id,
		madeAt: toDate(madeAt),
		cameInAt: isLate ? new Date(now) : null,
	});
	if (marked.length > 0 && rest.status === 'absent') {
		await store.learning.unlearnAbsent(trx, rollCall.id, marked);
	}
	return marked.length > 0;
}

/**
 * Takes back what one "mark the rest" did, where nobody has changed it since.
 *
 * @param now ms since 1970
 * @returns whether anybody waits again
 * @throws AppError 'closed', but for what was made while it was open; 'conflict', 'bad-time', 'too-late'
 */
export async function undoRest(
	store: RestMarkStore,
	changing: Changing,
	{ actor, undo, now }: { actor: Actor; undo: UndoRest; now: number },
): Promise<boolean> {
	const { trx, rollCall, version } = changing;
	if (await isTaken(store, changing, undo.id)) return false;
	await requirePlausible(store, trx, rollCall, { madeAt: undo.madeAt, now });
	if (rollCall.state === 'closed' && !cameInLate(undo.madeAt, rollCall)) throw closed();
	const concerned = await store.restMarks.takeBackRest(trx, undo, {
		version,
		by: actor.id,
		reason: messages.rollCallRefusals.restTakenBack,
		closedAt: rollCall.closedAt === null ? null : new Date(rollCall.closedAt),
	});
	return concerned > 0;
}

/** @throws AppError 'conflict' when the id was used for another roll call */
async function isTaken(
	{ marks }: RestMarkStore,
	{ trx, rollCall }: Changing,
	requestId: string,
): Promise<boolean> {
	const earlier = await marks.findChangeByRequest(trx, requestId);
	if (earlier === undefined) return false;
	if (earlier.rollCallId === rollCall.id) return true;
	throw new AppError('conflict', messages.rollCallRefusals.idUsed);
}
