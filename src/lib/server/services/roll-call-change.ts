import * as v from 'valibot';
import type { RosterChange } from '$lib/contract/roster';
import { IdSchema } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as doubtRows from '../db/doubts.repository';
import type { Db, Trx } from '../db/executor';
import type * as excusedMarkRows from '../db/excused-marks.repository';
import type * as markRows from '../db/marks.repository';
import type { EngineId } from '../db/references.repository';
import type * as rollCallRows from '../db/roll-calls.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import { mayTeach, type Actor } from '../domain/access';
import { AppError } from '../errors';
import { byName } from './by-name';
import type { RosterChanges } from './roster-changes';

/** What reading and changing a roll call needs. */
export interface RollCallStore {
	db: Db;
	rollCalls: typeof rollCallRows;
	marks: typeof markRows;
	doubts: typeof doubtRows;
	excusedMarks: Pick<typeof excusedMarkRows, 'markExcused'>;
	changes: Pick<RosterChanges, 'publish'>;
	/** The engine whose references can be matched; null while its models are not prepared. */
	engine: EngineId | null;
}

/** A roll call that is locked and about to change. */
export interface Changing {
	trx: Trx;
	rollCall: RollCallRow;
	/** What the roll call's version becomes; every row that changes carries it. */
	version: number;
}

/**
 * Every change of a roster goes through here: locks the roll call, so that changes happen one after
 * another, gives the change its version, settles the doubts that it answers, and publishes it once
 * it is committed.
 *
 * @param work returns whether anything changed; if not, the version stays and nobody is told
 * @param capturedAt when the sighting behind the change was captured (ms); null for a change by hand
 * @returns the roll call's version now
 * @throws AppError 'not-found', 'conflict' for one that is only planned, or whatever `work` throws;
 *   then nothing is changed
 */
export async function changeRollCall(
	store: RollCallStore,
	rollCallId: string,
	capturedAt: number | null,
	work: (changing: Changing) => Promise<boolean>,
): Promise<number> {
	const { version, change } = await store.db
		.transaction()
		.execute((trx) => changeWithin(store, trx, { rollCallId, capturedAt }, work));
	if (change !== null) store.changes.publish(change);
	return version;
}

/**
 * The same within a transaction of the caller's, who publishes the change once it is committed: for
 * what changes several roll calls, or none of them. They are to be locked in the order of their
 * start and id, so that two such transactions wait for each other and not in a ring.
 *
 * @returns the roll call's version now, and what changed; null where nothing did
 * @throws AppError as {@link changeRollCall}
 */
export async function changeWithin(
	store: RollCallStore,
	trx: Trx,
	{ rollCallId, capturedAt }: { rollCallId: string; capturedAt: number | null },
	work: (changing: Changing) => Promise<boolean>,
): Promise<{ version: number; change: RosterChange | null }> {
	const { rollCalls, doubts } = store;
	const rollCall = await rollCalls.lockRollCall(trx, rollCallId);
	if (rollCall === undefined) throw notFound();
	if (rollCall.state === 'planned') throw notOpenYet();
	const version = rollCall.version + 1;
	if (!(await work({ trx, rollCall, version }))) {
		return { version: rollCall.version, change: null };
	}
	await doubts.settleAnsweredDoubts(trx, rollCallId, version);
	await rollCalls.updateVersion(trx, rollCallId, version);
	const changed = await rollCalls.findRollCall(trx, rollCallId);
	if (changed === undefined) throw notFound();
	const change = await readChange(store, trx, changed, rollCall.version);
	return { version, change: { ...change, capturedAt } };
}

/**
 * What changed after a version, up to now. The version is read first: a change that is committed
 * meanwhile may be in the lines already, and applying it twice gives the same.
 *
 * @param sinceVersion one from another life of the database (higher than now) counts as 0
 * @throws AppError 'not-found'
 */
export async function changesAfter(
	store: RollCallStore,
	db: Db,
	rollCallId: string,
	sinceVersion: number,
): Promise<RosterChange> {
	const rollCall = await store.rollCalls.findRollCall(db, rollCallId);
	if (rollCall === undefined) throw notFound();
	return readChange(store, db, rollCall, sinceVersion > rollCall.version ? 0 : sinceVersion);
}

async function readChange(
	{ marks, doubts, engine }: RollCallStore,
	db: Db,
	rollCall: RollCallRow,
	fromVersion: number,
): Promise<RosterChange> {
	const [entries, doubtViews] = await Promise.all([
		marks.listRosterEntries(db, rollCall.id, { engine, sinceVersion: fromVersion }),
		doubts.listDoubtViews(db, rollCall.id, { sinceVersion: fromVersion }),
	]);
	return {
		rollCallId: rollCall.id,
		fromVersion,
		version: rollCall.version,
		state: rollCall.state,
		closedAt: rollCall.closedAt,
		closesAt: rollCall.closesAt,
		entries: entries.sort(byName),
		doubts: doubtViews,
		capturedAt: null,
	};
}

/**
 * The roll call, if its class is the actor's to see.
 * @throws AppError 'not-found': one that is not there and somebody else's look the same
 */
export async function requireRollCall(
	{ db, rollCalls }: Pick<RollCallStore, 'db' | 'rollCalls'>,
	actor: Actor,
	rollCallId: string,
): Promise<RollCallRow> {
	// Addresses hold whatever somebody typed; PostgreSQL takes only ids for an id.
	const found = v.is(IdSchema, rollCallId)
		? await rollCalls.findRollCall(db, rollCallId)
		: undefined;
	if (found === undefined || !mayTeach(actor, found.teacherIds)) throw notFound();
	return found;
}

export const notFound = (): AppError => new AppError('not-found', messages.errors['not-found']);

export const closed = (): AppError => new AppError('closed', messages.errors.closed);

const notOpenYet = (): AppError => new AppError('conflict', messages.timetable.refusals.notOpenYet);
