import { shortName } from '$lib/contract/names';
import type { DisplayNames, MarkMethod, MarkStatus } from '$lib/contract/terms';

const MINUTE = 60_000;

/** Present or late, and by how many whole minutes, for a student who came at `markedAt` (ms). */
export function arrival(
	markedAt: number,
	rollCall: { startsAt: number; lateAfterMinutes: number },
): { status: Extract<MarkStatus, 'present' | 'late'>; minutesLate: number | null } {
	const elapsed = markedAt - rollCall.startsAt;
	if (elapsed <= rollCall.lateAfterMinutes * MINUTE)
		return { status: 'present', minutesLate: null };
	return { status: 'late', minutesLate: Math.floor(elapsed / MINUTE) };
}

/** Minutes that a late mark made by hand carries: since the start, never negative. */
export function minutesSince(startsAt: number, markedAt: number): number {
	return Math.max(0, Math.floor((markedAt - startsAt) / MINUTE));
}

/**
 * When a mark counts as made: the device's own time, because a sighting may reach the server long
 * after a network failure, but never before the roll call opened nor in the future.
 */
export function clampToRollCall(at: number, openedAt: number, now: number): number {
	return Math.min(Math.max(at, openedAt), now);
}

/**
 * The camera marks only those whom nobody has marked: a teacher's mark stands, and one that a
 * teacher took back stays taken back. One that is gone because an answer to the camera's own
 * question was undone, or because a roll call that had closed was opened again, is none: its row
 * remains for devices that were away.
 */
export function cameraMayMark(
	mark: { status: MarkStatus | null; method: MarkMethod } | null,
): boolean {
	if (mark === null) return true;
	return mark.status === null && (mark.method === 'camera' || mark.method === 'rule');
}

/**
 * Whether what a camera saw at `seenAt` without a network changes a mark, when it arrives: where the
 * camera may mark, where the closing made somebody absent who had come, and where the camera itself
 * saw them later only.
 */
export function lateSightingMayMark(
	mark: { status: MarkStatus | null; method: MarkMethod; markedAt: number } | null,
	seenAt: number,
): boolean {
	if (mark === null || cameraMayMark(mark)) return true;
	if (mark.method === 'rule') return mark.status === 'absent';
	return mark.method === 'camera' && mark.markedAt > seenAt;
}

/** A name as the class wants it on the projector; `position` numbers students without names, from 1. */
export function nameOnDisplay(name: string, style: DisplayNames, position: number): string {
	if (style === 'full') return name;
	return style === 'none' ? String(position) : shortName(name);
}
