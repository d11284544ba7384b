import type { Refusal } from '$lib/client/roll-call/roll-call-session.svelte';
import type { DoubtView } from '$lib/contract/roster';
import { messages } from '$lib/messages';

/** What became of a doubt that the teacher answered; null is nobody of its candidates. */
export function answeredText({ reason, candidates }: DoubtView, studentId: string | null): string {
	const words = messages.rollCall.doubts;
	const confirmed = candidates.find((one) => one.studentId === studentId);
	if (confirmed !== undefined) return words.confirmed(confirmed.name);
	const names = candidates.map(({ name }) => name);
	return reason === 'contradicted' ? words.takenBack(names) : words.rejected(names);
}

/** What the server did not take. @param name of the student whose mark it was about, if of one */
export function refusedText({ kind, message }: Refusal, name: string | null): string {
	const { doubts, roster } = messages.rollCall;
	if (kind === 'reopen') return doubts.refusedUndo(message);
	return name === null ? roster.refusedAnswer(message) : roster.refused(name, message);
}
