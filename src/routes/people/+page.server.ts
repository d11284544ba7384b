import type { FormDataInfo } from 'decode-formdata';
import type * as v from 'valibot';
import {
	InvitePersonSchema,
	PersonIdSchema,
	SetDisabledSchema,
	SetRoleSchema,
} from '$lib/contract/accounts';
import { AddGuardianSchema, RemoveGuardianSchema, SetEmailSchema } from '$lib/contract/notices';
import { RoleSchema } from '$lib/contract/terms';
import type { Actor } from '$lib/server/domain/access';
import { answerForm } from '$lib/server/answer-form';
import { requireActor, served } from '$lib/server/guard';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'managePeople');
	const { searchParams } = event.url;
	const { people: service, contacts } = event.locals.container;
	const people = await served(service.list(actor));
	const managed = people.find(({ id }) => id === searchParams.get('person'));
	return {
		now: Date.now(),
		people,
		role: RoleSchema.options.find((role) => role === searchParams.get('role')) ?? null,
		managing: managed?.id ?? null,
		contacts: managed ? await served(contacts.of(actor, managed.id)) : null,
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

	setEmail: (event) =>
		change(event, SetEmailSchema, async (actor, { userId, email }) => {
			await event.locals.container.contacts.setEmail(actor, userId, email);
			return { what: 'setEmail', userId } as const;
		}),

	addGuardian: (event) =>
		change(event, AddGuardianSchema, async (actor, guardian) => {
			await event.locals.container.contacts.addGuardian(actor, guardian);
			return { what: 'addGuardian', userId: guardian.userId } as const;
		}),

	removeGuardian: (event) =>
		change(event, RemoveGuardianSchema, async (actor, guardian) => {
			await event.locals.container.contacts.removeGuardian(actor, guardian);
			return { what: 'removeGuardian', userId: guardian.userId } as const;
		}),
};
