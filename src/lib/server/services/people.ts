import type { IssuedInvitation, PersonView } from '$lib/contract/accounts';
import type { Role } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as tokens from '../auth/invitations';
import type { Db, Trx } from '../db/executor';
import type * as invitationRows from '../db/invitations.repository';
import type * as userRows from '../db/users.repository';
import type { Actor } from '../domain/access';
import { AppError } from '../errors';
import type { Accounts } from './accounts';
import { authorise } from './authorise';
import { byName } from './by-name';

export interface PeopleDeps {
	db: Db;
	users: typeof userRows;
	invitations: typeof invitationRows;
	tokens: typeof tokens;
	accounts: Pick<Accounts, 'signOutEverywhere'>;
	clock: () => Date;
}

export type People = ReturnType<typeof createPeopleService>;

const notFound = () => new AppError('not-found', messages.errors['not-found']);

/** The people of the school, as admins manage them. Every method throws AppError 'forbidden'. */
export function createPeopleService(deps: PeopleDeps) {
	const { db, users, invitations, accounts, clock } = deps;

	return {
		async list(actor: Actor): Promise<PersonView[]> {
			authorise(actor, 'managePeople');
			const people = await users.listPeople(db, clock());
			return people
				.map(({ disabledAt, ...person }) => ({
					...person,
					disabled: disabledAt !== null,
					hasAccount: person.signInName !== null,
				}))
				.sort(byName);
		},

		/** Invites somebody new; who takes the invitation up says their own name. */
		async invite(actor: Actor, role: Role): Promise<IssuedInvitation> {
			authorise(actor, 'managePeople');
			return issue(deps, db, { actor, role, userId: null });
		},

		/**
		 * Invites a student who stands on a roster to their account; earlier links stop working.
		 * @throws AppError 'not-found', 'conflict' when they have an account
		 */
		async inviteStudent(actor: Actor, studentId: string): Promise<IssuedInvitation> {
			authorise(actor, 'managePeople');
			return db.transaction().execute(async (trx) => {
				const person = await users.lockPerson(trx, studentId);
				if (person === undefined) throw notFound();
				if (person.role !== 'student') {
					throw new AppError('invalid', messages.refusals.onlyStudents);
				}
				if (person.signInName !== null) {
					throw new AppError('conflict', messages.refusals.hasAccount);
				}
				await invitations.voidInvitationsOf(trx, studentId);
				return issue(deps, trx, { actor, role: 'student', userId: studentId });
			});
		},

		/**
		 * A disabled account has no session, and the invitations that it made are void.
		 * @throws AppError 'not-found', 'conflict' for the last admin
		 */
		async setDisabled(actor: Actor, userId: string, disabled: boolean): Promise<void> {
			authorise(actor, 'managePeople');
			await db.transaction().execute(async (trx) => {
				if (disabled) await keepAnotherAdmin(deps, trx, userId);
				const person = await users.lockPerson(trx, userId);
				if (person === undefined) throw notFound();
				await users.setDisabledAt(trx, userId, disabled ? (person.disabledAt ?? clock()) : null);
				if (disabled) await invitations.voidInvitationsBy(trx, userId);
			});
			if (disabled) await accounts.signOutEverywhere(userId);
		},

		/**
		 * Makes a teacher an admin or an admin a teacher. They sign in again, so that no open page or
		 * socket keeps the old role.
		 * @throws AppError 'not-found', 'conflict' for the last admin, 'invalid' from or to student
		 */
		async setRole(actor: Actor, userId: string, role: Role): Promise<void> {
			authorise(actor, 'managePeople');
			const changed = await db.transaction().execute(async (trx) => {
				if (role !== 'admin') await keepAnotherAdmin(deps, trx, userId);
				const person = await users.lockPerson(trx, userId);
				if (person === undefined) throw notFound();
				if (person.role === role) return false;
				if (person.role === 'student' || role === 'student') {
					throw new AppError('invalid', messages.refusals.studentRole);
				}
				await users.setRole(trx, userId, role);
				if (role !== 'admin') await invitations.voidInvitationsBy(trx, userId);
				return true;
			});
			if (changed) await accounts.signOutEverywhere(userId);
		},

		async signOutEverywhere(actor: Actor, userId: string): Promise<void> {
			authorise(actor, 'managePeople');
			await accounts.signOutEverywhere(userId);
		},
	};
}

/** @throws AppError 'conflict' when the school would be left without an admin */
async function keepAnotherAdmin({ users }: PeopleDeps, trx: Trx, userId: string): Promise<void> {
	const admins = await users.lockAdmins(trx);
	if (admins.length === 1 && admins[0] === userId) {
		throw new AppError('conflict', messages.refusals.lastAdmin);
	}
}

async function issue(
	{ invitations, tokens, clock }: PeopleDeps,
	executor: Db,
	invitation: { actor: Actor; role: Role; userId: string | null },
): Promise<IssuedInvitation> {
	const { actor, role, userId } = invitation;
	const { token, tokenHash, expiresAt } = tokens.drawInvitation(clock());
	const row = { tokenHash, role, userId, createdBy: actor.id, expiresAt };
	await invitations.insertInvitation(executor, row);
	return { token, expiresAt: expiresAt.getTime() };
}
