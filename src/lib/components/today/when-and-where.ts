import type { DayRollCall } from '$lib/contract/timetable';
import { messages } from '$lib/messages';
import { timeOf } from '../dates';

/** "09:00–09:45 · Room 12", or "started at 09:05 · off the timetable" */
export function whenAndWhere(
	{ startsAt, endsAt, room }: Pick<DayRollCall, 'startsAt' | 'endsAt' | 'room'>,
	timeZone: string,
): string {
	const text = messages.timetable;
	const start = timeOf(startsAt, timeZone);
	const parts =
		endsAt === null
			? [text.today.since(start), text.today.unplanned]
			: [text.times(start, timeOf(endsAt, timeZone))];
	return [...parts, ...(room === null ? [] : [text.room(room)])].join(' · ');
}
