import { requireActor, served } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewRollCall');
	const { rollCalls, models } = event.locals.container;
	const { displayToken } = await served(rollCalls.require(actor, event.params.id));
	return { roster: await served(rollCalls.roster(actor, event.params.id)), displayToken, models };
};
