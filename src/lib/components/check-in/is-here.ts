import type { OpenForCheckIn } from '$lib/contract/check-in';

type Here = OpenForCheckIn & { status: 'present' | 'late'; markedAt: number };

/** Whether there is nothing left to check in for: the student is marked as here. */
export function isHere(rollCall: OpenForCheckIn): rollCall is Here {
	const { status, markedAt } = rollCall;
	return (status === 'present' || status === 'late') && markedAt !== null;
}
