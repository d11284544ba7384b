import { DisputeMarkSchema } from '$lib/contract/disputes';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewOwnRecord');
	const { disputes } = event.locals.container;
	return { now: Date.now(), ...(await served(disputes.ownMark(actor, event.params.rollCallId))) };
};

export const actions: Actions = {
	dispute: (event) => {
		const actor = requireActor(event, 'disputeMark');
		const { disputes } = event.locals.container;
		return answerForm(event.request, DisputeMarkSchema, async (dispute) => {
			await disputes.raise(actor, event.params.rollCallId, dispute);
			return { what: 'dispute' } as const;
		});
	},
};
