import type { ExcuseView } from '$lib/contract/excuses';
import { messages } from '$lib/messages';
import { dayOf } from '../dates';
import { noonOf } from '../timetable/lesson-times';

const words = messages.excuses;

/** "Mon 23 Nov", or "Mon 23 Nov to Wed 25 Nov". @param now ms since 1970: its year is left out */
export function daysOf(
	{ firstDay, lastDay }: Pick<ExcuseView, 'firstDay' | 'lastDay'>,
	now: number,
): string {
	const day = (of: string) => dayOf(noonOf(of), 'UTC', now);
	return words.days(day(firstDay), day(lastDay));
}

/** "Biology 9B", or all classes. */
export function classOf({ classId, className }: Pick<ExcuseView, 'classId' | 'className'>): string {
	return classId === null ? words.allClasses : (className ?? '');
}

/** "Approved by Tess Teacher on Mon 23 Nov": what became of it last. */
export function whatBecame(
	excuse: Pick<ExcuseView, 'state' | 'decidedBy' | 'decidedAt' | 'withdrawnBy' | 'withdrawnAt'>,
	{ timeZone, now }: { timeZone: string; now: number },
): string {
	const word = words.state[excuse.state];
	const isWithdrawn = excuse.state === 'withdrawn';
	const at = isWithdrawn ? excuse.withdrawnAt : excuse.decidedAt;
	if (at === null) return word;
	return words.by(
		word,
		isWithdrawn ? excuse.withdrawnBy : excuse.decidedBy,
		dayOf(at, timeZone, now),
	);
}
