import { requireActor, served } from '$lib/server/guard';
import { dayOf } from '$lib/server/report-period';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewReports');
	const { reports, school } = event.locals.container;
	const { timeZone } = await school.get();
	const now = Date.now();
	const day = dayOf(event.url, { now, timeZone });
	return { now, day, classes: await served(reports.ofDay(actor, day)) };
};
