import { SchoolSchema } from '$lib/contract/accounts';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireActor(event, 'manageSchool');
};

export const actions: Actions = {
	save: async (event) => {
		const actor = requireActor(event, 'manageSchool');
		const formData = await event.request.formData();
		const parsed = parseForm(SchoolSchema, formData);
		if (!parsed.ok) return failForm(parsed);
		try {
			await event.locals.container.school.update(actor, parsed.data);
		} catch (thrown) {
			return failFrom(thrown, typedValues(formData));
		}
		return { done: 'save' as const };
	},
};
