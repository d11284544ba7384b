import { messages } from '$lib/messages';
import type * as classRows from '../db/classes.repository';
import type { Db, Trx } from '../db/executor';
import type * as plannedRows from '../db/planned-roll-calls.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import type * as schoolRows from '../db/school.repository';
import { mayTeach, type Actor } from '../domain/access';
import { closesAt, isInGrace, opensAt } from '../domain/roll-call-times';
import { schoolDay } from '../domain/timetable';
import { AppError } from '../errors';
import { closed, notFound, requireRollCall, type RollCallStore } from './roll-call-change';
import { closeRollCall } from './roll-call-closing';
import { newDisplayToken } from './roll-call-planning';
import { longDay, timeOfDay } from './school-clock';

export interface OpeningStore extends RollCallStore {
	classes: Pick<typeof classRows, 'findClass' | 'lockClass' | 'findOpenRollCallId'>;
	planned: Pick<typeof plannedRows, 'findDueRollCallId'>;
	school: Pick<typeof schoolRows, 'readSchool'>;
	clock: () => Date;
}

const refused = messages.timetable.refusals;

/**
 * Opens the class's planned roll call that is due, or one off the timetable where none is; gives the
 * one that is open, because two teachers share it.
 * @throws AppError 'not-found'
 */
export async function openRollCall(
	store: OpeningStore,
	actor: Actor,
	classId: string,
): Promise<{ id: string }> {
	const { db, classes, planned, rollCalls, clock } = store;
	await requireClass(store, db, actor, classId);
	const isDue = (await planned.findDueRollCallId(db, classId, clock())) !== null;
	if (isDue) await closeIfOver(store, classId);
	return db.transaction().execute(async (trx) => {
		const { lateAfterMinutes } = await lockClass(store, trx, actor, classId);
		const openId = await classes.findOpenRollCallId(trx, classId);
		if (openId !== null) return { id: openId };
		const now = clock();
		const dueId = await planned.findDueRollCallId(trx, classId, now);
		if (dueId !== null) return openRow(store, trx, actor, dueId);
		const opened = await rollCalls.insertOpenRollCall(trx, {
			classId,
			lateAfterMinutes,
			openedAt: now,
			openedBy: actor.id,
			displayToken: newDisplayToken(),
			closesAt: new Date(closesAt(now.getTime(), null, 0)),
		});
		if (opened === undefined) throw new AppError('conflict', messages.errors.conflict);
		await excuseMembers(store, trx, opened.id, now);
		return opened;
	});
}

/**
 * Opens a planned roll call; one whose lesson is over can still be taken. Gives it as it is when it
 * is open already.
 * @throws AppError 'conflict' with the time from which on it can be opened, or while another one of
 *   the class is open; 'closed', 'not-found'
 */
export async function openPlannedRollCall(
	store: OpeningStore,
	actor: Actor,
	rollCallId: string,
): Promise<{ id: string }> {
	const rollCall = await requireRollCall(store, actor, rollCallId);
	if (rollCall.state === 'planned') await refuseTooEarly(store, rollCall);
	await closeIfOver(store, rollCall.classId, rollCallId);
	return store.db.transaction().execute(async (trx) => {
		await lockClass(store, trx, actor, rollCall.classId);
		const openId = await store.classes.findOpenRollCallId(trx, rollCall.classId);
		if (openId === rollCallId) return { id: rollCallId };
		if (openId !== null) await refuseOtherOpen(store, trx, openId);
		return openRow(store, trx, actor, rollCallId);
	});
}

/** The caller has locked the class. @throws AppError 'closed', 'not-found' */
async function openRow(
	store: OpeningStore,
	trx: Trx,
	actor: Actor,
	id: string,
): Promise<{ id: string }> {
	const { rollCalls, classes, clock } = store;
	const rollCall = await rollCalls.findRollCall(trx, id);
	const taught = rollCall && (await classes.findClass(trx, rollCall.classId));
	if (rollCall === undefined || taught === undefined) throw notFound();
	if (rollCall.state === 'closed') throw closed();
	const now = clock();
	const closing = closesAt(now.getTime(), rollCall.endsAt, rollCall.closeAfterMinutes);
	const isOpened = await rollCalls.updateToOpen(trx, id, {
		openedAt: now,
		openedBy: actor.id,
		lateAfterMinutes: taught.lateAfterMinutes,
		closesAt: new Date(closing),
	});
	// The timetable has changed meanwhile, and it is planned no more.
	if (!isOpened) throw new AppError('conflict', messages.errors.conflict);
	await excuseMembers(store, trx, id, now);
	return { id };
}

/** Of a roll call that was never open before. */
const FIRST_VERSION = 1;

/** Who is excused that day is so from the first moment on. */
async function excuseMembers(
	{ excusedMarks, rollCalls }: OpeningStore,
	trx: Trx,
	rollCallId: string,
	at: Date,
): Promise<void> {
	const marks = { version: FIRST_VERSION, at, studentIds: null };
	if ((await excusedMarks.markExcused(trx, rollCallId, marks)) > 0) {
		await rollCalls.updateVersion(trx, rollCallId, FIRST_VERSION);
	}
}

/** A roll call in its grace makes way for the next lesson's: closed by the rule, as it soon would be. */
async function closeIfOver(store: OpeningStore, classId: string, nextId?: string): Promise<void> {
	const openId = await store.classes.findOpenRollCallId(store.db, classId);
	if (openId === null || openId === nextId) return;
	const now = store.clock();
	const open = await store.rollCalls.findRollCall(store.db, openId);
	if (open !== undefined && isInGrace(now.getTime(), open)) {
		await closeRollCall(store, openId, { by: null, at: now });
	}
}

/** @throws AppError 'not-found' */
async function requireClass({ classes }: OpeningStore, db: Db, actor: Actor, classId: string) {
	const found = await classes.findClass(db, classId);
	if (found === undefined || !mayTeach(actor, found.teacherIds)) throw notFound();
	return found;
}

/** Archiving takes the same lock: an archived class never has an open roll call. */
async function lockClass(store: OpeningStore, trx: Trx, actor: Actor, classId: string) {
	await store.classes.lockClass(trx, classId);
	return requireClass(store, trx, actor, classId);
}

/** @throws AppError 'conflict' */
async function refuseTooEarly(
	{ db, school, clock }: OpeningStore,
	{ startsAt, openEarlyMinutes }: RollCallRow,
): Promise<void> {
	const from = opensAt(startsAt, openEarlyMinutes);
	const now = clock().getTime();
	if (now >= from) return;
	const { timeZone } = await school.readSchool(db);
	const time = timeOfDay(from, timeZone);
	const isToday = schoolDay(from, timeZone) === schoolDay(now, timeZone);
	const sentence = isToday
		? refused.tooEarly(time)
		: refused.tooEarlyOn(longDay(from, timeZone), time);
	throw new AppError('conflict', sentence);
}

/** @throws AppError 'conflict' that says which one */
async function refuseOtherOpen(
	{ rollCalls, school }: OpeningStore,
	trx: Trx,
	openId: string,
): Promise<void> {
	const open = await rollCalls.findRollCall(trx, openId);
	if (open === undefined) return;
	const { timeZone } = await school.readSchool(trx);
	throw new AppError('conflict', refused.otherOpen(timeOfDay(open.startsAt, timeZone)));
}
