// Protects what a page makes of the server's answers: data is handed on, refusals keep their code
// and sentence, and only failures that pass by themselves are tried again.
import { expect, it } from 'vitest';
import { openAck, readRefusal, RequestError } from './request-error';

it('hands on the data', () => {
	expect(openAck({ ok: true, data: { version: 3 } })).toEqual({ version: 3 });
});

it('throws the refusal with its code, sentence and id', () => {
	const refused = () =>
		openAck({ ok: false, code: 'closed', message: 'This roll call is closed.', errorId: 'e1' });
	expect(refused).toThrow(new RequestError('closed', 'This roll call is closed.', 'e1'));
});

it('tries again only what passes by itself', () => {
	expect(new RequestError('offline', '').passes).toBe(true);
	expect(new RequestError('too-many', '').passes).toBe(true);
	expect(new RequestError('closed', '').passes).toBe(false);
	expect(new RequestError('internal', '').passes).toBe(false);
});

it('reads a refused connection and nothing else', () => {
	expect(readRefusal({ ok: false, code: 'outdated', message: 'Reload.' })?.code).toBe('outdated');
	expect(readRefusal({ ok: false, code: 'made-up', message: '' })).toBeNull();
	expect(readRefusal(undefined)).toBeNull();
});
