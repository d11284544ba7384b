import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import * as v from 'valibot';
import { messages } from '$lib/messages';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

/** A tick is needed for a yes only: nobody has to agree to a no. */
const OwnDecisionSchema = v.pipe(
	v.object({ decision: v.picklist(['granted', 'refused']), agreed: v.boolean() }),
	v.forward(
		v.check(
			({ decision, agreed }) => decision === 'refused' || agreed,
			messages.enrolment.consent.tickFirst,
		),
		['agreed'],
	),
);

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'recordOwnConsent');
	return { name: actor.name, consent: await served(event.locals.container.consent.own(actor)) };
};

export const actions: Actions = {
	decide: async (event) => {
		const actor = requireActor(event, 'recordOwnConsent');
		const formData = await event.request.formData();
		const parsed = parseForm(OwnDecisionSchema, formData, { booleans: ['agreed'] });
		if (!parsed.ok) return failForm(parsed);
		try {
			await event.locals.container.consent.recordOwn(actor, parsed.data.decision);
		} catch (thrown) {
			return failFrom(thrown, typedValues(formData));
		}
		const agreed = parsed.data.decision === 'granted';
		redirect(303, agreed ? resolve('/me/enrol') : resolve('/me'));
	},
};
