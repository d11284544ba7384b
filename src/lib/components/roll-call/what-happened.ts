import type { TwoAnswers } from '$lib/client/roll-call/conflicts';
import type { Refusal } from '$lib/client/roll-call/roll-call-session.svelte';
import type { DoubtView } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';
import type { Statuses } from '$lib/components/ui';
import { messages } from '$lib/messages';

/** What became of a doubt that the teacher answered; null is nobody of its candidates. */
export function answeredText({ reason, candidates }: DoubtView, studentId: string | null): string {
	const words = messages.rollCall.doubts;
	const confirmed = candidates.find((one) => one.studentId === studentId);
	if (confirmed !== undefined) return words.confirmed(confirmed.name);
	const names = candidates.map(({ name }) => name);
	return reason === 'contradicted' ? words.takenBack(names) : words.rejected(names);
}

/** What a person did to a mark; null took it back. @param statuses what the school calls them */
export function markedText(
	name: string,
	status: MarkStatus | null,
	statuses: Pick<Statuses, 'word'>,
): string {
	const words = messages.rollCall.roster;
	return status === null ? words.takenBack(name) : words.marked(name, statuses.word(status));
}

/** What the server did not take. @param name of the student whose mark it was about, if of one */
export function refusedText({ kind, message }: Refusal, name: string | null): string {
	const { doubts, roster, rest, connection } = messages.rollCall;
	if (kind === 'late') return connection.refusedLate(message);
	if (kind === 'reopen') return doubts.refusedUndo(message);
	if (kind === 'rest') return rest.refused(message);
	if (kind === 'undoRest') return rest.refusedUndo(message);
	return name === null ? roster.refusedAnswer(message) : roster.refused(name, message);
}

/** What is said while the network is away: how much waits, and where that is not safe. */
export function offlineText({
	waiting: { byHand, faces },
	problem,
}: {
	waiting: { byHand: number; faces: number };
	problem: 'unkept' | 'full' | null;
}): string {
	const { connection } = messages.rollCall;
	if (byHand + faces === 0) return connection.offline;
	const waits = connection.offlineWaiting(byHand, faces);
	return problem === null ? waits : `${waits} ${connection.problem[problem]}`;
}

/** Who says what of a student: "Ms Okafor says late, you said absent." */
export function conflictSentence(
	{ by, stands, wanted }: Pick<TwoAnswers, 'by' | 'stands' | 'wanted'>,
	statuses: Pick<Statuses, 'word'>,
): string {
	const words = messages.rollCall.conflicts;
	return words.sentence(
		stands === null ? words.theirsBack(by) : words.theirs(by, statuses.word(stands)),
		wanted === null ? words.yoursBack : words.yours(statuses.word(wanted)),
	);
}
