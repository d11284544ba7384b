import type { MarkRequest, MarkRest } from '$lib/contract/marks';
import type { Roster, RosterEntry } from '$lib/contract/roster';
import type { MarkItem } from './outbox';

/** A student's line, and the request of this device that it stands so by; null: as the server has it. */
interface Line {
	entry: RosterEntry;
	by: string | null;
}

/**
 * The roster as the teacher meant it: what was done by hand and what the server has not shown yet is
 * laid over its lines, in the order in which it was done.
 */
export function overlayMarks(
	{ entries, startsAt }: Pick<Roster, 'entries' | 'startsAt'>,
	pending: readonly MarkItem[],
): RosterEntry[] {
	if (pending.length === 0) return entries;
	const lines = new Map<string, Line>(
		entries.map((entry) => [entry.studentId, { entry, by: null }]),
	);
	for (const item of pending) {
		for (const studentId of studentsOf(item)) {
			const line = lines.get(studentId);
			if (line !== undefined) lines.set(studentId, lineAfter(item, line, startsAt));
		}
	}
	return entries.map((entry) => lines.get(entry.studentId)?.entry ?? entry);
}

/** Whom it may change. */
export function studentsOf(item: MarkItem): readonly string[] {
	if (item.kind === 'mark') return [item.request.studentId];
	return item.kind === 'rest' ? item.request.studentIds : item.rest.studentIds;
}

function lineAfter(item: MarkItem, line: Line, startsAt: number): Line {
	const { entry } = line;
	const by = item.request.id;
	switch (item.kind) {
		case 'mark':
			return { entry: markedByHand(entry, item.request, startsAt), by };
		case 'rest':
			return entry.status === null
				? { entry: markedByHand(entry, item.request, startsAt), by }
				: line;
		case 'undoRest':
			return isOfRest(line, item.rest) ? { entry: { ...entry, ...NO_MARK }, by } : line;
	}
}

/** Where the rest is on the server already, a mark by hand that says the same is taken for it. */
function isOfRest({ entry, by }: Line, rest: MarkRest): boolean {
	if (by !== null) return by === rest.id;
	return entry.status === rest.status && entry.method === 'teacher';
}

const NO_MARK = { status: null, markedAt: null, minutesLate: null, method: null, leftAt: null };

function markedByHand(
	entry: RosterEntry,
	{ status, markedAt, details }: Pick<MarkRequest, 'status' | 'markedAt' | 'details'>,
	startsAt: number,
): RosterEntry {
	const remark = details === undefined ? entry.remark : details.remark || null;
	if (status === null) return { ...entry, ...NO_MARK, remark };
	// Said again without details, it keeps its times.
	if (status === entry.status && details === undefined) return { ...entry, method: 'teacher' };
	const arrivedAt = details?.arrivedAt ?? markedAt;
	const minutes = Math.max(0, Math.floor((arrivedAt - startsAt) / 60_000));
	return {
		...entry,
		status,
		markedAt: arrivedAt,
		minutesLate: status === 'late' ? minutes : null,
		method: 'teacher',
		leftAt: details?.leftAt ?? null,
		remark,
	};
}
