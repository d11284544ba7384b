import { DecideDeviceSchema } from '$lib/contract/devices';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'approveDevice');
	return { now: Date.now(), phones: await served(event.locals.container.devices.asked(actor)) };
};

export const actions: Actions = {
	decide: (event) => {
		const actor = requireActor(event, 'approveDevice');
		const { devices } = event.locals.container;
		return answerForm(event.request, DecideDeviceSchema, async (decided) => {
			await devices.decide(actor, decided);
			return decided.decision;
		});
	},
};
