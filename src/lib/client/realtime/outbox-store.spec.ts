// Protects the way out of the device: in order, one after the other, waiting while there is no
// server, and going on after something that the server will never take.
import { afterEach, expect, it, vi } from 'vitest';
import type { MarkRest } from '$lib/contract/marks';
import { itemId, type OutboxItem } from './outbox';
import { Outbox } from './outbox-store.svelte';
import { RequestError } from './request-error';

const mark = (id: string): OutboxItem => ({
	kind: 'mark',
	request: { id, rollCallId: 'r', studentId: 's', status: 'present', markedAt: 1 },
});

/** An outbox before a server whose mood the test decides. */
function before(server: { answer: (id: string) => RequestError | null }, storageKey?: string) {
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
		...(storageKey === undefined ? {} : { storageKey }),
	});
	return { outbox, arrived, refused };
}

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
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

it('keeps what was done by hand over a reload, each kind with all it needs', async () => {
	const kept = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	});
	const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
	const [rollCallId, studentId] = [id(1), id(2)];
	const details = { arrivedAt: 5, leftAt: 9, remark: 'dentist' };
	const rest: MarkRest = {
		id: id(3),
		rollCallId,
		studentIds: [studentId],
		status: 'present',
		markedAt: 1,
	};
	const done: OutboxItem[] = [
		{
			kind: 'mark',
			request: {
				id: id(4),
				rollCallId,
				studentId,
				status: 'late',
				markedAt: 1,
				sawVersion: 7,
				details,
			},
		},
		{ kind: 'rest', request: rest },
		{ kind: 'undoRest', request: { id: id(5), rollCallId, restId: rest.id }, rest },
	];
	const away = { answer: () => new RequestError('offline', '') };
	const earlier = before(away, 'kept').outbox;
	for (const item of done) earlier.add(item);

	const { outbox, arrived } = before({ answer: () => null }, 'kept');
	outbox.restore();
	expect(outbox.items).toEqual(done);
	await outbox.flush();
	expect([arrived, kept.size]).toEqual([done.map(itemId), 0]);
});
