import ChartColumn from '@lucide/svelte/icons/chart-column';
import Calendar from '@lucide/svelte/icons/calendar-check';
import CalendarX from '@lucide/svelte/icons/calendar-x';
import Book from '@lucide/svelte/icons/clipboard-list';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import School from '@lucide/svelte/icons/school';
import UserRound from '@lucide/svelte/icons/user-round';
import Users from '@lucide/svelte/icons/users';
import type { LucideIcon } from '@lucide/svelte';
import type { Role } from '$lib/contract/terms';
import { messages } from '$lib/messages';

export interface Place {
	route:
		'/today' | '/classes' | '/excuses' | '/reports' | '/people' | '/school' | '/record' | '/me';
	label: string;
	icon: LucideIcon;
}

const { nav } = messages.common;
const today: Place = { route: '/today', label: nav.today, icon: Calendar };
const classes: Place = { route: '/classes', label: nav.classes, icon: GraduationCap };
const excuses: Place = { route: '/excuses', label: nav.excuses, icon: CalendarX };
const reports: Place = { route: '/reports', label: nav.reports, icon: ChartColumn };
const people: Place = { route: '/people', label: nav.people, icon: Users };
const school: Place = { route: '/school', label: nav.school, icon: School };
const record: Place = { route: '/record', label: nav.record, icon: Book };
const me: Place = { route: '/me', label: nav.me, icon: UserRound };

/** Where the navigation leads; what one may do is the server's to say, not this list's. */
export const PLACES: Record<Role, readonly Place[]> = {
	student: [today, record, me],
	teacher: [today, classes, excuses, reports],
	admin: [today, classes, excuses, reports, people, school],
};

/** More do not fit on a phone's bar: the places after them stand in the menu of one's name. */
export const PLACES_ON_A_PHONE = 5;

/** Whether a page, by its route's id, is the place or lies below it. */
export function isAt(place: Place, routeId: string | null): boolean {
	return routeId === place.route || (routeId?.startsWith(`${place.route}/`) ?? false);
}
