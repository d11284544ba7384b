import { AsyncLocalStorage } from 'node:async_hooks';
import type { RosterChange } from '$lib/contract/roster';
import { rooms, type RealtimeDeps, type RealtimeServer } from './wire';

export interface Broadcast {
	/**
	 * Runs an event's work and sends the changes that it made after `answer` has acknowledged it:
	 * whoever asked learns first that it worked, and then sees it like everybody else.
	 */
	after<T>(work: () => Promise<T>, answer: (result: T) => void): Promise<void>;
	stop(): void;
}

/** Sends every committed change to the staff's devices and, as the class chose, to the displays. */
export function createBroadcast(io: RealtimeServer, deps: RealtimeDeps): Broadcast {
	const held = new AsyncLocalStorage<RosterChange[]>();
	// One after another: displays get their changes in the order of the versions.
	let displaysDone: Promise<void> = Promise.resolve();

	function send(change: RosterChange): void {
		io.to(rooms.staff(change.rollCallId)).emit('roster:changed', change);
		displaysDone = displaysDone
			.then(() => sendToDisplays(io, deps, change))
			.catch((error: unknown) => {
				// A display that misses a change sees the gap at the next one and asks.
				deps.log.error({ err: error, rollCallId: change.rollCallId }, 'a display was not told');
			});
	}

	const unsubscribe = deps.rosterChanges.subscribe((change) => {
		const waiting = held.getStore();
		if (waiting === undefined) send(change);
		else waiting.push(change);
	});

	return {
		async after(work, answer) {
			const changes: RosterChange[] = [];
			try {
				answer(await held.run(changes, work));
			} finally {
				changes.forEach(send);
			}
		},
		stop: unsubscribe,
	};
}

async function sendToDisplays(
	io: RealtimeServer,
	{ displays }: RealtimeDeps,
	change: RosterChange,
): Promise<void> {
	const room = rooms.display(change.rollCallId);
	if (!io.sockets.adapter.rooms.has(room)) return;
	const masked = await displays.ofChange(change);
	if (masked !== null) io.to(room).emit('roster:changed', masked);
}
