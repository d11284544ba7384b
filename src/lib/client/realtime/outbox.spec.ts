// Protects what happens while the network is away: nothing that a person did is lost, the memory
// that sightings take is bounded, and every item keeps its id, its time and its place in the order.
import { describe, expect, it } from 'vitest';
import { decodeVectors } from '$lib/contract/sightings';
import {
	countWaiting,
	enqueue,
	itemId,
	KEPT_PER_TRACK,
	KEPT_TRACKS,
	packBatch,
	settle,
	settleRefused,
	type OutboxItem,
} from './outbox';

const mark = (id: string): OutboxItem => ({
	kind: 'mark',
	request: { id, rollCallId: 'r', studentId: 's', status: 'present', markedAt: 1 },
});

const vector = () => new Float32Array(512).fill(1 / Math.sqrt(512));

const seen = (id: string, ...faces: [trackId: number, quality: number][]): OutboxItem => ({
	kind: 'sightings',
	batch: {
		id,
		rollCallId: 'r',
		cameraId: 'c',
		capturedAt: 1,
		modelId: 'm',
		pipelineVersion: 'p',
		visible: faces.map(([trackId]) => trackId),
		sightings: faces.map(([trackId, quality]) => ({ trackId, quality, vector: vector() })),
	},
});

const answer = (id: string, doubtId: string): OutboxItem => ({
	kind: 'answer',
	request: { id, rollCallId: 'r', doubtId, studentId: 's', candidateIds: ['s'] },
});

const reopen = (id: string, doubtId: string): OutboxItem => ({
	kind: 'reopen',
	request: { id, rollCallId: 'r', doubtId },
});

const rest = (id: string, studentIds: string[]) =>
	({
		kind: 'rest',
		request: { id, rollCallId: 'r', studentIds, status: 'present', markedAt: 1 },
	}) as const satisfies OutboxItem;

const undoRest = (id: string, of: ReturnType<typeof rest>): OutboxItem => ({
	kind: 'undoRest',
	request: { id, rollCallId: 'r', restId: of.request.id },
	rest: of.request,
});

const fill = (items: OutboxItem[]) => items.reduce<OutboxItem[]>(enqueue, []);

describe('enqueue', () => {
	it('keeps the order of marks and sightings', () => {
		const items = fill([mark('a'), seen('b', [1, 0.5]), mark('c')]);
		expect(items.map(itemId)).toEqual(['a', 'b', 'c']);
	});

	it('keeps every mark, however many there are', () => {
		const items = fill(Array.from({ length: 2000 }, (_, i) => mark(`m${i}`)));
		expect(countWaiting(items)).toEqual({ byHand: 2000, faces: 0 });
	});

	it('keeps the best few sightings of a track and lets emptied batches go', () => {
		const qualities = [0.1, 0.9, 0.2, 0.8, 0.7, 0.6, 0.5, 0.4];
		const items = fill([mark('m'), ...qualities.map((quality, i) => seen(`b${i}`, [7, quality]))]);
		expect(items).toHaveLength(1 + KEPT_PER_TRACK);
		expect(items.map(itemId)).toEqual(['m', 'b1', 'b3', 'b4', 'b5', 'b6', 'b7']);
	});

	it('thins a batch of two faces without touching the other face', () => {
		const strong = Array.from({ length: KEPT_PER_TRACK }, (_, i) => seen(`s${i}`, [1, 0.9]));
		const items = fill([seen('first', [1, 0.1], [2, 0.1]), ...strong]);
		const first = items[0];
		expect(first).toMatchObject({ batch: { sightings: [{ trackId: 2 }], visible: [1, 2] } });
	});

	it('lets the tracks go that were seen longest ago', () => {
		const items = fill([
			seen('old', [0, 1]),
			...Array.from({ length: KEPT_TRACKS }, (_, i) => seen(`n${i}`, [i + 1, 0.5])),
		]);
		expect(countWaiting(items).faces).toBe(KEPT_TRACKS);
		expect(items.map(itemId)).not.toContain('old');
	});
});

it('settles one item and leaves the others', () => {
	expect(settle(fill([mark('a'), mark('b')]), 'a').map(itemId)).toEqual(['b']);
});

describe('settleRefused', () => {
	const waiting = fill([
		answer('a', 'x'),
		mark('m'),
		reopen('other', 'y'),
		reopen('undo', 'x'),
		answer('again', 'x'),
		reopen('undo again', 'x'),
	]);

	it('takes the undo of a refused answer along, so that nobody else’s is taken back', () => {
		const left = settleRefused(waiting, answer('a', 'x'));
		expect(left.map(itemId)).toEqual(['m', 'other', 'again', 'undo again']);
	});

	it('leaves what came after an undo that was refused', () => {
		const left = settleRefused(waiting, reopen('undo', 'x'));
		expect(left.map(itemId)).toEqual(['a', 'm', 'other', 'again', 'undo again']);
	});

	it('takes the undo of a refused rest along, and no other', () => {
		const [one, other] = [rest('one', ['s']), rest('other', ['t'])];
		const items = fill([one, other, undoRest('undo one', one), undoRest('undo other', other)]);
		const left = settleRefused(items, one);
		expect(left.map(itemId)).toEqual(['other', 'undo other']);
	});
});

it('counts each student of a rest as a mark', () => {
	expect(countWaiting(fill([mark('a'), rest('b', ['s', 't'])])).byHand).toBe(3);
});

it('counts answers and their undoing as done by hand', () => {
	expect(countWaiting(fill([answer('a', 'x'), reopen('b', 'x')]))).toEqual({ byHand: 2, faces: 0 });
});

it('packs vectors in the order of the sightings, with the same id and time', () => {
	const item = seen('b', [3, 0.4], [1, 0.6]);
	if (item.kind !== 'sightings') throw new Error('unreachable');
	const packed = packBatch(item.batch);
	expect(packed.id).toBe('b');
	expect(packed.sightings).toEqual([
		{ trackId: 3, quality: 0.4 },
		{ trackId: 1, quality: 0.6 },
	]);
	expect(decodeVectors(packed.vectors)).toEqual([vector(), vector()]);
});
