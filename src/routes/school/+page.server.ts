import { SchoolSchema } from '$lib/contract/accounts';
import { answerForm } from '$lib/server/answer-form';
import { requireActor } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	requireActor(event, 'manageSchool');
};

export const actions: Actions = {
	save: (event) => {
		const actor = requireActor(event, 'manageSchool');
		return answerForm(event.request, SchoolSchema, async (school) => {
			await event.locals.container.school.update(actor, school);
			return 'save' as const;
		});
	},
};
