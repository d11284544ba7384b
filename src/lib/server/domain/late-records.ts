import type { RollCallState } from '$lib/contract/terms';

/** So far a device's clock may be off, although it corrects it by the server's. */
const CLOCK_SLACK_MS = 60_000;
/** Two devices' marks within this time of each other are as good as made at once. */
const ORDER_SLACK_MS = 2_000;

const HOUR_MS = 60 * 60_000;

/** Every school takes what waited for less than this. */
export const ALWAYS_TAKEN_MS = HOUR_MS;

/** Why what a device kept is not taken. */
export type LateProblem = 'in-future' | 'before-opening' | 'too-old';

interface RollCallTimes {
	state: RollCallState;
	openedAt: number | null;
	closedAt: number | null;
}

/**
 * Whether something can have been made when the device says.
 * @param madeAt server time as the device knows it, ms since 1970
 * @param limitHours how long the school takes what waited
 */
export function lateProblem(
	madeAt: number,
	{ openedAt }: Pick<RollCallTimes, 'openedAt'>,
	{ now, limitHours }: { now: number; limitHours: number },
): LateProblem | null {
	if (madeAt > now + CLOCK_SLACK_MS) return 'in-future';
	if (openedAt !== null && madeAt < openedAt - CLOCK_SLACK_MS) return 'before-opening';
	return now - madeAt > limitHours * HOUR_MS ? 'too-old' : null;
}

/** Whether something was made while the roll call was open, although it is closed by now. */
export function cameInLate(
	madeAt: number | undefined,
	{ state, closedAt }: Pick<RollCallTimes, 'state' | 'closedAt'>,
): boolean {
	return state === 'closed' && closedAt !== null && madeAt !== undefined && madeAt <= closedAt;
}

/**
 * Whether what a person did is older than a mark that was made by hand meanwhile and that they had
 * not seen.
 * @param standing when that was made, and the roster's version that has it; null: not by hand
 */
export function isOlderThan(
	standing: { madeAt: number; version: number } | null,
	made: { madeAt: number; sawVersion: number | undefined },
): boolean {
	if (standing === null) return false;
	const wasSeen = made.sawVersion !== undefined && made.sawVersion >= standing.version;
	return !wasSeen && standing.madeAt > made.madeAt + ORDER_SLACK_MS;
}
