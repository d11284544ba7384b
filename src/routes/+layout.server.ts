import { requireActor } from '$lib/server/guard';
import type { LayoutServerLoad } from './$types';

/** The frame of every page, those before signing in among them. */
export const load: LayoutServerLoad = async (event) => {
	const user = requireActor(event, 'signIn');
	const { school } = event.locals.container;
	return { user, school: await school.get(), statuses: await school.statuses() };
};
