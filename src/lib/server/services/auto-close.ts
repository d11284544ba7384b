import type { Log } from '../log';
import type { RollCallStore } from './roll-call-change';
import { closeDueRollCalls } from './roll-call-closing';
import { startRecurring, type Recurring } from './recurring';

const EVERY_MS = 60_000;

export interface AutoCloseDeps extends RollCallStore {
	clock: () => Date;
	log: Log;
}

/** Closes roll calls whose time is over, every minute. What fails is logged and tried again. */
export function startAutoClose({ clock, log, ...store }: AutoCloseDeps): Recurring {
	return startRecurring(EVERY_MS, async () => {
		try {
			await closeDueRollCalls(store, clock());
		} catch (error) {
			log.error({ err: error }, 'closing roll calls failed and is tried again in a minute');
		}
	});
}
