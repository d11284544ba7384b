// Protects what happens while the network is away: every item keeps its id, its place in the order, and
// the time at which it was made, also where the device's clock is wrong.
import { describe, expect, it } from 'vitest';
import { decodeVectors } from '$lib/contract/sightings';
import {
	correctTimes,
	countWaiting,
	itemId,
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

it('settles one item and leaves the others', () => {
	expect(settle([mark('a'), mark('b')], 'a').map(itemId)).toEqual(['b']);
});

describe('settleRefused', () => {
	const waiting = [
		answer('a', 'x'),
		mark('m'),
		reopen('other', 'y'),
		reopen('undo', 'x'),
		answer('again', 'x'),
		reopen('undo again', 'x'),
	];

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
		const items = [one, other, undoRest('undo one', one), undoRest('undo other', other)];
		const left = settleRefused(items, one);
		expect(left.map(itemId)).toEqual(['other', 'undo other']);
	});
});

it('counts each student of a rest as a mark', () => {
	expect(countWaiting([mark('a'), rest('b', ['s', 't'])]).byHand).toBe(3);
});

it('counts answers and their undoing as done by hand', () => {
	expect(countWaiting([answer('a', 'x'), reopen('b', 'x')])).toEqual({ byHand: 2, faces: 0 });
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

it('counts each face once, however often it waits', () => {
	const items = [seen('a', [1, 0.5], [2, 0.5]), seen('b', [1, 0.5])];
	expect(countWaiting(items, ['c:2', 'c:9'])).toEqual({ byHand: 0, faces: 3 });
});

it('corrects every time that a wrong clock gave', () => {
	const tap: OutboxItem = {
		kind: 'mark',
		request: { id: 'a', rollCallId: 'r', studentId: 's', status: 'late', markedAt: 5, madeAt: 7 },
	};
	expect(correctTimes(tap, 100)).toMatchObject({ request: { markedAt: 105, madeAt: 107 } });
	const one = rest('b', ['s']);
	expect(correctTimes(one, 100)).toMatchObject({ request: { markedAt: 101 } });
	const undo: OutboxItem = {
		...{ kind: 'undoRest', rest: one.request },
		request: { id: 'c', rollCallId: 'r', restId: 'b', madeAt: 9 },
	};
	expect(correctTimes(undo, -4)).toMatchObject({ request: { madeAt: 5 } });
	expect(correctTimes(seen('d', [1, 0.5]), 100)).toMatchObject({ batch: { capturedAt: 101 } });
});
