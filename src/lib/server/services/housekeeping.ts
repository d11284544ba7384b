import type * as checkInRows from '../db/check-ins.repository';
import type * as decisionRows from '../db/decisions.repository';
import type * as engineRows from '../db/engines.repository';
import type { Db } from '../db/executor';
import type * as lateRows from '../db/late-batches.repository';
import type { EngineId } from '../db/references.repository';
import type { Log } from '../log';
import { startRecurring, type Recurring } from './recurring';
import type { Timetable } from './timetable';

const EVERY_MS = 60 * 60_000;

/**
 * How long references of an older engine are kept once another one runs: time to go back to it, and
 * to enrol everybody again without hurry.
 */
const OUTDATED_KEPT_DAYS = 30;

export interface HousekeepingDeps {
	db: Db;
	engines: typeof engineRows;
	decisions: Pick<typeof decisionRows, 'deleteExpiredDecisions' | 'deleteDecisionsWithoutConsent'>;
	checkIns: Pick<typeof checkInRows, 'deleteExpiredAttempts'>;
	lateBatches: Pick<typeof lateRows, 'deleteExpiredLateBatches'>;
	/** The engine that this server runs; null while its models are not prepared. */
	engine: EngineId | null;
	timetable: Pick<Timetable, 'planAll'>;
	log: Log;
}

export type Housekeeping = Recurring;

/**
 * Deletes what is kept no longer, on one node at a time, and plans the roll calls of the days ahead:
 * at the start and every hour. What fails is logged and tried again an hour later.
 */
export function startHousekeeping(deps: HousekeepingDeps): Housekeeping {
	let isRecorded = false;

	/** One that fails keeps the others from nothing. */
	async function attempt(step: () => Promise<void>): Promise<void> {
		try {
			await step();
		} catch (error) {
			deps.log.error({ err: error }, 'housekeeping failed and is tried again in an hour');
		}
	}

	return startRecurring(EVERY_MS, async () => {
		await attempt(async () => {
			if (!isRecorded && deps.engine !== null) {
				await deps.engines.recordEngine(deps.db, deps.engine);
			}
			isRecorded = true;
			await deleteExpired(deps);
		});
		await attempt(async () => {
			deps.log.info(await deps.timetable.planAll(), 'roll calls planned');
		});
	});
}

async function deleteExpired({
	db,
	engines,
	decisions,
	checkIns,
	lateBatches,
	engine,
	log,
}: HousekeepingDeps): Promise<void> {
	const deleted = await db.transaction().execute(async (trx) => {
		if (!(await engines.tryHousekeepingLock(trx))) return null;
		return {
			expiredDecisions: await decisions.deleteExpiredDecisions(trx),
			decisionsWithoutConsent: await decisions.deleteDecisionsWithoutConsent(trx),
			expiredCheckIns: await checkIns.deleteExpiredAttempts(trx),
			expiredLateBatches: await lateBatches.deleteExpiredLateBatches(trx),
			outdatedReferences:
				engine && (await engines.deleteOutdatedReferences(trx, engine, OUTDATED_KEPT_DAYS)),
		};
	});
	if (deleted !== null) log.info(deleted, 'housekeeping');
}
