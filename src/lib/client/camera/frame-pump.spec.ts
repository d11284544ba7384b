// Protects the capture time: lateness and the shown latency count from it.
import { expect, it } from 'vitest';
import { captureTime } from './frame-pump';

it('takes the camera’s own time', () => {
	const age = Date.now() - captureTime(performance.now() - 120);
	expect(age).toBeGreaterThanOrEqual(119);
	expect(age).toBeLessThan(200);
});

it('takes now where the browser does not tell, or tells the time of another clock', () => {
	for (const told of [undefined, performance.now() - 1e7, performance.now() + 1e7]) {
		expect(Math.abs(Date.now() - captureTime(told))).toBeLessThan(50);
	}
});
