import type { DoubtReason, DoubtState, MarkMethod, MarkStatus, RollCallState } from './terms';

/** One member's line. All instants are milliseconds since 1970 in UTC. */
export interface RosterEntry {
	studentId: string;
	name: string;
	/** Null while waiting. */
	status: MarkStatus | null;
	markedAt: number | null;
	minutesLate: number | null;
	method: MarkMethod | null;
	/** When the student left early; null for everybody else. */
	leftAt: number | null;
	remark: string | null;
	/** Made before the roll call closed, and came in after that; left out where that is not so. */
	cameInLate?: true;
	/** Has references that this roll call can match. */
	enrolled: boolean;
}

export interface DoubtView {
	id: string;
	reason: DoubtReason;
	state: DoubtState;
	seenAt: number;
	/** The one or two likeliest members, likeliest first. */
	candidates: { studentId: string; name: string }[];
}

/** The whole roster at one version; what a device gets when it joins. */
export interface Roster {
	rollCallId: string;
	className: string;
	state: RollCallState;
	startsAt: number;
	lateAfterMinutes: number;
	closedAt: number | null;
	/** When an open one closes by itself; null: not by itself. */
	closesAt: number | null;
	version: number;
	entries: RosterEntry[];
	/** Only those that wait; always empty for a display. */
	doubts: DoubtView[];
}

/**
 * What changed after `fromVersion` up to `version`. Applies only to a roster at `fromVersion` or
 * later; a device that is older asks again from its own version.
 */
export interface RosterChange {
	rollCallId: string;
	fromVersion: number;
	version: number;
	state: RollCallState;
	closedAt: number | null;
	closesAt: number | null;
	/** New content of the lines that changed, whole. */
	entries: RosterEntry[];
	/** Doubts that changed, whole; one that is no longer `waiting` leaves the list. */
	doubts: DoubtView[];
	/** When the sighting that caused the change was captured (server time), to show the latency. */
	capturedAt: number | null;
}
