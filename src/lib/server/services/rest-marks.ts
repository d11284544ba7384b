import type { MarkRest, UndoRest } from '$lib/contract/marks';
import { messages } from '$lib/messages';
import type * as restRows from '../db/rest-marks.repository';
import type { Actor } from '../domain/access';
import { clampToOpen } from '../domain/hand-mark';
import { AppError } from '../errors';
import type { ReferenceLearning } from './reference-learning';
import { closed, type Changing, type RollCallStore } from './roll-call-change';

export interface RestMarkStore extends Pick<RollCallStore, 'marks'> {
	restMarks: typeof restRows;
	learning: Pick<ReferenceLearning, 'unlearnAbsent'>;
}

/**
 * "Mark the rest": of the students whom the teacher saw waiting, those who still wait. The late rule
 * does not apply: it is the status that the teacher chose.
 *
 * @param now ms since 1970
 * @returns whether anybody was marked; a request that was taken already marks nobody
 * @throws AppError 'closed', where nobody waits; 'conflict'
 */
export async function markRest(
	store: RestMarkStore,
	changing: Changing,
	{ actor, rest, now }: { actor: Actor; rest: MarkRest; now: number },
): Promise<boolean> {
	const { trx, rollCall, version } = changing;
	if (await isTaken(store, changing, rest.id)) return false;
	if (rollCall.state === 'closed') throw closed();
	const at = new Date(clampToOpen(rest.markedAt, rollCall, now));
	const marked = await store.restMarks.insertRestMarks(trx, rest, { version, at, by: actor.id });
	if (marked.length > 0 && rest.status === 'absent') {
		await store.learning.unlearnAbsent(trx, rollCall.id, marked);
	}
	return marked.length > 0;
}

/**
 * Takes back what one "mark the rest" did, where nobody has changed it since.
 *
 * @returns whether anybody waits again
 * @throws AppError 'closed', 'conflict'
 */
export async function undoRest(
	store: RestMarkStore,
	changing: Changing,
	{ actor, undo }: { actor: Actor; undo: UndoRest },
): Promise<boolean> {
	const { trx, rollCall, version } = changing;
	if (await isTaken(store, changing, undo.id)) return false;
	if (rollCall.state === 'closed') throw closed();
	const reason = messages.rollCallRefusals.restTakenBack;
	const waiting = await store.restMarks.takeBackRest(trx, undo, { version, by: actor.id, reason });
	return waiting > 0;
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
