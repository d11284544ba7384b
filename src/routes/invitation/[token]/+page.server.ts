import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import { AcceptInvitationSchema, SchoolSchema, type InvitationView } from '$lib/contract/accounts';
import { messages } from '$lib/messages';
import { AppError } from '$lib/server/errors';
import { writeSessionCookie } from '$lib/server/auth/sessions';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor } from '$lib/server/guard';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** The school's fields beside the person's own, on the form of the first admin. */
const FirstAdminSchema = v.object({
	...AcceptInvitationSchema.entries,
	schoolName: SchoolSchema.entries.name,
	timeZone: SchoolSchema.entries.timeZone,
});

async function openInvitation({ locals, params }: RequestEvent): Promise<InvitationView> {
	const invitation = await locals.container.accounts.invitation(params.token);
	return invitation ?? error(404, messages.refusals.invitationGone);
}

export const load: PageServerLoad = async (event) => {
	requireActor(event, 'acceptInvitation');
	return { invitation: await openInvitation(event) };
};

export const actions: Actions = {
	default: async (event) => {
		requireActor(event, 'acceptInvitation');
		const invitation = await openInvitation(event);
		const formData = await event.request.formData();
		// Somebody whom the school knows is not asked for a name, and keeps the one that it has.
		if (invitation.name !== null) formData.set('name', invitation.name);
		const { accounts, school } = event.locals.container;
		try {
			if (invitation.first) {
				const parsed = parseForm(FirstAdminSchema, formData);
				if (!parsed.ok) return failForm(parsed);
				const { schoolName, timeZone, ...chosen } = parsed.data;
				const session = await accounts.acceptInvitation(event.params.token, chosen);
				writeSessionCookie(event, session);
				await school.update(session.user, { name: schoolName, timeZone });
			} else {
				const parsed = parseForm(AcceptInvitationSchema, formData);
				if (!parsed.ok) return failForm(parsed);
				writeSessionCookie(event, await accounts.acceptInvitation(event.params.token, parsed.data));
			}
		} catch (thrown) {
			const taken = thrown instanceof AppError && thrown.code === 'conflict';
			return failFrom(thrown, typedValues(formData), taken ? 'signInName' : undefined);
		}
		redirect(303, resolve('/'));
	},
};
