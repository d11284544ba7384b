/** When a roll call may be opened and when it closes by itself. Instants are ms since 1970. */

const MINUTE = 60_000;

/** One without a planned end closes itself so long after it was opened. */
const UNPLANNED_OPEN_MS = 180 * MINUTE;

/** From when a planned roll call may be opened. */
export function opensAt(startsAt: number, openEarlyMinutes: number): number {
	return startsAt - openEarlyMinutes * MINUTE;
}

/**
 * Whether an open roll call's lesson is over and only its grace runs. One that was taken late or
 * opened again is over too, but somebody is at it: it stays open for longer than the grace.
 */
export function isInGrace(
	now: number,
	rollCall: { endsAt: number | null; closesAt: number | null; closeAfterMinutes: number },
): boolean {
	const { endsAt, closesAt, closeAfterMinutes } = rollCall;
	if (endsAt === null || closesAt === null) return false;
	return endsAt <= now && closesAt <= endsAt + closeAfterMinutes * MINUTE;
}

/**
 * When a roll call that is opened now closes by itself: with its lesson and a grace, or some hours
 * from now where there is no lesson, or that is over: whoever takes a roll call late, or opens it
 * again, needs time for it.
 *
 * @param endsAt the lesson's end; null off the timetable
 * @param graceMinutes after the lesson's end
 */
export function closesAt(now: number, endsAt: number | null, graceMinutes: number): number {
	return endsAt === null || endsAt <= now
		? now + UNPLANNED_OPEN_MS
		: endsAt + graceMinutes * MINUTE;
}
