import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { requireActor } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

/** Everybody's day begins at Today, which shows each role its own; nobody is led to sign in. */
export const load: PageServerLoad = (event) => {
	requireActor(event, 'viewToday');
	redirect(303, resolve('/today'));
};
