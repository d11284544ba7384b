import type { ContactsView, NewGuardian } from '$lib/contract/notices';
import { messages } from '$lib/messages';
import type { Db } from '../db/executor';
import type * as guardianRows from '../db/guardians.repository';
import type * as userRows from '../db/users.repository';
import type { Actor } from '../domain/access';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { byName } from './by-name';

export interface ContactsDeps {
	db: Db;
	users: Pick<typeof userRows, 'findPerson' | 'findEmail' | 'setEmail' | 'isEmailTaken'>;
	guardians: typeof guardianRows;
}

const text = messages.notices.people;

/** Where people are written to, as admins keep it. Every method throws AppError 'forbidden'. */
export function createContactsService({ db, users, guardians }: ContactsDeps) {
	async function requireRole(userId: string, isStudent: boolean, refusal: string): Promise<void> {
		const person = await users.findPerson(db, userId);
		if (person === undefined) throw new AppError('not-found', messages.errors['not-found']);
		if ((person.role === 'student') !== isStudent) throw new AppError('invalid', refusal);
	}

	return {
		async of(actor: Actor, userId: string): Promise<ContactsView> {
			authorise(actor, 'managePeople');
			const [email, own] = await Promise.all([
				users.findEmail(db, userId),
				guardians.listGuardians(db, userId),
			]);
			return { email, guardians: own.sort(byName) };
		},

		/**
		 * @param email null: they get no notices
		 * @throws AppError 'not-found', 'invalid' for a student, 'conflict' when it is somebody else's
		 */
		async setEmail(actor: Actor, userId: string, email: string | null): Promise<void> {
			authorise(actor, 'managePeople');
			await requireRole(userId, false, text.onlyStaff);
			try {
				await users.setEmail(db, userId, email);
			} catch (thrown) {
				if (users.isEmailTaken(thrown)) throw new AppError('conflict', text.emailTaken);
				throw thrown;
			}
		},

		/** @throws AppError 'not-found', 'invalid' for staff, 'conflict' when the address is known */
		async addGuardian(actor: Actor, { userId, name, email }: NewGuardian): Promise<void> {
			authorise(actor, 'managePeople');
			await requireRole(userId, true, text.onlyStudents);
			if (!(await guardians.insertGuardian(db, { studentId: userId, name, email }))) {
				throw new AppError('conflict', text.known);
			}
		},

		/** Nothing that waits for them is sent any more. */
		async removeGuardian(
			actor: Actor,
			{ userId, guardianId }: { userId: string; guardianId: string },
		): Promise<void> {
			authorise(actor, 'managePeople');
			await guardians.deleteGuardian(db, { studentId: userId, guardianId });
		},
	};
}
