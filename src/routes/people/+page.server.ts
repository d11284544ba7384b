import type { FormDataInfo } from 'decode-formdata';
import type * as v from 'valibot';
import {
	InvitePersonSchema,
	PersonIdSchema,
	SetDisabledSchema,
	SetRoleSchema,
} from '$lib/contract/accounts';
import { RoleSchema } from '$lib/contract/terms';
import type { Actor } from '$lib/server/domain/access';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'managePeople');
	const { searchParams } = event.url;
	return {
		now: Date.now(),
		people: await served(event.locals.container.people.list(actor)),
		role: RoleSchema.options.find((role) => role === searchParams.get('role')) ?? null,
		managing: searchParams.get('person'),
	};
};

/** Every action here: the guard, then the form's work as whoever sent it. */
function change<const S extends v.GenericSchema, T>(
	event: RequestEvent,
	schema: S,
	work: (actor: Actor, data: v.InferOutput<S>) => Promise<T>,
	info?: FormDataInfo,
) {
	const actor = requireActor(event, 'managePeople');
	return answerForm(event.request, schema, (data) => work(actor, data), info);
}

export const actions: Actions = {
	invite: (event) =>
		change(event, InvitePersonSchema, async (actor, { role }) => {
			const invitation = await event.locals.container.people.invite(actor, role);
			return { what: 'invite', userId: null, ...invitation } as const;
		}),

	inviteStudent: (event) =>
		change(event, PersonIdSchema, async (actor, { userId }) => {
			const invitation = await event.locals.container.people.inviteStudent(actor, userId);
			return { what: 'invite', userId, ...invitation } as const;
		}),

	setRole: (event) =>
		change(event, SetRoleSchema, async (actor, { userId, role }) => {
			await event.locals.container.people.setRole(actor, userId, role);
			return { what: 'setRole', userId } as const;
		}),

	setDisabled: (event) =>
		change(
			event,
			SetDisabledSchema,
			async (actor, { userId, disabled }) => {
				await event.locals.container.people.setDisabled(actor, userId, disabled);
				return { what: disabled ? 'disable' : 'enable', userId } as const;
			},
			{ booleans: ['disabled'] },
		),

	signOutEverywhere: (event) =>
		change(event, PersonIdSchema, async (actor, { userId }) => {
			await event.locals.container.people.signOutEverywhere(actor, userId);
			return { what: 'signOutEverywhere', userId } as const;
		}),
};
