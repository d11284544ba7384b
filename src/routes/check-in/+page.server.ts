import { requireActor, served } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'checkIn');
	const { checkIns, models } = event.locals.container;
	return { studentId: actor.id, models, rollCalls: await served(checkIns.open(actor)) };
};
