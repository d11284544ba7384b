import { WEEKDAYS, type Weekday } from '$lib/contract/timetable';

const MINUTES_A_DAY = 24 * 60;

/** "09:45" for a lesson that begins at "09:00" and lasts 45 minutes, by the clock on the wall. */
export function endOf({
	startsAt,
	lengthMinutes,
}: {
	startsAt: string;
	lengthMinutes: number;
}): string {
	const [hours, minutes] = startsAt.split(':').map(Number);
	const end = ((hours ?? 0) * 60 + (minutes ?? 0) + lengthMinutes) % MINUTES_A_DAY;
	return [Math.floor(end / 60), end % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Noon of a day in UTC, ms: what the formats of dates take, with 'UTC' as the zone. */
export function noonOf(day: string): number {
	return Date.parse(`${day}T12:00Z`);
}

/** ISO 8601: 1 is Monday. */
export function weekdayOf(day: string): Weekday {
	const weekday = new Date(noonOf(day)).getUTCDay();
	return WEEKDAYS.find((one) => one % 7 === weekday) ?? 1;
}

/** The next day from `today` on of an ISO weekday: what a form of that weekday's lesson begins with. */
export function nextDayOf(weekday: number, today: string): string {
	const instant = noonOf(today);
	const ahead = (weekday - new Date(instant).getUTCDay() + 7) % 7;
	return new Date(instant + ahead * MINUTES_A_DAY * 60_000).toISOString().slice(0, 10);
}
