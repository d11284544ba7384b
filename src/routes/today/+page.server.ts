import { fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewToday');
	const { classes, rollCalls } = event.locals.container;
	const now = Date.now();
	return actor.role === 'student'
		? { now, classes: null, marks: await served(rollCalls.ownRecord(actor)) }
		: { now, classes: await served(classes.list(actor)), marks: null };
};

export const actions: Actions = {
	start: async (event) => {
		const actor = requireActor(event, 'openRollCall');
		const classId = (await event.request.formData()).get('classId');
		if (typeof classId !== 'string') return fail(400);
		const rollCall = await served(event.locals.container.rollCalls.open(actor, classId));
		redirect(303, resolve('/roll-calls/[id]', { id: rollCall.id }));
	},
};
