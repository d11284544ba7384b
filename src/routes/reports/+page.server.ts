import { requireActor, served } from '$lib/server/guard';
import { periodOf } from '$lib/server/report-period';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewReports');
	const { reports, school } = event.locals.container;
	const { timeZone } = await school.get();
	const now = Date.now();
	const { period, problem, today } = periodOf(event.url, { now, timeZone });
	const classId = event.url.searchParams.get('class') ?? '';
	const [classes, rule, report, atRisk] = await served(
		Promise.all([
			reports.classes(actor),
			reports.riskRule(),
			classId === '' ? null : reports.ofClass(actor, classId, period),
			classId === '' ? reports.atRisk(actor, period) : null,
		]),
	);
	return {
		now,
		today,
		period,
		problem,
		classes,
		rule,
		report,
		atRisk,
		seesAll: actor.role === 'admin',
	};
};
