import type { MarkStatus } from '$lib/contract/terms';

interface Mark {
	status: MarkStatus | null;
	markedAt: number | null;
}

/** Whether there is nothing left to check in for: the student is marked as here. */
export function isHere<T extends Mark>(
	mark: T,
): mark is T & { status: 'present' | 'late'; markedAt: number } {
	const { status, markedAt } = mark;
	return (status === 'present' || status === 'late') && markedAt !== null;
}
