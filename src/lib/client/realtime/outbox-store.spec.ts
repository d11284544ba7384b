// Protects the way out of the device: in order, one after the other, waiting while there is no
// server, and going on after something that the server will never take.
import { afterEach, expect, it, vi } from 'vitest';
import type { MarkRequest, MarkRest } from '$lib/contract/marks';
import { decodeContent, encodeContent } from './kept-records';
import { itemId, type CapturedBatch, type OutboxItem } from './outbox';
import { Outbox } from './outbox-store.svelte';
import { KeepingError, type KeepingProblem, type OutboxKeeper } from './outbox-vault';
import { RequestError } from './request-error';

const mark = (id: string): OutboxItem => ({
	kind: 'mark',
	request: { id, rollCallId: 'r', studentId: 's', status: 'present', markedAt: 1 },
});

/** An outbox before a server whose mood the test decides. */
function before(
	server: { answer: (id: string) => RequestError | null },
	options: { keeper?: OutboxKeeper } = {},
) {
	const arrived: string[] = [];
	const refused: string[] = [];
	const outbox = new Outbox({
		send: (item) => {
			const error = server.answer(itemId(item));
			if (error !== null) return Promise.reject(error);
			arrived.push(itemId(item));
			return Promise.resolve();
		},
		onRefused: (item) => refused.push(itemId(item)),
		...options,
	});
	return { outbox, arrived, refused };
}

afterEach(() => {
	vi.useRealTimers();
});

it('sends in order', async () => {
	const { outbox, arrived } = before({ answer: () => null });
	for (const id of ['a', 'b', 'c']) outbox.add(mark(id));
	await expect.poll(() => arrived).toEqual(['a', 'b', 'c']);
	expect(outbox.items).toEqual([]);
});

it('keeps everything while offline and sends it on return', async () => {
	const server = { answer: (): RequestError | null => new RequestError('offline', '') };
	const { outbox, arrived, refused } = before(server);
	outbox.add(mark('a'));
	outbox.add(mark('b'));
	await outbox.flush();
	expect([arrived, refused, outbox.waiting.byHand]).toEqual([[], [], 2]);
	server.answer = () => null;
	await expect
		.poll(async () => {
			await outbox.flush();
			return arrived;
		})
		.toEqual(['a', 'b']);
});

it('gives back what is refused for good and goes on with the rest', async () => {
	const { outbox, arrived, refused } = before({
		answer: (id) => (id === 'a' ? new RequestError('closed', 'Closed.') : null),
	});
	outbox.add(mark('a'));
	outbox.add(mark('b'));
	await expect.poll(() => arrived).toEqual(['b']);
	expect([refused, outbox.items]).toEqual([['a'], []]);
});

it('ends a second flush when what is on its way has arrived', async () => {
	let arrive: () => void = () => undefined;
	const outbox = new Outbox({
		send: () => new Promise((resolve) => (arrive = resolve)),
		onRefused: () => undefined,
	});
	outbox.add(mark('a'));
	const flushed = outbox.flush().then(() => outbox.waiting.byHand);
	arrive();
	expect(await flushed).toBe(0);
	outbox.add(mark('b'));
	arrive();
	await expect.poll(() => outbox.items).toEqual([]);
});

it('tries again by itself when the server was only busy', async () => {
	vi.useFakeTimers();
	const server = { answer: (): RequestError | null => new RequestError('too-many', '') };
	const { outbox, arrived } = before(server);
	outbox.add(mark('a'));
	await vi.advanceTimersByTimeAsync(0);
	server.answer = () => null;
	await vi.advanceTimersByTimeAsync(5_000);
	expect(arrived).toEqual(['a']);
});

/** Where things are kept, in the way of a browser's storage: as bytes, and full when the test says so. */
function storage() {
	const kept = new Map<string, Uint8Array>();
	const state = { problem: null as KeepingProblem | null, changes: 0 };
	const keeper: OutboxKeeper = {
		deviceId: () => Promise.resolve('device'),
		change(put, forgetIds) {
			state.changes++;
			if (state.problem !== null) return Promise.reject(new KeepingError(state.problem, null));
			for (const { id, content } of put) kept.set(id, encodeContent(content));
			for (const id of forgetIds) kept.delete(id);
			return Promise.resolve();
		},
		adopt: () =>
			Promise.resolve(
				[...kept].flatMap(([id, bytes]) => {
					const content = decodeContent(bytes);
					return content === null ? [] : [{ id, content }];
				}),
			),
		alone: (work) => work(),
		close: () => undefined,
	};
	return { kept, state, keeper };
}

const id = (n: number) => `00000000-0000-4000-8000-0000000000${String(n).padStart(2, '0')}`;
const tap = (n: number, changes: Partial<MarkRequest> = {}): OutboxItem => ({
	kind: 'mark',
	request: {
		...{ id: id(n), rollCallId: id(90), studentId: id(91), status: 'late', markedAt: 1, madeAt: 1 },
		...changes,
	},
});
const face = (seed: number) => {
	const vector = new Float32Array(512);
	vector[seed] = 1;
	return vector;
};
const batchAt = (capturedAt: number, trackId = 1, n = 50): CapturedBatch => ({
	...{ id: id(n), rollCallId: id(90), cameraId: id(92), modelId: 'm', pipelineVersion: 'p' },
	capturedAt,
	visible: [trackId],
	sightings: [{ trackId, quality: 0.5, vector: face(trackId) }],
});
const OFFLINE = { answer: (): RequestError | null => new RequestError('offline', '') };
const ONLINE = { answer: () => null };

