// Protects the server from a device that asks without end, and a camera that was offline from being
// taken for one.
import { expect, it } from 'vitest';
import { EventRate } from './rate';

const takeMany = (rate: EventRate, count: number, now: number) =>
	Array.from({ length: count }, () => rate.take(now)).filter(Boolean).length;

it('takes what waited while offline, then no more than a steady rate', () => {
	const rate = new EventRate(0);
	expect(takeMany(rate, 1000, 0)).toBe(300);
	expect(takeMany(rate, 1000, 1000)).toBe(30);
});

it('never refuses a camera', () => {
	const rate = new EventRate(0);
	const refused = Array.from({ length: 3000 }, (_, i) => rate.take(i * 100)).includes(false);
	expect(refused).toBe(false);
});

it('holds no more than one burst, however long the silence', () => {
	const rate = new EventRate(0);
	expect(takeMany(rate, 1000, 3_600_000)).toBe(300);
});
