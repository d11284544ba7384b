import { requireActor, served } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'viewOwnRecord');
	const marks = await served(event.locals.container.rollCalls.ownRecord(actor));
	return { now: Date.now(), marks };
};
