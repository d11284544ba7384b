import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CreateClassSchema } from '$lib/contract/classes';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewClass');
	return { classes: await served(event.locals.container.classes.list(actor)) };
};

export const actions: Actions = {
	create: async (event) => {
		const actor = requireActor(event, 'createClass');
		const formData = await event.request.formData();
		const parsed = parseForm(CreateClassSchema, formData);
		if (!parsed.ok) return failForm(parsed);
		let made: { id: string };
		try {
			made = await event.locals.container.classes.create(actor, parsed.data.name);
		} catch (thrown) {
			return failFrom(thrown, typedValues(formData));
		}
		redirect(303, `${resolve('/classes/[classId]', { classId: made.id })}?tab=add`);
	},
};