it('keeps what was done by hand over a reload, each kind with all it needs', async () => {
	const { kept, keeper } = storage();
	const details = { arrivedAt: 5, leftAt: 9, remark: 'dentist' };
	const rest: MarkRest = {
		...{ id: id(3), rollCallId: id(90), studentIds: [id(91)], status: 'present', markedAt: 1 },
	};
	const doubt = { rollCallId: id(90), doubtId: id(93), madeAt: 4 };
	const done: OutboxItem[] = [
		tap(1, { sawVersion: 7, details }),
		{ kind: 'rest', request: rest },
		{ kind: 'undoRest', request: { id: id(5), rollCallId: id(90), restId: rest.id }, rest },
		{ kind: 'answer', request: { ...doubt, id: id(6), studentId: null, candidateIds: [id(91)] } },
		{ kind: 'reopen', request: { ...doubt, id: id(7) } },
		{ kind: 'sightings', batch: batchAt(3) },
	];
	const earlier = before(OFFLINE, { keeper }).outbox;
	for (const item of done) earlier.add(item);
	await expect.poll(() => kept.size).toBe(done.length);

	const { outbox, arrived } = before(ONLINE, { keeper });
	await outbox.restore();
	expect(arrived).toEqual(done.map(itemId));
	await expect.poll(() => kept.size).toBe(0);
});

it('fuses what the camera sees while offline, keeps it over a reload, and sends it as one', async () => {
	const { kept, keeper } = storage();
	const earlier = before(OFFLINE, { keeper }).outbox;
	for (let at = 0; at < 40; at++) earlier.addSeen(batchAt(at, 1 + (at % 2)));
	expect(earlier.waiting).toEqual({ byHand: 0, faces: 2 });
	earlier.keepNow();
	await expect.poll(() => kept.size).toBe(2);

	const late: OutboxItem[] = [];
	const outbox = new Outbox({
		send: (item) => Promise.resolve(void late.push(item)),
		onRefused: () => undefined,
		keeper,
	});
	await outbox.restore();
	expect(late).toMatchObject([
		{
			kind: 'late',
			batch: {
				tracks: [
					{ trackId: 1, sightings: 20, firstAt: 0, lastAt: 38 },
					{ trackId: 2, sightings: 20, firstAt: 1, lastAt: 39 },
				],
			},
		},
	]);
	await expect.poll(() => kept.size).toBe(0);
	expect(outbox.waiting.faces).toBe(0);
});

it('gives a batch that may have arrived the same id again, also after a reload', async () => {
	const { kept, keeper } = storage();
	const sent: string[] = [];
	const lost = new Outbox({
		send: (item) => {
			sent.push(itemId(item));
			return Promise.reject(new RequestError('offline', ''));
		},
		onRefused: () => undefined,
		keeper,
	});
	lost.addSeen(batchAt(1));
	await lost.flush();
	await expect.poll(() => kept.size).toBe(1);
	const { outbox, arrived } = before(ONLINE, { keeper });
	await outbox.restore();
	expect(arrived).toEqual(sent);
});

it('says when there is no room, loses nothing, and keeps it once there is', async () => {
	const { kept, state, keeper } = storage();
	const server = { ...OFFLINE };
	const { outbox, arrived } = before(server, { keeper });
	state.problem = 'full';
	outbox.add(tap(1));
	await expect.poll(() => outbox.problem).toBe('full');
	state.problem = null;
	outbox.add(tap(2));
	await expect.poll(() => [outbox.problem, kept.size]).toEqual([null, 2]);
	state.problem = 'full';
	outbox.add(tap(3));
	await expect.poll(() => outbox.problem).toBe('full');
	server.answer = () => null;
	await outbox.flush();
	expect(arrived).toEqual([id(1), id(2), id(3)]);
});

it('corrects the times of a wrong clock once the server’s is known, and sends nothing before', async () => {
	vi.useFakeTimers();
	let offset: number | null = null;
	const sent: OutboxItem[] = [];
	const outbox = new Outbox({
		send: (item) => Promise.resolve(void sent.push(item)),
		onRefused: () => undefined,
		clockOffset: () => offset,
	});
	outbox.add(tap(1, { markedAt: 50, madeAt: 50 }));
	outbox.addSeen(batchAt(60));
	await vi.advanceTimersByTimeAsync(2_000);
	expect(sent).toEqual([]);
	offset = 1_000;
	outbox.add(tap(2, { markedAt: 1_080, madeAt: 1_080 }));
	await vi.advanceTimersByTimeAsync(2_000);
	expect(sent).toMatchObject([
		{ request: { markedAt: 1_050, madeAt: 1_050 } },
		{ request: { markedAt: 1_080, madeAt: 1_080 } },
		{ batch: { tracks: [{ firstAt: 1_060, best: { capturedAt: 1_060 } }] } },
	]);
});
