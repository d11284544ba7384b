// Protects long runs: a page that dies is replaced and its picture tried once more, a second death is
// counted and harms nobody else, and a page that cannot start ends the run.
import { expect, it } from 'vitest';
import { measureAll } from './pool';

interface Trial {
	/** Attempts that kill the station, by task. */
	deaths?: Record<number, number>;
	stations?: number;
	abortAfter?: number;
	opens?: () => void;
}

async function run(tasks: number[], { deaths = {}, stations = 2, abortAfter, opens }: Trial = {}) {
	const left = { ...deaths };
	const done = new Map<number, number | null>();
	const counts = { opened: 0, closed: 0 };
	const stop = new AbortController();
	await measureAll<number, number>(tasks, {
		stations,
		signal: stop.signal,
		open: async () => {
			await Promise.resolve();
			opens?.();
			counts.opened++;
			let isAlive = true;
			return {
				measure: async (task) => {
					await Promise.resolve();
					if (!isAlive) throw new Error('a dead station was used again');
					const death = left[task] ?? 0;
					if (death === 0) return task * 10;
					left[task] = death - 1;
					isAlive = false;
					throw new Error('crashed');
				},
				close: () => {
					counts.closed++;
					return Promise.reject(new Error('closed already'));
				},
			};
		},
		onDone: (task, answer) => {
			expect(done.has(task)).toBe(false);
			done.set(task, answer && answer.result);
			if (done.size === abortAfter) stop.abort();
		},
	});
	return { done: Object.fromEntries(done), counts };
}

it('measures each task once, with as many stations as there is work for', async () => {
	const { done, counts } = await run([1, 2, 3], { stations: 8 });
	expect(done).toEqual({ 1: 10, 2: 20, 3: 30 });
	expect(counts.opened).toBe(3);
});

it('replaces a station that died and tries its task again', async () => {
	const { done, counts } = await run([1, 2, 3], { deaths: { 2: 1 }, stations: 1 });
	expect(done).toEqual({ 1: 10, 2: 20, 3: 30 });
	expect(counts).toEqual({ opened: 2, closed: 1 });
});

it('gives up a task that killed two stations, and goes on', async () => {
	const { done } = await run([1, 2, 3], { deaths: { 2: 9 }, stations: 1 });
	expect(done).toEqual({ 1: 10, 2: null, 3: 30 });
});

it('ends when a station cannot be opened', async () => {
	const opens = () => {
		throw new Error('no face engine here');
	};
	await expect(run([1, 2], { opens })).rejects.toThrow('no face engine here');
});

it('takes no further task once the signal is given', async () => {
	const { done } = await run([1, 2, 3, 4], { stations: 1, abortAfter: 2 });
	expect(done).toEqual({ 1: 10, 2: 20 });
});
