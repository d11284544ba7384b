import { requireActor, served } from '$lib/server/guard';
import { periodOf } from '$lib/server/report-period';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewReports');
	const { reports, school } = event.locals.container;
	const { timeZone } = await school.get();
	const now = Date.now();
	const { period, problem, today } = periodOf(event.url, { now, timeZone });
	const report = await served(reports.ofStudent(actor, event.params.studentId, period));
	return { now, today, period, problem, report };
};
