/**
 * Protects: an account opens to its own password alone, tells nobody whether it exists, cannot be
 * guessed, and closes everywhere at once; an invitation makes one account, once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, TooManyError } from '../../src/lib/server/errors';
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
let lastAddress = 0;

/** An address of its own for every test: their tries do not add up. */
const freshAddress = () => `192.0.2.${++lastAddress}`;

const signIn = (signInName: string, password: string, address: string) =>
	app.container.accounts.signIn({ signInName, password, address });

async function refusal(promise: Promise<unknown>): Promise<AppError> {
	const thrown: unknown = await promise.then(
		() => null,
		(error: unknown) => error,
	);
	if (thrown instanceof AppError) return thrown;
	throw new Error('this had to be refused', { cause: thrown });
}

const isValid = async (token: string) => (await app.container.sessions.validate(token)) !== null;

beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
});
afterAll(() => app.stop());

describe('signing in', () => {
	it('gives a session that names its owner', async () => {
		const signedIn = await signIn(admin.signInName, PASSWORD, freshAddress());
		const session = await app.container.sessions.validateCookieHeader(
			`other=1; facetrack_session=${signedIn.token}`,
		);
		expect(session?.user).toEqual(admin.actor);
	});

	it('keeps neither the password nor the token in the database', async () => {
		const { token } = await signIn(admin.signInName, PASSWORD, freshAddress());
		const [user] = await app.database.sql`select * from users where id = ${admin.actor.id}`;
		const sessions = await app.database.sql`select * from sessions`;
		expect(user?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(JSON.stringify([user, sessions])).not.toContain(PASSWORD);
		expect(JSON.stringify(sessions)).not.toContain(token);
	});

	it('answers an unknown name, a wrong password and a disabled account alike', async () => {
		const disabled = await makeAccount(app, admin.actor, 'teacher');
		await app.container.people.setDisabled(admin.actor, disabled.actor.id, true);
		const answers = await Promise.all([
			refusal(signIn('nobody-at-all', PASSWORD, freshAddress())),
			refusal(signIn(admin.signInName, 'not the password', freshAddress())),
			refusal(signIn(disabled.signInName, PASSWORD, freshAddress())),
		]);
		const seen = answers.map(({ name, code, message }) => ({ name, code, message }));
		expect(new Set(seen.map((answer) => JSON.stringify(answer))).size).toBe(1);
		expect(seen[0]?.code).toBe('unauthenticated');
	});

	it('takes as long for an unknown name as for a wrong password', async () => {
		const time = async (signInName: string) => {
			const start = performance.now();
			await refusal(signIn(signInName, 'not the password', freshAddress()));
			return performance.now() - start;
		};
		await time('warm-up');
		const known: number[] = [];
		const unknown: number[] = [];
		for (let i = 0; i < 7; i++) {
			known.push(await time(admin.signInName));
			unknown.push(await time('nobody-at-all'));
		}
		const median = (values: number[]) => values.sort((a, b) => a - b)[3] ?? NaN;
		// Without the dummy hash an unknown name answers in a small part of the time.
		expect(median(unknown)).toBeGreaterThan(median(known) / 2);
	});

	it('takes a name that looks like SQL as a name', async () => {
		for (const name of ["' or 1=1 --", '"; drop table users; --', '\\x00', '%']) {
			expect((await refusal(signIn(name, PASSWORD, freshAddress()))).code).toBe('unauthenticated');
		}
	});
});

describe('limits', () => {
	it('stop the eleventh try on an account from one address, even with the right password', async () => {
		const { signInName } = await makeAccount(app, admin.actor, 'teacher');
		const address = freshAddress();
		for (let i = 0; i < 10; i++) {
			expect((await refusal(signIn(signInName, `guess ${i}`, address))).code).toBe(
				'unauthenticated',
			);
		}
		const stopped = await refusal(signIn(signInName, PASSWORD, address));
		expect(stopped).toBeInstanceOf(TooManyError);
		if (!(stopped instanceof TooManyError)) return;
		expect(stopped.retryAfterSeconds).toBeGreaterThan(14 * 60);
		expect(stopped.retryAfterSeconds).toBeLessThanOrEqual(15 * 60);
		// The owner, elsewhere, is not kept out.
		await expect(signIn(signInName, PASSWORD, freshAddress())).resolves.toBeTruthy();
	});

	it('count tries that arrive at once', async () => {
		const { signInName } = await makeAccount(app, admin.actor, 'teacher');
		const address = freshAddress();
		const codes = await Promise.all(
			Array.from(
				{ length: 14 },
				async (_, i) => (await refusal(signIn(signInName, `g${i}`, address))).code,
			),
		);
		expect(codes.filter((code) => code === 'too-many')).toHaveLength(4);
	});

	it('are forgotten after the right password', async () => {
		const { signInName } = await makeAccount(app, admin.actor, 'teacher');
		const address = freshAddress();
		for (let round = 0; round < 2; round++) {
			for (let i = 0; i < 9; i++) await refusal(signIn(signInName, 'wrong', address));
			await signIn(signInName, PASSWORD, address);
		}
	});

	it('stop an address that goes through many accounts, not a school that signs in', async () => {
		const address = freshAddress();
		const used = async () => {
			const rows = await app.database.sql`
				select points from rate_limits where key like 'sign-in-address:%' order by points desc`;
			return Number(rows[0]?.points);
		};
		const { signInName } = await makeAccount(app, admin.actor, 'teacher');
		const before = await used();
		for (let i = 0; i < 3; i++) await signIn(signInName, PASSWORD, address);
		expect(await used()).toBe(before);

		const { limits } = app.container;
		for (let i = 0; i < 100; i++) await limits.take({ signInName: `account-${i}`, address });
		const stopped = await refusal(limits.take({ signInName: 'account-100', address }));
		expect(stopped.code).toBe('too-many');
	});

	it('stop many addresses on one account, but not the owner where they signed in before', async () => {
		const { signInName } = await makeAccount(app, admin.actor, 'teacher');
		const home = freshAddress();
		await signIn(signInName, PASSWORD, home);
		const { limits } = app.container;
		for (let i = 0; i < 100; i++) await limits.take({ signInName, address: `198.51.100.${i}` });
		const stopped = await refusal(limits.take({ signInName, address: '203.0.113.1' }));
		expect(stopped.code).toBe('too-many');
		await expect(signIn(signInName, PASSWORD, home)).resolves.toBeTruthy();
	});
});

describe('sessions', () => {
	it('end one at a time, and everywhere at once', async () => {
		const { actor, signInName } = await makeAccount(app, admin.actor, 'teacher');
		const open = () => signIn(signInName, PASSWORD, freshAddress());
		const [one, two, three] = [await open(), await open(), await open()];
		const id = (await app.container.sessions.validate(one.token))?.id ?? '';
		const heard: unknown[] = [];
		const stop = app.container.accounts.onSessionsEnded((ended) => heard.push(ended));

		await app.container.accounts.signOut(id);
		expect([await isValid(one.token), await isValid(two.token)]).toEqual([false, true]);

		await app.container.accounts.signOutEverywhere(actor.id);
		expect([await isValid(two.token), await isValid(three.token)]).toEqual([false, false]);
		expect(await isValid(admin.token)).toBe(true);

		stop();
		await app.container.accounts.signOutEverywhere(actor.id);
		expect(heard).toEqual([{ sessionId: id }, { userId: actor.id }]);
	});

	it('are over when their time is, and live on when they are used', async () => {
		const { token } = await signIn(admin.signInName, PASSWORD, freshAddress());
		const id = (await app.container.sessions.validate(token))?.id ?? '';
		const expireIn = (interval: string) =>
			app.database
				.sql`update sessions set expires_at = now() + ${interval}::interval where id = ${id}`;

		await expireIn('6 days');
		const renewed = (await app.container.sessions.validate(token))?.renewed;
		expect(renewed?.token).toBe(token);
		expect(renewed?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 13 * 86_400_000);

		await expireIn('-1 second');
		expect(await isValid(token)).toBe(false);
	});

	it('are not opened by what the table holds', async () => {
		const rows = await app.database.sql`select id from sessions`;
		expect(rows.length).toBeGreaterThan(0);
		for (const { id } of rows) expect(await isValid(String(id))).toBe(false);
	});
});

describe('invitations', () => {
	const chosen = (signInName: string) => ({ name: 'Jo Baker', signInName, password: PASSWORD });

	it('say what they are for, and are unknown once used', async () => {
		const { token } = await app.container.people.invite(admin.actor, 'teacher');
		expect(await app.container.accounts.invitation(token)).toEqual({
			role: 'teacher',
			name: null,
			first: false,
		});
		const signedIn = await app.container.accounts.acceptInvitation(token, chosen('jo.once'));
		expect(signedIn.user).toMatchObject({ role: 'teacher', name: 'Jo Baker' });
		expect(await app.container.accounts.invitation(token)).toBeNull();
		const again = app.container.accounts.acceptInvitation(token, chosen('jo.twice'));
		expect((await refusal(again)).code).toBe('not-found');
	});

	it('make one account when two take them up at once', async () => {
		const { token } = await app.container.people.invite(admin.actor, 'teacher');
		const results = await Promise.allSettled(
			['racer.one', 'racer.two', 'racer.three'].map((name) =>
				app.container.accounts.acceptInvitation(token, chosen(name)),
			),
		);
		expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		const [row] = await app.database
			.sql`select count(*)::int as n from users where sign_in_name like 'racer.%'`;
		expect(row?.n).toBe(1);
	});

	it('stay good when the sign-in name is taken', async () => {
		const { token } = await app.container.people.invite(admin.actor, 'teacher');
		const taken = app.container.accounts.acceptInvitation(token, chosen(admin.signInName));
		expect((await refusal(taken)).code).toBe('conflict');
		await app.container.accounts.acceptInvitation(token, chosen('jo.second.choice'));
	});

	it('are too old after a week', async () => {
		const { token, expiresAt } = await app.container.people.invite(admin.actor, 'teacher');
		expect(Math.round((expiresAt - Date.now()) / 86_400_000)).toBe(7);
		await app.database.sql`update invitations set expires_at = now() - interval '1 second'`;
		expect(await app.container.accounts.invitation(token)).toBeNull();
		const late = app.container.accounts.acceptInvitation(token, chosen('jo.late'));
		expect((await refusal(late)).code).toBe('not-found');
	});

	it('cannot be made up', async () => {
		for (const token of ['', 'x', "' or true --", 'A'.repeat(43)]) {
			expect(await app.container.accounts.invitation(token)).toBeNull();
		}
	});
});

describe('the first admin', () => {
	it('is invited by the newest start only, and once', async () => {
		const fresh = await startApplication();
		try {
			const { accounts } = fresh.container;
			const first = await accounts.ensureAdminInvitation();
			const second = await accounts.ensureAdminInvitation();
			if (first === null || second === null) throw new Error('there is no admin yet');
			expect(await accounts.invitation(first)).toBeNull();
			expect(await accounts.invitation(second)).toEqual({ role: 'admin', name: null, first: true });

			const name = { name: 'Ada', signInName: 'ada', password: PASSWORD };
			const signedIn = await accounts.acceptInvitation(second, name);
			expect(signedIn.user.role).toBe('admin');
			expect(await accounts.ensureAdminInvitation()).toBeNull();
		} finally {
			await fresh.stop();
		}
	});
});
