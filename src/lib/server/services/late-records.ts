import { messages } from '$lib/messages';
import type { Db } from '../db/executor';
import type { RollCallRow } from '../db/roll-calls.repository';
import type * as schoolRows from '../db/school.repository';
import { ALWAYS_TAKEN_MS, lateProblem } from '../domain/late-records';
import { AppError } from '../errors';
import { timeOfDay } from './school-clock';

export interface LateRecordStore {
	school: Pick<typeof schoolRows, 'readSchool' | 'readLateRecordsHours'>;
}

const refused = messages.rollCallRefusals;

/**
 * Refuses what cannot have been made when the device says, and what waited for longer than the school
 * takes it.
 *
 * @param madeAt server time as the device knows it; undefined: now
 * @param now ms since 1970
 * @throws AppError 'bad-time', 'too-late'
 */
export async function requirePlausible(
	{ school }: LateRecordStore,
	db: Db,
	rollCall: Pick<RollCallRow, 'openedAt'>,
	{ madeAt, now }: { madeAt: number | undefined; now: number },
): Promise<void> {
	if (madeAt === undefined) return;
	// Nearly all is of just now: then nobody's limit has to be read.
	const isRecent = now - madeAt <= ALWAYS_TAKEN_MS;
	const limitHours = isRecent ? 1 : await school.readLateRecordsHours(db);
	switch (lateProblem(madeAt, rollCall, { now, limitHours })) {
		case 'in-future': {
			const { timeZone } = await school.readSchool(db);
			throw new AppError('bad-time', refused.madeInFuture(timeOfDay(now, timeZone)));
		}
		case 'before-opening':
			throw new AppError('bad-time', refused.madeBefore);
		case 'too-old':
			throw new AppError('too-late', refused.waitedTooLong(limitHours));
		case null:
	}
}
