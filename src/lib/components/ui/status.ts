import type { MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';

/** A mark's status, or waiting while a student has none. */
export type StatusOrWaiting = MarkStatus | 'waiting';

/** The order in which counts stand everywhere. */
export const STATUSES: readonly StatusOrWaiting[] = [
	'present',
	'late',
	'excused',
	'absent',
	'waiting',
];

/** Text colours by status. Whole names, because Tailwind finds only what is spelled out. */
export const statusText: Record<StatusOrWaiting, string> = {
	present: 'text-present',
	late: 'text-late',
	absent: 'text-absent',
	excused: 'text-excused',
	waiting: 'text-waiting',
};

/** Quiet grounds by status, legible under `text-ink` and under the status's own text colour. */
export const statusTint: Record<StatusOrWaiting, string> = {
	present: 'bg-present-tint',
	late: 'bg-late-tint',
	absent: 'bg-absent-tint',
	excused: 'bg-excused-tint',
	waiting: 'bg-waiting-tint',
};

/** The letter that stands for a status; a dash for waiting. */
export function statusLetter(status: StatusOrWaiting): string {
	return messages.common.statusLetter[status];
}

/** The status in a word, for those who listen and wherever there is room. */
export function statusWord(status: StatusOrWaiting): string {
	return messages.common.statusWord[status];
}
