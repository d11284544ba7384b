import { requireActor } from '$lib/server/guard';
import type { LayoutServerLoad } from './$types';

/** The frame of every page, those before signing in among them. */
export const load: LayoutServerLoad = async (event) => {
	const user = requireActor(event, 'signIn');
	return { user, school: await event.locals.container.school.get() };
};
