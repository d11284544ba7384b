// Protects the times that a tablet with a wrong clock sends, and the latency that is shown.
import { expect, it } from 'vitest';
import { addLatency, measureClock, median } from './clock';

it('corrects a device that runs an hour behind', () => {
	const { offset, uncertainty } = measureClock(1_000, 3_601_040, 1_080);
	expect(offset).toBe(3_600_000);
	expect(uncertainty).toBe(40);
});

it('takes the lower middle value, whatever the order', () => {
	expect(median([])).toBeNull();
	expect(median([300, 100, 200])).toBe(200);
	expect(median([400, 100, 300, 200])).toBe(200);
});

it('keeps the newest hundred latencies and none below zero', () => {
	let kept = addLatency([], -5);
	expect(kept).toEqual([0]);
	for (let i = 1; i <= 150; i++) kept = addLatency(kept, i);
	expect(kept).toHaveLength(100);
	expect(kept[0]).toBe(51);
});
