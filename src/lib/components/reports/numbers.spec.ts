/** Protects the numbers on a report: no rate looks as if it met a limit that it misses. */
import { expect, it } from 'vitest';
import { percentOf, pointsBetween } from './numbers';

it.each([
	[null, '–'],
	[0, '0%'],
	[1, '100%'],
	[0.8999, '89.9%'],
	[0.9, '90%'],
	[0.57, '57%'],
	[0.29, '29%'],
	[2 / 3, '66.6%'],
])('says %j as %s', (rate, expected) => {
	expect(percentOf(rate)).toBe(expected);
});

it('says a difference without its sign', () => {
	expect(pointsBetween(0.9, 0.921)).toBe('2.1');
});
