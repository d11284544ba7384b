import type * as decisionRows from '../db/decisions.repository';
import type * as engineRows from '../db/engines.repository';
import type { Db } from '../db/executor';
import type { EngineId } from '../db/references.repository';
import type { Log } from '../log';

const EVERY_MS = 60 * 60_000;

/**
 * How long references of an older engine are kept once another one runs: time to go back to it, and
 * to enrol everybody again without hurry.
 */
const OUTDATED_KEPT_DAYS = 30;

export interface HousekeepingDeps {
	db: Db;
	engines: typeof engineRows;
	decisions: Pick<typeof decisionRows, 'deleteExpiredDecisions'>;
	/** The engine that this server runs; null while its models are not prepared. */
	engine: EngineId | null;
	log: Log;
}

export type Housekeeping = ReturnType<typeof startHousekeeping>;

/**
 * Deletes what is kept no longer: at the start and every hour, on one node at a time. What fails is
 * logged and tried again an hour later.
 */
export function startHousekeeping(deps: HousekeepingDeps) {
	let isRecorded = false;
	let running: Promise<void> | null = null;

	async function keepHouse(): Promise<void> {
		try {
			if (!isRecorded && deps.engine !== null) {
				await deps.engines.recordEngine(deps.db, deps.engine);
			}
			isRecorded = true;
			await deleteExpired(deps);
		} catch (error) {
			deps.log.error({ err: error }, 'housekeeping failed and is tried again in an hour');
		}
	}

	/** Whoever calls while it runs waits for the same run. */
	function run(): Promise<void> {
		running ??= keepHouse().finally(() => {
			running = null;
		});
		return running;
	}

	const timer = setInterval(() => void run(), EVERY_MS);
	timer.unref();
	void run();

	return {
		run,

		async dispose(): Promise<void> {
			clearInterval(timer);
			await running;
		},
	};
}

async function deleteExpired({
	db,
	engines,
	decisions,
	engine,
	log,
}: HousekeepingDeps): Promise<void> {
	const deleted = await db.transaction().execute(async (trx) => {
		if (!(await engines.tryHousekeepingLock(trx))) return null;
		return {
			expiredDecisions: await decisions.deleteExpiredDecisions(trx),
			outdatedReferences:
				engine && (await engines.deleteOutdatedReferences(trx, engine, OUTDATED_KEPT_DAYS)),
		};
	});
	if (deleted !== null) log.info(deleted, 'housekeeping');
}
