import type { DisputeRefusal } from '$lib/contract/disputes';
import type { MarkDetails } from '$lib/contract/marks';
import type { MarkStatus } from '$lib/contract/terms';
import { hasCome } from './hand-mark';

/**
 * For so many days after its start a mark can be disputed. Our own choice: two months are longer
 * than it takes until a report of a term's half comes home, and after them nobody remembers a single
 * lesson, while its numbers have been reported for long.
 */
export const DISPUTE_DAYS = 60;

/** For so many days a student is told of an answer on Today: whoever looks once a week sees it. */
export const TOLD_DAYS = 7;

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * Why a student cannot dispute their mark now; null when they can.
 *
 * @param startsAt of the roll call, ms since 1970
 * @param hasWaiting whether an earlier dispute of this mark has no answer yet
 */
export function disputeRefusal(
	{ status, startsAt }: { status: MarkStatus | null; startsAt: number },
	{ hasWaiting, now }: { hasWaiting: boolean; now: number },
): DisputeRefusal | null {
	if (hasWaiting) return 'waiting';
	if (status === null) return 'no-mark';
	return now > startsAt + DISPUTE_DAYS * DAY ? 'too-late' : null;
}

/** From when on an answer is told on Today, ms since 1970. */
export function toldSince(now: number): number {
	return now - TOLD_DAYS * DAY;
}

/**
 * Why nobody can have come so many minutes late: the roll call had closed by then, or the time has
 * not come. What is stored is what the teacher says, so it is not moved to the closing.
 *
 * @param rollCall instants in ms since 1970, as `now`
 */
export function correctionProblem(
	{ status, minutesLate }: { status: MarkStatus; minutesLate: number | null },
	{ startsAt, closedAt }: { startsAt: number; closedAt: number | null },
	now: number,
): 'arrivalAfterClosing' | 'noArrivalYet' | null {
	if (status !== 'late') return null;
	if (startsAt + (minutesLate ?? 0) * MINUTE <= (closedAt ?? now)) return null;
	return closedAt === null ? 'noArrivalYet' : 'arrivalAfterClosing';
}

/**
 * What stands beside a corrected status: whoever came was there from the start, or came so many
 * minutes after it, and left when they left; the remark stays.
 *
 * @param startsAt of the roll call, ms since 1970
 */
export function correctedDetails(
	{ status, minutesLate }: { status: MarkStatus; minutesLate: number | null },
	standing: { leftAt: number | null; remark: string | null },
	startsAt: number,
): MarkDetails {
	const remark = standing.remark ?? '';
	if (!hasCome(status)) return { arrivedAt: null, leftAt: null, remark };
	const minutes = status === 'late' ? (minutesLate ?? 0) : 0;
	return { arrivedAt: startsAt + minutes * MINUTE, leftAt: standing.leftAt, remark };
}
