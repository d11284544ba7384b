/** Protects: what is kept as an address is one address of one person, however it was typed. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { AddGuardianSchema, EmailSchema, NoticeSettingsSchema, SetEmailSchema } from './notices';

const userId = '5b1d1f6e-2f6e-4b57-9c0e-0c8b5d4c5a11';

describe('EmailSchema', () => {
	it('takes addresses in lower case without the space around them', () => {
		expect(v.parse(EmailSchema, ' Grace.O’Eze@Home.example '.replace('’', "'"))).toBe(
			"grace.o'eze@home.example",
		);
	});

	it.each([
		'',
		'grace',
		'grace@',
		'a@b.example, c@d.example',
		'a@b.example\r\nBcc: c@d.example',
		'Grace <grace@home.example>',
		`${'a'.repeat(250)}@b.example`,
	])('refuses %j', (text) => {
		expect(v.is(EmailSchema, text)).toBe(false);
	});
});

describe('forms', () => {
	it('take no address as none, and refuse one that is none', () => {
		expect(v.parse(SetEmailSchema, { userId, email: ' ' })).toEqual({ userId, email: null });
		const refused = v.safeParse(SetEmailSchema, { userId, email: 'grace' });
		expect(refused.issues?.[0].message).toMatch(/one e-mail address/);
	});

	it('want a name and an address of a guardian', () => {
		const guardian = { userId, name: ' Grace  Eze ', email: 'GRACE@home.example' };
		expect(v.parse(AddGuardianSchema, guardian)).toEqual({
			userId,
			name: 'Grace Eze',
			email: 'grace@home.example',
		});
		expect(v.is(AddGuardianSchema, { ...guardian, name: '' })).toBe(false);
	});

	it('want an hour of the day and a day of the week', () => {
		const settings = {
			weekly: true,
			weekday: 5,
			hour: 16,
			onRisk: true,
			toGuardians: false,
			office: ' ',
		};
		expect(v.parse(NoticeSettingsSchema, settings)).toEqual({ ...settings, office: null });
		for (const wrong of [{ hour: 24 }, { hour: Number.NaN }, { weekday: 8 }]) {
			expect(v.is(NoticeSettingsSchema, { ...settings, ...wrong })).toBe(false);
		}
	});
});
