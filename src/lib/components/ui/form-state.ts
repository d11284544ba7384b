/** What an action gives back to its form when it could not do what was asked, as pages see it. */
export interface FormState {
	values?: Record<string, string>;
	problems?: Record<string, string>;
	message?: string | null;
	retryAfterSeconds?: number | null;
}

/** The hidden field by which a page with several forms knows whose answer it holds. */
export const FORM_NAME_FIELD = 'form';

/**
 * The answer to the form of this name; empty when the page holds none, or another form's. Without
 * it a problem with one "name" field would stand beside every field called "name".
 */
export function answerTo(state: FormState | null | undefined, name: string): Required<FormState> {
	const own = state?.values?.[FORM_NAME_FIELD] === name ? state : undefined;
	return {
		values: own?.values ?? {},
		problems: own?.problems ?? {},
		message: own?.message ?? null,
		retryAfterSeconds: own?.retryAfterSeconds ?? null,
	};
}

/** What a form's fields are drawn from. */
export interface FormView {
	pending: boolean;
	values: Record<string, string>;
	problems: Record<string, string>;
}

/**
 * The address of an action (`?/name`) on the page as it is now. Without script the answer is a page
 * of its own: with the parameters it shows the same view, without them it would show another.
 */
export function actionHere(parameters: URLSearchParams, action: string): string {
	const kept = [...parameters].filter(([name]) => !name.startsWith('/'));
	return `?${[new URLSearchParams(kept).toString(), action.slice(1)].filter(Boolean).join('&')}`;
}
