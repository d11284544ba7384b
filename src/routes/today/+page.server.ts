import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { StartRollCallSchema } from '$lib/contract/timetable';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewToday');
	const { classes, rollCalls } = event.locals.container;
	event.depends('facetrack:today');
	const now = Date.now();
	if (actor.role === 'student') {
		return { now, classes: null, day: null, marks: await served(rollCalls.ownRecord(actor)) };
	}
	const [list, day] = await served(Promise.all([classes.list(actor), rollCalls.ofToday(actor)]));
	return { now, classes: list, day, marks: null };
};

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
