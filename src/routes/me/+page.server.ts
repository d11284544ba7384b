import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { EndDeviceSchema } from '$lib/contract/devices';
import { answerForm } from '$lib/server/answer-form';
import { clearSessionCookie } from '$lib/server/auth/sessions';
import type { Container } from '$lib/server/container';
import type { Actor } from '$lib/server/domain/access';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const me = requireActor(event, 'viewOwnAccount');
	const { container } = event.locals;
	const own = me.role === 'student' ? await served(ownPlace(container, me)) : null;
	return { me, own, forgetting: event.url.searchParams.get('forget'), now: Date.now() };
};

async function ownPlace({ consent, ownEnrolment, devices }: Container, actor: Actor) {
	const [decided, face, phones] = await Promise.all([
		consent.own(actor),
		ownEnrolment.own(actor),
		devices.own(actor),
	]);
	return { consent: decided, face, phones };
}

export const actions: Actions = {
	withdrawConsent: async (event) => {
		const actor = requireActor(event, 'recordOwnConsent');
		await served(event.locals.container.consent.recordOwn(actor, 'withdrawn'));
		redirect(303, resolve('/me'));
	},

	forgetPhone: (event) => {
		const actor = requireActor(event, 'checkIn');
		const { devices } = event.locals.container;
		return answerForm(event.request, EndDeviceSchema, async (phone) => {
			await devices.forget(actor, phone);
			return 'forgotten' as const;
		});
	},

	signOutEverywhere: async (event) => {
		const actor = requireActor(event, 'signOut');
		await event.locals.container.accounts.signOutEverywhere(actor.id);
		clearSessionCookie(event);
		redirect(303, resolve('/sign-in'));
	},
};
