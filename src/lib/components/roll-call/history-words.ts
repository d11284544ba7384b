import type { MarkChangeView } from '$lib/contract/marks';
import type { MarkStatus } from '$lib/contract/terms';
import { dayOf, sameDay, timeOf } from '$lib/components/dates';
import type { Statuses } from '$lib/components/ui';
import { messages } from '$lib/messages';

const words = messages.rollCall.history;

export interface HistoryReader {
	/** What the school calls its statuses. */
	statuses: Pick<Statuses, 'word'>;
	/** IANA name of the school's zone */
	timeZone: string;
	/** Of the roll call, ms since 1970: a change on another day says which. */
	startsAt: number;
}

/**
 * What became of a mark as sentences, the earliest first: "14:20, Ms Okafor: absent, now late. Came
 * at 14:15. Reason: the bus."
 */
export function historyLines(history: readonly MarkChangeView[], reader: HistoryReader): string[] {
	return history
		.toSorted((a, b) => a.changedAt - b.changedAt)
		.map((change) => [headOf(change, reader), ...detailsOf(change, reader)].join(' '));
}

function headOf(change: MarkChangeView, { statuses, timeZone, startsAt }: HistoryReader): string {
	const { changedAt } = change;
	const time = timeOf(changedAt, timeZone);
	const day = dayOf(changedAt, timeZone, startsAt);
	const when = sameDay(changedAt, startsAt, timeZone) ? time : `${day} ${time}`;
	return words.line(when, whoOf(change), whatOf(change, statuses));
}

function whoOf(change: MarkChangeView): string {
	const { by, method } = change;
	if (method !== 'rule') return by ?? words.who[method];
	const how = words.rule[ruleCaseOf(change)];
	return by === null ? how : words.byRule(how, by);
}

/** The rule's changes come from an excuse, from opening again, or from the closing. */
function ruleCaseOf({ from, to }: MarkChangeView): keyof typeof words.rule {
	if (to === 'excused') return 'excuseApplied';
	if (from === 'excused') return 'excuseWithdrawn';
	return from === 'absent' && to === null ? 'openedAgain' : 'closing';
}

function whatOf({ from, to, conflict }: MarkChangeView, statuses: Pick<Statuses, 'word'>): string {
	const word = (status: MarkStatus | null) => statuses.word(status ?? 'waiting');
	if (conflict !== null) return words.conflict(word(conflict.wanted), word(from));
	if (from === to) return words.same(word(to));
	return from === null ? word(to) : words.changed(word(from), word(to));
}

function detailsOf(change: MarkChangeView, { timeZone }: HistoryReader): string[] {
	const { changedAt, arrivedAt, leftAt, remark, reason, madeAt, cameInLate } = change;
	const came = arrivedAt === null ? null : timeOf(arrivedAt, timeZone);
	return [
		...(madeAt === undefined ? [] : [words.madeAt(timeOf(madeAt, timeZone))]),
		...(cameInLate === undefined ? [] : [words.cameInLate]),
		// Most come at the minute in which they are marked.
		...(came === null || came === timeOf(changedAt, timeZone) ? [] : [words.came(came)]),
		...(leftAt === null ? [] : [words.left(timeOf(leftAt, timeZone))]),
		...(remark === null ? [] : [words.remark(remark)]),
		...(reason === null ? [] : [words.reason(reason)]),
	];
}
