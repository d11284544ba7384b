/** Protects: no script, no other site and no plain connection behind https gets at a session. */
import { describe, expect, it } from 'vitest';
import { clearSessionCookie, writeSessionCookie, type CookieEvent } from './sessions';

/** Collects what a browser would be told. */
function browserAt(address: string) {
	const told: { name: string; value: string; options: unknown }[] = [];
	const event: CookieEvent = {
		url: new URL(address),
		cookies: {
			get: () => undefined,
			set: (name, value, options) => told.push({ name, value, options }),
			delete: (name, options) => told.push({ name, value: '', options }),
		},
	};
	return { event, told };
}

describe('the session cookie', () => {
	const session = { token: 'a-token', expiresAt: new Date('2026-12-01T00:00:00Z') };

	it.each([
		['https://school.test/sign-in', true],
		['http://localhost:3000/sign-in', false],
	])('at %s is kept from scripts and other sites, secure: %s', (address, secure) => {
		const { event, told } = browserAt(address);
		writeSessionCookie(event, session);
		expect(told).toEqual([
			{
				name: 'facetrack_session',
				value: 'a-token',
				options: { path: '/', httpOnly: true, sameSite: 'lax', secure, expires: session.expiresAt },
			},
		]);
	});

	it('is cleared with the attributes that it was set with', () => {
		const { event, told } = browserAt('https://school.test/');
		clearSessionCookie(event);
		expect(told).toEqual([
			{
				name: 'facetrack_session',
				value: '',
				options: { path: '/', httpOnly: true, sameSite: 'lax', secure: true },
			},
		]);
	});
});
