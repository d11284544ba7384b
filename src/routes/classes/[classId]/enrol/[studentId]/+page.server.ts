import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { resolve } from '$app/paths';
import { ConfirmationSchema } from '$lib/contract/enrolment';
import { ConsentGiverSchema } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import { parseForm, typedValues } from '$lib/server/forms';
import { failForm, failFrom, requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** A tick is needed for a yes only: nobody has to agree to a no. */
const DecisionSchema = v.pipe(
	v.object({
		decision: v.picklist(['granted', 'refused']),
		givenBy: ConsentGiverSchema,
		agreed: v.boolean(),
	}),
	v.forward(
		v.check(
			({ decision, agreed }) => decision === 'refused' || agreed,
			messages.enrolment.consent.tickFirst,
		),
		['agreed'],
	),
);

const WithdrawalSchema = v.object({ givenBy: ConsentGiverSchema });

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'enrol');
	const { studentId } = event.params;
	const { detail } = await event.parent();
	const member = detail.members.find((one) => one.studentId === studentId);
	if (member === undefined) error(404, messages.errors['not-found']);
	const { consent: consents, ownEnrolment } = event.locals.container;
	const consent = await served(consents.current(actor, studentId));
	const isUnconfirmed = member.enrolment === 'unconfirmed';
	const toConfirm = isUnconfirmed ? await served(ownEnrolment.waiting(actor, studentId)) : null;
	const { searchParams } = event.url;
	return {
		member,
		consent,
		toConfirm,
		inBurst: searchParams.has('burst'),
		askAgain: searchParams.has('ask'),
	};
};

export const actions: Actions = {
	decide: async (event) => {
		const actor = requireActor(event, 'recordConsent');
		const formData = await event.request.formData();
		const parsed = parseForm(DecisionSchema, formData, { booleans: ['agreed'] });
		if (!parsed.ok) return failForm(parsed);
		const { decision, givenBy } = parsed.data;
		const { studentId } = event.params;
		try {
			await event.locals.container.consent.record(actor, { studentId, decision, givenBy });
		} catch (thrown) {
			return failFrom(thrown, typedValues(formData));
		}
		redirect(303, decision === 'granted' ? samePage(event) : afterThisOne(event));
	},

	confirm: async (event) => {
		const actor = requireActor(event, 'enrol');
		const formData = await event.request.formData();
		const parsed = parseForm(ConfirmationSchema, formData, { booleans: ['isDistinct'] });
		if (!parsed.ok) return failForm(parsed);
		const { studentId } = event.params;
		try {
			await event.locals.container.ownEnrolment.confirm(actor, { studentId, ...parsed.data });
		} catch (thrown) {
			return failFrom(thrown, typedValues(formData));
		}
		redirect(303, afterThisOne(event));
	},

	withdraw: async (event) => {
		const actor = requireActor(event, 'recordConsent');
		const formData = await event.request.formData();
		const parsed = parseForm(WithdrawalSchema, formData);
		if (!parsed.ok) return failForm(parsed);
		const { studentId } = event.params;
		try {
			const decision = 'withdrawn';
			await event.locals.container.consent.record(actor, { studentId, decision, ...parsed.data });
		} catch (thrown) {
			return failFrom(thrown, typedValues(formData));
		}
		redirect(303, samePage(event));
	},
};

/** This page without `?ask`: the question has been answered. */
function samePage({ params, url }: RequestEvent): string {
	const path = resolve('/classes/[classId]/enrol/[studentId]', params);
	return url.searchParams.has('burst') ? `${path}?burst` : path;
}

/** Whoever says no, or is confirmed, holds nobody up: the next name follows. */
function afterThisOne(event: RequestEvent): string {
	const { params, url } = event;
	if (!url.searchParams.has('burst')) return samePage(event);
	const path = resolve('/classes/[classId]/enrol', { classId: params.classId });
	return `${path}?after=${params.studentId}`;
}
