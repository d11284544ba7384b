import { randomBytes } from 'node:crypto';
import type { Trx } from '../db/executor';
import type * as lessonRows from '../db/lessons.repository';
import type * as plannedRows from '../db/planned-roll-calls.repository';
import type * as schoolRows from '../db/school.repository';
import { planningFrom, planRollCalls } from '../domain/timetable';

export interface PlanningDeps {
	lessons: Pick<typeof lessonRows, 'lockPlanning' | 'listLessons'>;
	planned: Pick<
		typeof plannedRows,
		| 'listRollCallsOfLessons'
		| 'insertPlannedRollCalls'
		| 'movePlannedRollCalls'
		| 'deletePlannedRollCalls'
	>;
	school: Pick<typeof schoolRows, 'readSchool'>;
	clock: () => Date;
}

/** 192 bits: a display's link is all that opens it. */
const DISPLAY_TOKEN_BYTES = 24;

/** What opens a roll call's display; made with the roll call. */
export function newDisplayToken(): string {
	return randomBytes(DISPLAY_TOKEN_BYTES).toString('base64url');
}

/**
 * Makes the planned roll calls of today and the next days those of the timetable. As often as it is
 * called, and on however many nodes, each lesson has one roll call a day.
 *
 * @param classId of one class; null: of all
 * @returns how many were planned, moved and removed
 */
export async function planAhead(
	{ lessons, planned, school, clock }: PlanningDeps,
	trx: Trx,
	classId: string | null,
): Promise<{ planned: number; moved: number; removed: number }> {
	// Before anything is read: who waits here plans from what the one before has committed.
	await lessons.lockPlanning(trx);
	const now = clock().getTime();
	const { timeZone } = await school.readSchool(trx);
	const of = { classId, fromDay: planningFrom(now, timeZone) };
	const [timetable, rollCalls] = await Promise.all([
		lessons.listLessons(trx, of),
		planned.listRollCallsOfLessons(trx, of),
	]);
	const { add, move, remove } = planRollCalls(timetable, rollCalls, { now, timeZone });
	// First what touches the classes: opening holds a class and then takes its planned roll call.
	await planned.insertPlannedRollCalls(
		trx,
		add.map((one) => ({ ...one, displayToken: newDisplayToken() })),
	);
	await planned.movePlannedRollCalls(trx, move);
	await planned.deletePlannedRollCalls(trx, remove);
	return { planned: add.length, moved: move.length, removed: remove.length };
}
