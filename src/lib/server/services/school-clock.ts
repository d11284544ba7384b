import { DateFormatter, fromAbsolute, toTime } from '@internationalized/date';

/** Instants (ms since 1970) in the words of a sentence, in the school's time zone. */

/** "09:05" */
export function timeOfDay(instant: number, timeZone: string): string {
	return toTime(fromAbsolute(instant, timeZone)).toString().slice(0, 5);
}

/** "Monday 23 November" */
export function longDay(instant: number, timeZone: string): string {
	const parts = { weekday: 'long', day: 'numeric', month: 'long' } as const;
	return new DateFormatter('en-GB', { ...parts, timeZone }).format(new Date(instant));
}
