import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { clearSessionCookie } from '$lib/server/auth/sessions';
import { requireActor } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => ({ me: requireActor(event, 'viewOwnAccount') });

export const actions: Actions = {
	signOutEverywhere: async (event) => {
		const actor = requireActor(event, 'signOut');
		await event.locals.container.accounts.signOutEverywhere(actor.id);
		clearSessionCookie(event);
		redirect(303, resolve('/sign-in'));
	},
};
