/**
 * Protects what stands between the network and the accounts: the session's cookie, the headers of
 * every answer, forms sent from other sites, and whom a limit counts against behind a proxy. Against
 * the production entry, over real HTTP, without script.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	makeFirstAdmin,
	PASSWORD,
	startApplication,
	type Account,
	type TestApplication,
} from '../helpers/application';
import { buildOnce, startServer, type RunningServer } from '../helpers/server';

let app: TestApplication;
let admin: Account;
let plain: RunningServer;
let behindProxy: RunningServer;

beforeAll(buildOnce, 300_000);
beforeAll(async () => {
	app = await startApplication();
	admin = await makeFirstAdmin(app);
	const env = { DATABASE_URL: app.database.url, LOG_LEVEL: 'info' };
	[plain, behindProxy] = await Promise.all([
		startServer({ env }),
		startServer({ env: { ...env, TRUST_PROXY: 'true' } }),
	]);
});
afterAll(async () => {
	await Promise.all([plain.stop(), behindProxy.stop()]);
	await app.stop();
});

interface Try {
	password?: string;
	origin?: string;
	headers?: Record<string, string>;
	signInName?: string;
}

/** Sends the sign-in form as a browser without script does. */
function signIn(server: RunningServer, attempt: Try = {}): Promise<Response> {
	const { password = PASSWORD, origin = server.url, signInName = admin.signInName } = attempt;
	return fetch(`${server.url}/sign-in?next=/classes`, {
		method: 'POST',
		redirect: 'manual',
		headers: { accept: 'text/html', origin, ...attempt.headers },
		body: new URLSearchParams({ signInName, password }),
	});
}

const get = (path: string, headers: Record<string, string> = {}) =>
	fetch(plain.url + path, { redirect: 'manual', headers: { accept: 'text/html', ...headers } });

const attributesOf = (response: Response) => {
	const [cookie = ''] = response.headers.getSetCookie();
	const [pair = '', ...attributes] = cookie.split('; ');
	return { pair, attributes: attributes.filter((one) => !one.startsWith('Expires=')).sort() };
};

describe('the session’s cookie', () => {
	it('comes with the right password, out of reach of scripts and other sites', async () => {
		const response = await signIn(plain);
		expect(response.status).toBe(303);
		expect(response.headers.get('location')).toBe('/classes');
		const { pair, attributes } = attributesOf(response);
		expect(pair).toMatch(/^facetrack_session=[\w-]{43}$/);
		expect(attributes).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax']);
		expect((await get('/classes', { cookie: pair })).status).toBe(200);
	});

	it('goes over https only, where a trusted proxy takes https', async () => {
		const host = new URL(behindProxy.url).host;
		const https = await signIn(behindProxy, {
			origin: `https://${host}`,
			headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' },
		});
		expect(attributesOf(https).attributes).toEqual([
			'HttpOnly',
			'Path=/',
			'SameSite=Lax',
			'Secure',
		]);
	});

	it('is taken back when it opens nothing', async () => {
		const response = await get('/sign-in', { cookie: 'facetrack_session=made-up' });
		expect(attributesOf(response)).toMatchObject({ pair: 'facetrack_session=' });
		expect(response.headers.getSetCookie()[0]).toContain('Max-Age=0');
	});

	it('does not come with a wrong password, and the form keeps the name but not the password', async () => {
		const response = await signIn(plain, { password: 'not-the-password' });
		expect(response.status).toBe(401);
		expect(response.headers.getSetCookie()).toEqual([]);
		const page = await response.text();
		expect(page).toContain(admin.signInName);
		expect(page).not.toContain('not-the-password');
	});
});

describe('every answer', () => {
	it.each(['/sign-in', '/classes', '/healthz', '/nowhere'])('%s has its headers', async (path) => {
		const { headers } = await get(path);
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('referrer-policy')).toBe('same-origin');
		expect(headers.get('permissions-policy')).toContain('camera=(self)');
		expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
		expect(headers.get('cache-control')).toContain('no-store');
	});

	it('lets pages load and talk to nobody else', async () => {
		const policy = (await get('/sign-in')).headers.get('content-security-policy') ?? '';
		expect(policy).toContain("default-src 'self'");
		expect(policy).toContain("connect-src 'self'");
		expect(policy).not.toMatch(/https?:|\*/);
	});
});

describe('a form from another site', () => {
	it.each(['https://evil.example', 'null'])('is refused (%s)', async (origin) => {
		const response = await signIn(plain, { origin });
		expect(response.status).toBe(403);
		expect(response.headers.getSetCookie()).toEqual([]);
	});
});

describe('limits', () => {
	const guess = (server: RunningServer, signInName: string, forwardedFor: string) =>
		signIn(server, {
			signInName,
			password: 'a wrong guess',
			headers: { 'x-forwarded-for': forwardedFor },
		});

	it('do not believe an address that the client made up', async () => {
		const statuses: number[] = [];
		for (let i = 0; i < 11; i++) {
			statuses.push((await guess(plain, 'somebody', `198.51.100.${i}`)).status);
		}
		expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
	});

	it('count each client behind a trusted proxy by itself', async () => {
		for (let i = 0; i < 10; i++) await guess(behindProxy, 'somebody-else', '203.0.113.1');
		expect((await guess(behindProxy, 'somebody-else', '203.0.113.1')).status).toBe(429);
		expect((await guess(behindProxy, 'somebody-else', '203.0.113.2')).status).toBe(401);
	});
});

describe('the log', () => {
	it('holds requests, but no secret of them', async () => {
		const { pair } = attributesOf(await signIn(plain));
		const invitation = await app.container.people.invite(admin.actor, 'teacher');
		await get(`/invitation/${invitation.token}`, { cookie: pair });
		await expect.poll(plain.output).toContain('/invitation/[token]');
		expect(plain.output()).not.toContain(invitation.token);
		expect(plain.output()).not.toContain(pair.split('=')[1]);
		expect(plain.output()).not.toContain(PASSWORD);
	});
});
