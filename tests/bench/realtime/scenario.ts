import type { TrackDecision } from '../../../src/lib/contract/events';
import type { RosterChange } from '../../../src/lib/contract/roster';
import type { EngineId } from '../../../src/lib/server/db/references.repository';

/**
 * What happens before every camera: three students stand in front of it for a second, then the next
 * three. A class lasts for 20 seconds, which is longer than a step.
 */
export const FACES = 3;
export const BATCHES_A_SECOND = 5;
export const BATCHES_A_VISIT = 5;
export const WATCHERS = 2;
export const MEMBERS = 60;
export const REFERENCES = 3;

/** After the connections stand: caches fill and code is compiled. */
export const WARM_UP_MS = 3_000;
export const MEASURED_MS = 12_000;
/** What has not arrived this long after the last batch counts as arriving only then. */
export const PATIENCE_MS = 10_000;

/** A roll call that is open, and the cookie of its teacher. */
export interface OpenRollCall {
	id: string;
	session: string;
}

/** What the process with the devices is told. */
export interface LoadTask {
	url: string;
	engine: EngineId;
	rollCalls: readonly OpenRollCall[];
}

/** What it saw. */
export interface LoadReport {
	/** ms from a deciding batch to the roster of each watcher. */
	latencies: number[];
	/** The last answer and the last change: the echo sends messages of their size. */
	sample: EchoTask;
}

/** What the echo sends. */
export interface EchoTask {
	decisions: TrackDecision[];
	change: RosterChange;
}
