// Protects the history of a mark in words: who did what and when, nothing said twice, and what was
// not done is never told as if it were.
import { expect, it } from 'vitest';
import type { MarkChangeView } from '$lib/contract/marks';
import { historyLines } from './history-words';

const at = (iso: string) => Date.parse(iso);
const reader = {
	statuses: {
		word: (status: string) => (status === 'present' ? 'here' : status),
	},
	timeZone: 'Europe/Berlin',
	startsAt: at('2026-11-23T13:00:00Z'),
};
const change = (parts: Partial<MarkChangeView>): MarkChangeView => ({
	changedAt: at('2026-11-23T13:07:00Z'),
	method: 'teacher',
	by: 'Ms Okafor',
	from: null,
	to: 'present',
	arrivedAt: null,
	leftAt: null,
	remark: null,
	reason: null,
	conflict: null,
	...parts,
});
const line = (parts: Partial<MarkChangeView>) => historyLines([change(parts)], reader)[0];

it('names whoever did it, or how it was done, in the school’s words', () => {
	expect(line({})).toBe('14:07, Ms Okafor: here.');
	expect(line({ by: null, method: 'camera', arrivedAt: at('2026-11-23T13:07:30Z') })).toBe(
		'14:07, by camera: here.',
	);
	expect(line({ by: null, method: 'rule', to: 'absent' })).toBe('14:07, at closing: absent.');
});

it('tells what made the rule change it, and whose doing that was', () => {
	const rule = { method: 'rule' } as const;
	expect(line({ ...rule, by: null, to: 'excused' })).toBe('14:07, excuse applied: excused.');
	expect(line({ ...rule, from: 'absent', to: 'excused' })).toBe(
		'14:07, excuse applied by Ms Okafor: absent, now excused.',
	);
	expect(line({ ...rule, from: 'excused', to: 'absent' })).toBe(
		'14:07, excuse withdrawn by Ms Okafor: excused, now absent.',
	);
	expect(line({ ...rule, from: 'absent', to: null })).toBe(
		'14:07, opened again by Ms Okafor: absent, now waiting.',
	);
	expect(line({ ...rule, to: 'absent' })).toBe('14:07, at closing by Ms Okafor: absent.');
});

it('tells a change from a first mark, from one taken back and from one that only got details', () => {
	expect(line({ from: 'absent', to: 'late' })).toBe('14:07, Ms Okafor: absent, now late.');
	expect(line({ from: 'late', to: null })).toBe('14:07, Ms Okafor: late, now waiting.');
	expect(line({ from: 'late', to: 'late' })).toBe('14:07, Ms Okafor: still late.');
});

it('tells details and reason, and the day where it is another', () => {
	const parts = {
		changedAt: at('2026-11-24T08:00:00Z'),
		from: 'absent',
		to: 'late',
		arrivedAt: at('2026-11-23T13:15:00Z'),
		leftAt: at('2026-11-23T13:50:00Z'),
		remark: 'dentist',
		reason: 'mixed up',
	} as const;
	expect(line(parts)).toBe(
		'Tue 24 Nov 09:00, Ms Okafor: absent, now late. Came at 14:15. Left at 14:50. Remark: dentist. Reason: mixed up.',
	);
});

it('tells a wish that was not done as one', () => {
	const wish = { from: 'late', to: 'late', conflict: { wanted: 'absent' } } as const;
	expect(line(wish)).toBe('14:07, Ms Okafor: wanted absent, but late stood.');
});

it('begins with the earliest', () => {
	const later = change({ changedAt: at('2026-11-23T13:20:00Z'), from: 'present', to: 'late' });
	expect(historyLines([later, change({})], reader).map((text) => text.slice(0, 5))).toEqual([
		'14:07',
		'14:20',
	]);
});

it('says what waited on a device, and what came in after the closing', () => {
	const madeAt = at('2026-11-23T12:58:00Z');
	expect(line({ madeAt })).toBe('14:07, Ms Okafor: here. Made at 13:58, without a network.');
	expect(line({ madeAt, cameInLate: true })).toBe(
		'14:07, Ms Okafor: here. Made at 13:58, without a network. Came in after the roll call had closed.',
	);
});
