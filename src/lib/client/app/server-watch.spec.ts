/**
 * Protects a school's network: a page that waits for the server asks less and less often, and one
 * that comes back only to be lost again does not turn in a circle.
 */
import { expect, it } from 'vitest';
import { waitBefore } from './server-watch';

it('waits longer after each try, up to half a minute', () => {
	const waits = [0, 1, 2, 3, 4, 20].map((tries) => waitBefore(tries, Infinity));
	expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

it('takes its time where it came back a moment ago', () => {
	expect(waitBefore(0, 59_999)).toBe(30_000);
	expect(waitBefore(0, 60_000)).toBe(2_000);
});
