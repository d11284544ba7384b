/**
 * Protects: only admins manage people, the school never loses its last admin, and who is shut out is
 * out at once.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/lib/server/errors';
import {
	makeAccount,
	makeFirstAdmin,
	PASSWORD,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';

let app: TestApplication;
let admin: Account;
let teacher: Account;

const people = () => app.container.people;
const isValid = async (token: string) => (await app.container.sessions.validate(token)) !== null;
const code = (promise: Promise<unknown>) =>
	promise.then(
		() => 'done',
		(thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
	);

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
});
afterAll(() => app.stop());
beforeEach(async () => {
	teacher = await makeAccount(app, admin.actor, 'teacher', 'Tess Teacher');
});

/** A student on a roster, who has no account. */
async function rosterStudent(name: string): Promise<string> {
	const { id } = await app.container.classes.create(teacher.actor, 'Biology 9B');
	await app.container.classes.addMembers(teacher.actor, id, [{ name, studentNumber: null }]);
	const { members } = await app.container.classes.detail(teacher.actor, id);
	return members[0]?.studentId ?? '';
}

describe('the last admin', () => {
	it('can neither be disabled nor lose the role', async () => {
		expect(await code(people().setDisabled(admin.actor, admin.actor.id, true))).toBe('conflict');
		expect(await code(people().setRole(admin.actor, admin.actor.id, 'teacher'))).toBe('conflict');
		expect(await isValid(admin.token)).toBe(true);
	});

	it('is left when two admins disable each other at once', async () => {
		const other = await makeAccount(app, admin.actor, 'admin');
		const outcomes = await Promise.all([
			code(people().setDisabled(admin.actor, other.actor.id, true)),
			code(people().setDisabled(other.actor, admin.actor.id, true)),
		]);
		expect(outcomes.sort()).toEqual(['conflict', 'done']);
		const all = await people().list(admin.actor);
		expect(all.filter(({ role, disabled }) => role === 'admin' && !disabled)).toHaveLength(1);
		await people().setDisabled(admin.actor, admin.actor.id, false);
		await people().setDisabled(admin.actor, other.actor.id, true);
	});

	it('does not count one who has no account or is disabled', async () => {
		await app.database.sql`insert into users (role, name) values ('admin', 'No Account')`;
		expect(await code(people().setDisabled(admin.actor, admin.actor.id, true))).toBe('conflict');
	});
});

describe('disabling', () => {
	it('ends the sessions, refuses the password, and can be undone', async () => {
		await people().setDisabled(admin.actor, teacher.actor.id, true);
		expect(await isValid(teacher.token)).toBe(false);
		const signIn = () =>
			app.container.accounts.signIn({
				signInName: teacher.signInName,
				password: PASSWORD,
				address: '192.0.2.1',
			});
		expect(await code(signIn())).toBe('unauthenticated');

		await people().setDisabled(admin.actor, teacher.actor.id, false);
		expect(await isValid((await signIn()).token)).toBe(true);
	});

	it('holds even for a session that was opened a moment later', async () => {
		await people().setDisabled(admin.actor, teacher.actor.id, true);
		const { token } = await app.container.sessions.create(teacher.actor.id);
		expect(await isValid(token)).toBe(false);
	});

	it('voids the invitations that the person made', async () => {
		const other = await makeAccount(app, admin.actor, 'admin');
		const { token } = await people().invite(other.actor, 'admin');
		await people().setDisabled(admin.actor, other.actor.id, true);
		expect(await app.container.accounts.invitation(token)).toBeNull();
	});
});

describe('roles', () => {
	it('change between teacher and admin, and make the person sign in again', async () => {
		await people().setRole(admin.actor, teacher.actor.id, 'admin');
		expect(await isValid(teacher.token)).toBe(false);
		const changed = (await people().list(admin.actor)).find(({ id }) => id === teacher.actor.id);
		expect(changed?.role).toBe('admin');
		await people().setRole(admin.actor, teacher.actor.id, 'teacher');
	});

	it('do not change from or to student', async () => {
		const student = await makeAccount(app, admin.actor, 'student');
		expect(await code(people().setRole(admin.actor, student.actor.id, 'admin'))).toBe('invalid');
		expect(await code(people().setRole(admin.actor, teacher.actor.id, 'student'))).toBe('invalid');
	});
});

describe('inviting a student who stands on a roster', () => {
	it('opens that very student, under the name of the roster, by the newest link only', async () => {
		const studentId = await rosterStudent('Amina Eze');
		const old = await people().inviteStudent(admin.actor, studentId);
		const { token } = await people().inviteStudent(admin.actor, studentId);
		const { accounts } = app.container;
		expect(await accounts.invitation(old.token)).toBeNull();
		expect(await accounts.invitation(token)).toEqual({
			role: 'student',
			name: 'Amina Eze',
			first: false,
		});
		const listed = async () =>
			(await people().list(admin.actor)).find(({ id }) => id === studentId);
		expect(await listed()).toMatchObject({ hasAccount: false, pendingInvitation: true });

		const chosen = { name: 'Batman', signInName: 'amina', password: PASSWORD };
		const { user } = await accounts.acceptInvitation(token, chosen);
		expect(user).toEqual({ id: studentId, role: 'student', name: 'Amina Eze' });
		expect(await listed()).toMatchObject({
			hasAccount: true,
			pendingInvitation: false,
			signInName: 'amina',
		});
		expect(await code(people().inviteStudent(admin.actor, studentId))).toBe('conflict');
	});

	it('is refused for anybody else', async () => {
		expect(await code(people().inviteStudent(admin.actor, teacher.actor.id))).toBe('invalid');
		const nobody = '00000000-0000-4000-8000-000000000000';
		expect(await code(people().inviteStudent(admin.actor, nobody))).toBe('not-found');
	});
});

describe('the school', () => {
	it('is read and changed', async () => {
		const { school } = app.container;
		expect(await school.get()).toEqual({ name: 'My school', timeZone: 'UTC' });
		await school.update(admin.actor, { name: "St. Mary's", timeZone: 'Europe/Lisbon' });
		expect(await school.get()).toEqual({ name: "St. Mary's", timeZone: 'Europe/Lisbon' });
	});
});

describe('anybody but an admin', () => {
	it.each(['teacher', 'student'] as const)('a %s manages nothing', async (role) => {
		const { actor } = await makeAccount(app, admin.actor, role);
		const id = teacher.actor.id;
		const attempts = [
			people().list(actor),
			people().invite(actor, 'admin'),
			people().inviteStudent(actor, id),
			people().setDisabled(actor, id, true),
			people().setRole(actor, actor.id, 'admin'),
			people().signOutEverywhere(actor, id),
			app.container.school.update(actor, { name: 'Mine', timeZone: 'UTC' }),
		];
		expect(await Promise.all(attempts.map(code))).toEqual(attempts.map(() => 'forbidden'));
		expect(await isValid(teacher.token)).toBe(true);
	});
});
