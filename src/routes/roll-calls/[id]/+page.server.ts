import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { ReopenRollCallSchema } from '$lib/contract/timetable';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewRollCall');
	const { rollCalls, models } = event.locals.container;
	const { displayToken, state } = await served(rollCalls.require(actor, event.params.id));
	// One that is only planned has nothing to show yet; Today says from when it can be started.
	if (state === 'planned') redirect(303, resolve('/today'));
	const roster = await served(rollCalls.roster(actor, event.params.id));
	return { roster, displayToken, models, userId: actor.id };
};

export const actions: Actions = {
	reopen: (event) => {
		const actor = requireActor(event, 'reopenRollCall');
		const { rollCalls } = event.locals.container;
		return answerForm(event.request, ReopenRollCallSchema, async (why) => {
			await rollCalls.reopen(actor, event.params.id, why);
			return { what: 'reopen' } as const;
		});
	},
};
