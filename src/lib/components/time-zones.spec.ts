/** Protects the school's time zone: the one that is set can always be kept by saving the form. */
import { expect, it } from 'vitest';
import { timeZoneOptions } from './time-zones';

it('lists zones once, sorted, readable', () => {
	const values = timeZoneOptions('Europe/Berlin').map(({ value }) => value);
	expect(values).toContain('UTC');
	expect(values.filter((zone) => zone === 'Europe/Berlin')).toHaveLength(1);
	expect(values).toEqual([...values].sort());
	expect(timeZoneOptions('UTC')).toContainEqual({
		value: 'America/New_York',
		label: 'America/New York',
	});
});

it('keeps a zone that the runtime does not list', () => {
	expect(timeZoneOptions('Asia/Calcutta').map(({ value }) => value)).toContain('Asia/Calcutta');
});
