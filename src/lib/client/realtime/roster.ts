import type { DoubtView, Roster, RosterChange, RosterEntry } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';

/**
 * Brings a roster up to a change's version. The same roster comes back when it is there already.
 * @returns `'gap'` when the change starts after the roster's version: then something in between
 * is missing and must be fetched, because applying it would hide the loss.
 */
export function applyChange(roster: Roster, change: RosterChange): Roster | 'gap' {
	if (change.rollCallId !== roster.rollCallId) return roster;
	if (change.version <= roster.version) return roster;
	if (change.fromVersion > roster.version) return 'gap';
	return {
		...roster,
		version: change.version,
		state: change.state,
		closedAt: change.closedAt,
		closesAt: change.closesAt,
		entries: mergeEntries(roster.entries, change.entries),
		doubts: mergeDoubts(roster.doubts, change.doubts),
	};
}

/** Replaced lines keep their place (rows never jump); a member who is new stands by name. */
function mergeEntries(
	entries: readonly RosterEntry[],
	changed: readonly RosterEntry[],
): RosterEntry[] {
	const fresh = new Map(changed.map((entry) => [entry.studentId, entry]));
	const merged = entries.map((entry) => {
		const replacement = fresh.get(entry.studentId);
		fresh.delete(entry.studentId);
		return replacement ?? entry;
	});
	for (const added of fresh.values()) {
		const place = merged.findIndex((entry) => byName.compare(entry.name, added.name) > 0);
		merged.splice(place < 0 ? merged.length : place, 0, added);
	}
	return merged;
}

function mergeDoubts(doubts: readonly DoubtView[], changed: readonly DoubtView[]): DoubtView[] {
	const touched = new Set(changed.map((doubt) => doubt.id));
	return [
		...doubts.filter((doubt) => !touched.has(doubt.id)),
		...changed.filter((doubt) => doubt.state === 'waiting'),
	].sort((a, b) => a.seenAt - b.seenAt);
}

const byName = new Intl.Collator();

/** How many members stand where; `waiting` are those without a mark. */
export interface RosterCounts {
	present: number;
	late: number;
	absent: number;
	excused: number;
	waiting: number;
}

/** Counts the lines of a roster by status. */
export function countEntries(entries: readonly Pick<RosterEntry, 'status'>[]): RosterCounts {
	const counts: RosterCounts = { present: 0, late: 0, absent: 0, excused: 0, waiting: 0 };
	for (const entry of entries) counts[entry.status ?? 'waiting']++;
	return counts;
}

/** Students whose status differs between two rosters, with their new line. */
export function changedMarks(before: Roster, after: Roster): RosterEntry[] {
	const earlier = new Map(before.entries.map((entry) => [entry.studentId, entry.status]));
	return after.entries.filter((entry) => (earlier.get(entry.studentId) ?? null) !== entry.status);
}

const CYCLE: readonly (MarkStatus | null)[] = [null, 'present', 'late', 'absent', 'excused'];

/** What a tap on a status makes of it: waiting, present, late, absent, excused, and waiting again. */
export function nextStatus(status: MarkStatus | null): MarkStatus | null {
	return CYCLE[(CYCLE.indexOf(status) + 1) % CYCLE.length] ?? null;
}
