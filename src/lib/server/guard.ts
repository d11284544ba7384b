import { error, fail, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import type { ErrorCode } from '$lib/contract/ack';
import { messages } from '$lib/messages';
import { mayDo, type Actor, type GuardedOperation, type Operation } from './domain/access';
import { AppError, TooManyError } from './errors';
import type { FieldProblems, FormValues } from './forms';

/** What the guard looks at: every load, action and endpoint event has it. */
export type GuardedEvent = Pick<RequestEvent, 'request' | 'url' | 'isDataRequest'> & {
	locals: Pick<App.Locals, 'actor'>;
};

/** HTTP's word for each refusal. */
const STATUS: Record<ErrorCode, number> = {
	unauthenticated: 401,
	forbidden: 403,
	'not-found': 404,
	invalid: 400,
	conflict: 409,
	closed: 409,
	'bad-time': 400,
	'too-late': 409,
	'other-camera': 403,
	'no-consent': 409,
	'same-face': 409,
	'other-face': 409,
	'too-many': 429,
	outdated: 426,
	unavailable: 503,
	internal: 500,
};

/**
 * The first line of every load, action and endpoint: says what is about to be done and returns who
 * does it.
 *
 * @throws Redirect to the sign-in page, when nobody is signed in and a page was asked for
 * @throws HttpError 401 for nobody at an action or endpoint, 403 for a role that may not do this
 */
export function requireActor(event: GuardedEvent, operation: GuardedOperation): Actor;
export function requireActor(event: GuardedEvent, operation: Operation): Actor | null;
export function requireActor(event: GuardedEvent, operation: Operation): Actor | null {
	const { actor } = event.locals;
	if (mayDo(actor, operation)) return actor;
	if (actor !== null) return error(STATUS.forbidden, messages.errors.forbidden);
	if (asksForPage(event)) {
		const next = safeNext(event.url.pathname + event.url.search);
		return redirect(303, `/sign-in?next=${encodeURIComponent(next)}`);
	}
	return error(STATUS.unauthenticated, messages.errors.unauthenticated);
}

/** A person who opens or walks to a page can be sent to sign in; a script or a form cannot. */
function asksForPage({ request, isDataRequest }: GuardedEvent): boolean {
	if (request.method !== 'GET' && request.method !== 'HEAD') return false;
	return isDataRequest || (request.headers.get('accept') ?? '').includes('text/html');
}

/**
 * Where to go after signing in: a path of this site, else `/`. An address of another site, however
 * disguised (`//host`, `/\host`), would make the sign-in page a springboard for phishing.
 */
export function safeNext(next: string | null): string {
	const base = 'http://this.invalid';
	if (next === null || !next.startsWith('/') || !URL.canParse(next, base)) return '/';
	const url = new URL(next, base);
	// A second look after parsing, as the browser will do: `/..//host` has become `//host`.
	if (url.origin !== base || url.pathname.startsWith('//')) return '/';
	return url.pathname + url.search;
}

/**
 * Says a refusal in HTTP. For loads and endpoints: `catch (e) { toHttpError(e); }`.
 *
 * @throws HttpError for an {@link AppError}; anything else as it came, to be logged as unexpected
 */
export function toHttpError(thrown: unknown): never {
	if (thrown instanceof AppError) error(STATUS[thrown.code], thrown.message);
	throw thrown;
}

/** The service's answer, or its refusal said in HTTP: `await served(classes.detail(actor, id))`. */
export async function served<T>(answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (thrown) {
		toHttpError(thrown);
	}
}

/** What an action gives back to its form when it could not do what was asked. */
export interface FormFailure {
	values: FormValues;
	problems: FieldProblems;
	/** A sentence about the form as a whole. */
	message: string | null;
	/** Set when the form was sent too often. */
	retryAfterSeconds: number | null;
}

/** An action's answer to a form that {@link parseForm} could not take. */
export function failForm(parsed: {
	values: FormValues;
	problems: FieldProblems;
}): ActionFailure<FormFailure> {
	const { values, problems } = parsed;
	return fail(STATUS.invalid, { values, problems, message: null, retryAfterSeconds: null });
}

/**
 * An action's answer to a refusal by a service; the form keeps what was typed.
 *
 * @param values from `typedValues(formData)`
 * @param field the field that the refusal is about, if one is; else it stands above the form
 * @throws whatever is not an {@link AppError}, to be logged as unexpected
 */
export function failFrom(
	thrown: unknown,
	values: FormValues,
	field?: string,
): ActionFailure<FormFailure> {
	if (!(thrown instanceof AppError)) throw thrown;
	return fail(STATUS[thrown.code], {
		values,
		problems: field === undefined ? {} : { [field]: thrown.message },
		message: field === undefined ? thrown.message : null,
		retryAfterSeconds: thrown instanceof TooManyError ? thrown.retryAfterSeconds : null,
	});
}
