import { requireActor, served } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	requireActor(event, 'viewDisplay');
	const roster = await served(event.locals.container.displays.roster(event.params.token));
	return { roster, token: event.params.token };
};
