import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { StartRollCallSchema } from '$lib/contract/timetable';
import { answerForm } from '$lib/server/answer-form';
import type { Container } from '$lib/server/container';
import type { Actor } from '$lib/server/domain/access';
import { requireActor, served } from '$lib/server/guard';
import { usualPeriod } from '$lib/server/report-period';
import type { Actions, PageServerLoad } from './$types';

/** Students at risk on Today: as many as one can talk with on a day. */
const MOST_AT_RISK = 5;

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewToday');
	const { container } = event.locals;
	event.depends('facetrack:today');
	const now = Date.now();
	return actor.role === 'student'
		? { now, own: await served(ownDay(container, actor)), staff: null }
		: { now, own: null, staff: await served(teachersDay(container, actor, now)) };
};

async function ownDay({ checkIns, disputes, rollCalls }: Container, actor: Actor) {
	const [marks, answered, open] = await Promise.all([
		rollCalls.ownRecord(actor),
		disputes.answeredLately(actor),
		checkIns.open(actor),
	]);
	return { marks, answered, open };
}

async function teachersDay(container: Container, actor: Actor, now: number) {
	const { classes, devices, disputes, excuses, reports, rollCalls, school } = container;
	const [list, rollCallsOfDay, waiting, { timeZone }] = await Promise.all([
		classes.list(actor),
		rollCalls.ofToday(actor),
		Promise.all([
			disputes.countWaiting(actor),
			excuses.countWaiting(actor),
			devices.countAsked(actor),
		]),
		school.get(),
	]);
	// Last, and not waited for: the page is there long before a whole school's marks are counted.
	const atRisk = reports.mostAtRisk(actor, usualPeriod({ now, timeZone }), MOST_AT_RISK);
	// It may fail before the page listens, and an error that nobody heard ends the server.
	atRisk.catch(() => undefined);
	const [waitingDisputes, waitingExcuses, waitingPhones] = waiting;
	return {
		classes: list,
		rollCalls: rollCallsOfDay,
		waitingDisputes,
		waitingExcuses,
		waitingPhones,
		atRisk,
	};
}

export const actions: Actions = {
	start: (event) => {
		const actor = requireActor(event, 'openRollCall');
		const { rollCalls } = event.locals.container;
		return answerForm(event.request, StartRollCallSchema, async ({ classId, rollCallId }) => {
			const { id } =
				rollCallId === undefined
					? await rollCalls.open(actor, classId)
					: await rollCalls.openPlanned(actor, rollCallId);
			redirect(303, resolve('/roll-calls/[id]', { id }));
		});
	},
};
