import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { requireActor, served } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

/** Without consent there is nothing to capture, and a confirmed face is staff's to capture anew. */
export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'enrolSelf');
	const { consent, ownEnrolment, models } = event.locals.container;
	const [decided, face] = await Promise.all([
		served(consent.own(actor)),
		served(ownEnrolment.own(actor)),
	]);
	if (decided?.decision !== 'granted') redirect(303, resolve('/me/consent'));
	if (face.state === 'enrolled') redirect(303, resolve('/me'));
	return { studentId: actor.id, name: actor.name, models };
};
