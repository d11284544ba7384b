import { redirect } from '@sveltejs/kit';
import { SignInSchema } from '$lib/contract/accounts';
import { writeSessionCookie } from '$lib/server/auth/sessions';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor, safeNext } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	const actor = requireActor(event, 'signIn');
	if (actor !== null) redirect(303, safeNext(event.url.searchParams.get('next')));
};

export const actions: Actions = {
	default: async (event) => {
		requireActor(event, 'signIn');
		const formData = await event.request.formData();
		const parsed = parseForm(SignInSchema, formData);
		if (!parsed.ok) return failForm(parsed);
		try {
			const session = await event.locals.container.accounts.signIn({
				...parsed.data,
				address: event.getClientAddress(),
			});
			writeSessionCookie(event, session);
		} catch (thrown) {
			return failFrom(thrown, typedValues(formData));
		}
		redirect(303, safeNext(event.url.searchParams.get('next')));
	},
};
