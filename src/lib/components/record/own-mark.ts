import type { MarkMethod, MarkStatus } from '$lib/contract/terms';

/** One of a student's own marks. Instants are milliseconds since 1970 in UTC. */
export interface OwnMark {
	rollCallId: string;
	className: string;
	startsAt: number;
	status: MarkStatus;
	method: MarkMethod;
	markedAt: number;
	minutesLate: number | null;
}
