import type { DoubtView, Roster } from '$lib/contract/roster';

/** What was done to a doubt on this device, until the server's own word of it is here. */
export interface DoubtChange {
	/** The request's. */
	id: string;
	doubtId: string;
	/** Whether it waits again, or was answered. */
	waits: boolean;
	/** What is shown of one that waits again; null where only the server still knows. */
	doubt: DoubtView | null;
	/** The roster's version that has it; null until the server took it. */
	version: number | null;
}

/** Adds a change; of one doubt only the newest counts, as it is sent last. */
export function withChange(changes: readonly DoubtChange[], change: DoubtChange): DoubtChange[] {
	return [...changes.filter(({ doubtId }) => doubtId !== change.doubtId), change];
}

/** The server took a change, in this version of the roster. */
export function confirmChange(
	changes: readonly DoubtChange[],
	id: string,
	version: number,
): DoubtChange[] {
	return changes.map((change) => (change.id === id ? { ...change, version } : change));
}

/** Drops the changes that neither the server took nor this device will send any more. */
export function dropRefused(
	changes: readonly DoubtChange[],
	waitingIds: readonly string[],
): DoubtChange[] {
	return changes.filter(({ id, version }) => version !== null || waitingIds.includes(id));
}

/** The doubts as the teacher left them, in order of time; changes that the roster has count no more. */
export function overlayDoubts(
	{ doubts, version }: Pick<Roster, 'doubts' | 'version'>,
	changes: readonly DoubtChange[],
): readonly DoubtView[] {
	const ahead = changes.filter((change) => change.version === null || change.version > version);
	if (ahead.length === 0) return doubts;
	const answered = new Set(ahead.flatMap(({ waits, doubtId }) => (waits ? [] : [doubtId])));
	const shown = doubts.filter(({ id }) => !answered.has(id));
	const known = new Set(shown.map(({ id }) => id));
	const reopened = ahead.flatMap(({ waits, doubt }) =>
		waits && doubt !== null && !known.has(doubt.id) ? [doubt] : [],
	);
	return [...shown, ...reopened].sort((a, b) => a.seenAt - b.seenAt);
}
