import type { RosterChange } from '$lib/contract/roster';

export type RosterListener = (change: RosterChange) => void;

export type RosterChanges = ReturnType<typeof createRosterChanges>;

/** The one place where a committed change of a roster goes out; whoever shows rosters subscribes. */
export function createRosterChanges() {
	const listeners = new Set<RosterListener>();
	return {
		/** Call it after the commit: a listener may ask the database. */
		publish(change: RosterChange): void {
			listeners.forEach((listener) => listener(change));
		},
		/** @returns how to stop listening. */
		subscribe(listener: RosterListener): () => void {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
}
