import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CreateClassSchema } from '$lib/contract/classes';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewClass');
	return { classes: await served(event.locals.container.classes.list(actor)) };
};

export const actions: Actions = {
	create: (event) => {
		const actor = requireActor(event, 'createClass');
		return answerForm(event.request, CreateClassSchema, async ({ name }) => {
			const { id: classId } = await event.locals.container.classes.create(actor, name);
			redirect(303, `${resolve('/classes/[classId]', { classId })}?tab=add`);
		});
	},
};
