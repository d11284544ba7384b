/** Protects pages with several forms: an answer stands beside the form that asked, and no other. */
import { expect, it } from 'vitest';
import { actionHere, answerTo } from './form-state';

const state = {
	values: { form: 'rename', name: 'Jo' },
	problems: { name: 'Please type a name.' },
	message: 'Look again.',
	retryAfterSeconds: 5,
};
const nothing = { values: {}, problems: {}, message: null, retryAfterSeconds: null };

it('gives the form its own answer', () => {
	expect(answerTo(state, 'rename')).toEqual(state);
});

it.each([
	['another form', state],
	['a page without an answer', null],
	['an answer of success', {}],
])('gives nothing for %s', (_case, other) => {
	expect(answerTo(other, 'create')).toEqual(nothing);
});

it.each([
	['', '?/add'],
	['tab=add', '?tab=add&/add'],
	// After an answer without script the address holds the action that gave it.
	['tab=add&/add=', '?tab=add&/add'],
	['role=teacher&person=1', '?role=teacher&person=1&/add'],
])('sends a form on "?%s" to %s', (search, action) => {
	expect(actionHere(new URLSearchParams(search), '?/add')).toBe(action);
});
