/** Protects: a form keeps what was typed, never gives a password back, and a forged one does no harm. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ClassSettingsSchema } from '$lib/contract/classes';
import { AcceptInvitationSchema } from '$lib/contract/accounts';
import { parseForm } from './forms';

function form(fields: [string, string | File][]): FormData {
	const formData = new FormData();
	for (const [name, value] of fields) formData.append(name, value);
	return formData;
}

describe('parseForm', () => {
	it('turns text into what the schema promises', () => {
		const parsed = parseForm(
			ClassSettingsSchema,
			form([
				['name', '  Biology 9B '],
				['lateAfterMinutes', '5'],
				['displayNames', 'none'],
				['strangersPerWrongName', ''],
			]),
			{ numbers: ['lateAfterMinutes', 'strangersPerWrongName'] },
		);
		expect(parsed).toEqual({
			ok: true,
			data: {
				name: 'Biology 9B',
				lateAfterMinutes: 5,
				displayNames: 'none',
				strangersPerWrongName: null,
			},
		});
	});

	it('keeps what was typed, but no password, and names each wrong field once', () => {
		const parsed = parseForm(
			AcceptInvitationSchema,
			form([
				['name', ''],
				['signInName', 'a b'],
				['password', 'short'],
			]),
		);
		if (parsed.ok) throw new Error('this form is wrong in three places');
		expect(parsed.values).toEqual({ name: '', signInName: 'a b' });
		expect(Object.keys(parsed.problems).sort()).toEqual(['name', 'password', 'signInName']);
	});

	it.each(['', 'many', '1e999', '-', '2026-01-01', 'null'])(
		'answers %j where a number belongs with a sentence',
		(text) => {
			const schema = v.object({
				minutes: v.pipe(v.number('a number'), v.maxValue(240, 'too many')),
			});
			const parsed = parseForm(schema, form([['minutes', text]]), { numbers: ['minutes'] });
			expect(parsed.ok).toBe(false);
		},
	);

	it('cannot be led to what the process shares', () => {
		const schema = v.object({ name: v.string() });
		const names = ['__proto__.a', 'constructor.prototype.a', 'toString.call', 'name.trim.call'];
		const parsed = parseForm(
			schema,
			form([['name', 'Jo'], ...names.map((name): [string, string] => [name, 'x'])]),
		);
		expect(parsed).toEqual({ ok: true, data: { name: 'Jo' } });
		expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
		expect(Object.prototype.toString.call([])).toBe('[object Array]');
		expect(' Jo '.trim()).toBe('Jo');
	});

	it('takes no file', () => {
		const schema = v.object({ name: v.optional(v.string()) });
		const picture = new File([new Uint8Array(8)], 'face.png', { type: 'image/png' });
		expect(parseForm(schema, form([['name', picture]]))).toEqual({ ok: true, data: {} });
	});
});
