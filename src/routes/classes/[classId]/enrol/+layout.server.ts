import { requireActor, served } from '$lib/server/guard';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
	const actor = requireActor(event, 'enrol');
	const { classes, models } = event.locals.container;
	return { detail: await served(classes.detail(actor, event.params.classId)), models };
};
