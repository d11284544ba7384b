import type { OwnMark } from '$lib/contract/record';
import type { MarkMethod, MarkStatus } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import { timeOf } from '../dates';

/** "by Tess Teacher", "by camera", "when the roll call closed". @param by the name, if it is known */
export function howMarked(
	method: MarkMethod,
	status: MarkStatus | null,
	by: string | null,
): string {
	const record = messages.record;
	const common = messages.common;
	if (method === 'teacher' && by !== null) return record.byName(by);
	return method === 'rule' && status === 'excused' ? record.byExcuse : common.method[method];
}

/** What a student reads beside their status: how late, how and when marked, when they left. */
export function markFacts(mark: OwnMark, timeZone: string): string[] {
	const accounts = messages.accounts;
	const record = messages.record;
	const { minutesLate, leftAt } = mark;
	return [
		...(minutesLate !== null && minutesLate > 0 ? [accounts.record.minutesLate(minutesLate)] : []),
		howMarked(mark.method, mark.status, mark.markedBy),
		timeOf(mark.markedAt, timeZone),
		...(leftAt === null ? [] : [record.leftAt(timeOf(leftAt, timeZone))]),
		...(mark.cameInLate ? [record.cameInLate] : []),
	];
}
