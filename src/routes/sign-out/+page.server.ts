import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { clearSessionCookie } from '$lib/server/auth/sessions';
import { requireActor } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

/** An address to send a form to, and nothing to see. */
export const load: PageServerLoad = (event) => {
	requireActor(event, 'signOut');
	redirect(303, resolve('/'));
};

export const actions: Actions = {
	default: async (event) => {
		requireActor(event, 'signOut');
		const { container, sessionId } = event.locals;
		if (sessionId !== null) await container.accounts.signOut(sessionId);
		clearSessionCookie(event);
		redirect(303, resolve('/sign-in'));
	},
};
