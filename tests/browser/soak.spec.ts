// Protects long roll calls: while people come and go, the worker keeps no tensor and no memory, no
// frame waits behind another, and none is left unanswered. `npm run bench -- soak` does it for hours.
import { expect, test } from 'playwright/test';
import { prepareModels } from '../../models/prepare.js';
import { soak } from '../bench/soak-run';
import { judgeSoak, type SoakSample } from '../bench/soak-verdict';

test.beforeAll(() => prepareModels());

test('keeps nothing from frame to frame while people come and go', async () => {
	const samples = await soak({ faces: 8, clipSeconds: 5, every: 3, samples: 7 });
	const { faults } = judgeSoak(samples);
	// How fast it is on a busy machine proves nothing.
	expect(faults.filter((fault) => fault !== 'slower')).toEqual([]);
	expect(Math.max(...samples.map(({ faces }) => faces))).toBeGreaterThan(4);
});

test('its judge sees what grows, queues, stalls, restarts and slows down', () => {
	const steady = Array.from({ length: 30 }, (_, i): SoakSample => {
		return {
			at: 10 * (i + 1),
			frames: 200,
			ms: 25 + (i % 3),
			faces: 6,
			dropped: 100,
			waiting: i % 2,
			tensors: 368,
			heapMb: 10 + 0.3 * (i % 2),
			buffersMb: 13,
			restarts: 0,
		};
	});
	const faultsOf = (change: (sample: SoakSample, i: number) => Partial<SoakSample>) =>
		judgeSoak(steady.map((sample, i) => ({ ...sample, ...change(sample, i) }))).faults;
	expect(faultsOf(() => ({}))).toEqual([]);
	expect(faultsOf((_, i) => ({ tensors: 368 + Math.floor(i / 10) }))).toEqual(['tensors']);
	expect(faultsOf(({ heapMb }, i) => ({ heapMb: heapMb + i / 10 }))).toEqual(['heap']);
	expect(faultsOf((_, i) => ({ buffersMb: 13 + i / 10 }))).toEqual(['buffers']);
	expect(faultsOf((_, i) => ({ waiting: i }))).toEqual(['queue']);
	expect(faultsOf((_, i) => ({ frames: i === 20 ? 0 : 200 }))).toEqual(['stall']);
	expect(faultsOf((_, i) => ({ restarts: i > 20 ? 1 : 0 }))).toEqual(['restart']);
	expect(faultsOf(({ ms }, i) => ({ ms: ms + i }))).toEqual(['slower']);
	// What only the warm-up takes is no growth.
	expect(faultsOf((_, i) => ({ heapMb: i < 2 ? 4 : 10 }))).toEqual([]);
});
