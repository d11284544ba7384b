/**
 * Protects: whoever may not do something gets no further than the guard, is told so in the way that
 * fits what they asked for, and is never sent to another site.
 */
import { isActionFailure, isHttpError, isRedirect } from '@sveltejs/kit';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '$lib/contract/ack';
import type { Role } from '$lib/contract/terms';
import { mayDo, OPERATIONS, type Actor, type Operation } from './domain/access';
import { AppError, TooManyError } from './errors';
import { failFrom, requireActor, safeNext, toHttpError, type GuardedEvent } from './guard';

const OPERATION_NAMES = Object.keys(OPERATIONS).filter((name): name is Operation =>
	Object.hasOwn(OPERATIONS, name),
);
const ROLES = [null, 'student', 'teacher', 'admin'] as const;

/** Ways to ask, and what nobody is answered to each. */
const REQUESTS = {
	page: { method: 'GET', accept: 'text/html,*/*;q=0.8', data: false, nobody: 303 },
	'page walked to': { method: 'GET', accept: '*/*', data: true, nobody: 303 },
	action: { method: 'POST', accept: 'text/html', data: false, nobody: 401 },
	endpoint: { method: 'GET', accept: 'application/json', data: false, nobody: 401 },
} as const;

function event(role: Role | null, request: (typeof REQUESTS)[keyof typeof REQUESTS]) {
	const url = new URL('http://school.test/classes/7?tab=names');
	const actor: Actor | null = role && { id: 'id', role, name: 'Jo Baker' };
	const { method, accept } = request;
	return {
		url,
		isDataRequest: request.data,
		request: new Request(url, { method, headers: { accept } }),
		locals: { actor },
	} satisfies GuardedEvent;
}

function thrownBy(act: () => unknown): unknown {
	try {
		act();
	} catch (thrown) {
		return thrown;
	}
	throw new Error('this had to throw');
}

describe('requireActor', () => {
	const cases = Object.entries(REQUESTS).flatMap(([kind, request]) =>
		ROLES.flatMap((role) => OPERATION_NAMES.map((name) => ({ kind, request, role, name }))),
	);

	it.each(cases)('$name by $role, at a $kind', ({ request, role, name }) => {
		const asked = event(role, request);
		if (mayDo(asked.locals.actor, name)) {
			expect(requireActor(asked, name)).toBe(asked.locals.actor);
			return;
		}
		const thrown = thrownBy(() => requireActor(asked, name));
		if (role !== null) {
			expect(isHttpError(thrown, 403)).toBe(true);
		} else if (request.nobody === 401) {
			expect(isHttpError(thrown, 401)).toBe(true);
		} else {
			expect(isRedirect(thrown) && thrown.status).toBe(303);
			expect(isRedirect(thrown) && thrown.location).toBe(
				'/sign-in?next=%2Fclasses%2F7%3Ftab%3Dnames',
			);
		}
	});
});

describe('safeNext', () => {
	it.each(['/', '/classes/1?tab=2', '/roll-calls/9'])('keeps %s', (next) => {
		expect(safeNext(next)).toBe(next);
	});

	it.each([
		null,
		'',
		'classes',
		'//evil.example',
		'/\\evil.example',
		'/..//evil.example',
		'/\t/evil.example',
		'https://evil.example/',
		'javascript:alert(1)',
		'\n//evil.example',
	])('refuses %j', (next) => {
		expect(safeNext(next)).toBe('/');
	});
});

describe('refusals', () => {
	it.each(ERROR_CODES)('%s is said in HTTP, with its own sentence', (code) => {
		const thrown = thrownBy(() => toHttpError(new AppError(code, 'A sentence.')));
		if (!isHttpError(thrown)) throw new Error('this had to be an HttpError');
		expect(thrown.status).toBeGreaterThanOrEqual(400);
		expect(thrown.body.message).toBe('A sentence.');
	});

	it('are left alone when they are faults of ours', () => {
		const fault = new TypeError('x is not a function');
		expect(thrownBy(() => toHttpError(fault))).toBe(fault);
		expect(thrownBy(() => failFrom(fault, {}))).toBe(fault);
	});

	it('stand beside their field or above the form, and say how long to wait', () => {
		const above = failFrom(new TooManyError('Wait.', 90), { signInName: 'jo' });
		expect(isActionFailure(above)).toBe(true);
		expect(above).toMatchObject({
			status: 429,
			data: { values: { signInName: 'jo' }, problems: {}, message: 'Wait.', retryAfterSeconds: 90 },
		});
		const beside = failFrom(new AppError('conflict', 'Taken.'), {}, 'signInName');
		expect(beside).toMatchObject({
			status: 409,
			data: { problems: { signInName: 'Taken.' }, message: null, retryAfterSeconds: null },
		});
	});
});
