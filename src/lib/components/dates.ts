/**
 * Dates and times as people of the school read them: 24 hours, the day before the month, always in
 * the school's time zone. Instants are milliseconds since 1970 in UTC; `timeZone` is an IANA name.
 */

const LOCALE = 'en-GB';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs far more than using one, and a record has hundreds of lines. */
function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const key = timeZone + JSON.stringify(options);
	let made = formats.get(key);
	if (made === undefined) {
		made = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone });
		formats.set(key, made);
	}
	return made;
}

/** "14:05" */
export function timeOf(instant: number, timeZone: string): string {
	return format(timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(instant);
}

/** "23 Nov"; with the year where it is not the year of `now`: "23 Nov 2026". */
export function dateOf(instant: number, timeZone: string, now: number): string {
	const year = (of: number) => format(timeZone, { year: 'numeric' }).format(of);
	const day = format(timeZone, { day: 'numeric', month: 'short' }).format(instant);
	return year(instant) === year(now) ? day : `${day} ${year(instant)}`;
}

/** "Mon 23 Nov"; with the year where it is not the year of `now`: "Mon 23 Nov 2026". */
export function dayOf(instant: number, timeZone: string, now: number): string {
	const weekday = format(timeZone, { weekday: 'short' }).format(instant);
	return `${weekday} ${dateOf(instant, timeZone, now)}`;
}

/** "Monday 23 November" */
export function longDayOf(instant: number, timeZone: string): string {
	const weekday = format(timeZone, { weekday: 'long' }).format(instant);
	const day = format(timeZone, { day: 'numeric', month: 'long' }).format(instant);
	return `${weekday} ${day}`;
}

/** The school's calendar day, as "2026-11-23": to compare and to group by. */
export function dayKey(instant: number, timeZone: string): string {
	const parts = new Map(
		format(timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' })
			.formatToParts(instant)
			.map(({ type, value }) => [type, value]),
	);
	return [parts.get('year'), parts.get('month'), parts.get('day')].join('-');
}

/** Whether two instants fall on one day of the school. */
export function sameDay(a: number, b: number, timeZone: string): boolean {
	return dayKey(a, timeZone) === dayKey(b, timeZone);
}

/** Whole months from one day of the school to a later one; 0 for less than one. */
export function monthsBetween(from: number, to: number, timeZone: string): number {
	const [first, last] = [from, to].map((instant) =>
		dayKey(instant, timeZone).split('-').map(Number),
	);
	const [years, months, days] = [0, 1, 2].map((part) => (last?.[part] ?? 0) - (first?.[part] ?? 0));
	return Math.max(0, (years ?? 0) * 12 + (months ?? 0) - ((days ?? 0) < 0 ? 1 : 0));
}

/** For `<time datetime>`: the instant in ISO 8601, UTC. */
export function machineTime(instant: number): string {
	return new Date(instant).toISOString();
}
