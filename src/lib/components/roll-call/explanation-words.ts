import type { Explanation } from '$lib/contract/explanation';
import { timeOf } from '$lib/components/dates';
import { messages } from '$lib/messages';

/**
 * The camera's decisions about a student as sentences, the earliest first: "Recognised at 14:01:
 * clear match over 4 frames, next candidate far."
 *
 * @param timeZone IANA name of the school's zone
 */
export function explanationLines(explanations: readonly Explanation[], timeZone: string): string[] {
	return explanations
		.toSorted((a, b) => a.decidedAt - b.decidedAt)
		.map((explanation) => {
			const { why } = messages.rollCall;
			const time = timeOf(explanation.decidedAt, timeZone);
			return why.sentence(headOf(explanation, time), reasonsOf(explanation));
		});
}

function headOf({ lane, candidates }: Explanation, time: string): string {
	const { asked, decided } = messages.rollCall.why;
	return lane === 'doubtful'
		? asked(
				time,
				candidates.map(({ name }) => name),
			)
		: decided[lane](time);
}

function reasonsOf({ reason, match, frames, nextCandidate, view }: Explanation): string[] {
	const { why } = messages.rollCall;
	return [
		...(reason === null ? [] : [why.reason[reason]]),
		why.match(why.strength[match], frames),
		// What the reason says already is not said twice.
		...(reason === 'close-runner-up' ? [] : [why.next[nextCandidate]]),
		...(view === 'poor' && reason !== 'low-quality' ? [why.poorView] : []),
	];
}
