import type { MarkRequest } from '$lib/contract/marks';
import type { MarkMethod, MarkStatus, RollCallState } from '$lib/contract/terms';
import { clampToRollCall, minutesSince } from './attendance';

/** What a mark says. Instants are ms since 1970. */
export interface MarkContent {
	/** Null where it was taken back. */
	status: MarkStatus | null;
	/** When the student came, or was marked. */
	markedAt: number;
	minutesLate: number | null;
	/** Only of somebody who came. */
	leftAt: number | null;
	remark: string | null;
	/** The excuse that it comes from; null once a person has decided otherwise. */
	excuseId: string | null;
}

/** A mark as it stands. */
export interface StandingMark extends MarkContent {
	method: MarkMethod;
	/** Null for the camera, the rule, or an account that is gone. */
	markedBy: string | null;
	/** Of the roll call, when it last changed. */
	version: number;
}

interface MarkedRollCall {
	state: RollCallState;
	startsAt: number;
	openedAt: number | null;
	closedAt: number | null;
}

export type HandMarkProblem = 'left-without-coming' | 'left-before-coming';

/**
 * What a person's request makes of a mark. A roll call may be opened late, so an arrival that they
 * state counts from its start or its opening, whichever was earlier, up to its closing or now.
 * Without details an unchanged status keeps its times.
 *
 * @param standing what stands there; null: no mark yet
 * @param now ms since 1970
 */
export function handMark(
	request: Pick<MarkRequest, 'status' | 'markedAt' | 'details'>,
	standing: MarkContent | null,
	rollCall: MarkedRollCall,
	now: number,
): { mark: MarkContent } | { problem: HandMarkProblem } {
	const { details } = request;
	const status = wantedStatus(request, rollCall);
	const unchanged = standing?.status === status ? standing : null;
	const leftAt = details === undefined ? (unchanged?.leftAt ?? null) : details.leftAt;
	if (leftAt !== null && !hasCome(status)) return { problem: 'left-without-coming' };
	const markedAt =
		unchanged !== null && details === undefined
			? unchanged.markedAt
			: statedTime(request, status, rollCall, now);
	if (leftAt !== null && leftAt < markedAt) return { problem: 'left-before-coming' };
	return {
		mark: {
			status,
			markedAt,
			minutesLate: status === 'late' ? minutesSince(rollCall.startsAt, markedAt) : null,
			leftAt,
			remark: details === undefined ? (standing?.remark ?? null) : details.remark || null,
			excuseId: status === 'excused' ? (unchanged?.excuseId ?? null) : null,
		},
	};
}

/** The arrival of somebody who came, where it is stated; else when the teacher tapped. */
function statedTime(
	{ markedAt, details }: Pick<MarkRequest, 'markedAt' | 'details'>,
	status: MarkStatus | null,
	rollCall: MarkedRollCall,
	now: number,
): number {
	const arrivedAt = details?.arrivedAt ?? null;
	if (arrivedAt === null || !hasCome(status)) return clampToOpen(markedAt, rollCall, now);
	const { startsAt, openedAt, closedAt } = rollCall;
	return clampToRollCall(arrivedAt, Math.min(startsAt, openedAt ?? startsAt), closedAt ?? now);
}

/**
 * The status that a request asks for. Nobody waits in a closed roll call: a mark that is taken back
 * there leaves the rule's.
 */
export function wantedStatus(
	{ status }: Pick<MarkRequest, 'status'>,
	{ state }: Pick<MarkedRollCall, 'state'>,
): MarkStatus | null {
	return status ?? (state === 'closed' ? 'absent' : null);
}

/**
 * Whether somebody else has marked the student by hand since the device last looked, and otherwise.
 * A mark of the camera, a phone or the rule stands in no person's way.
 */
export function isOvertaken(
	standing: StandingMark,
	wanted: { status: MarkStatus | null; sawVersion: number | undefined; actorId: string },
): boolean {
	return (
		wanted.sawVersion !== undefined &&
		standing.method === 'teacher' &&
		standing.markedBy !== wanted.actorId &&
		standing.version > wanted.sawVersion &&
		standing.status !== wanted.status
	);
}

/** Whether a status is of somebody who was there, if not from the start. */
export function hasCome(status: MarkStatus | null): boolean {
	return status === 'present' || status === 'late';
}

/** A tap that was made offline keeps its own time, but lies within the roll call. */
export function clampToOpen(
	at: number,
	rollCall: Omit<MarkedRollCall, 'state'>,
	now: number,
): number {
	return clampToRollCall(at, rollCall.openedAt ?? rollCall.startsAt, rollCall.closedAt ?? now);
}
