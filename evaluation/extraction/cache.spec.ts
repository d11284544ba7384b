// Protects minutes of measuring: what was kept is read back exactly, and a file that a kill tore
// apart costs the torn record only.
import { appendFile, mkdtemp, open, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MeasurementCache } from './cache';
import type { Measurement } from './measurement';

const DIMENSIONS = 8;
const hashOf = (number: number) => number.toString(16).padStart(64, '0');
const vector = Float32Array.from({ length: DIMENSIONS }, (_, i) => Math.sin(i));
const face: Measurement = { kind: 'face', ms: 12.3, template: { vector, quality: 0.7 } };
const others: Measurement[] = [{ kind: 'no-face', ms: 3.25 }, { kind: 'broken' }];

let folder: string;
let file: string;
const opened: MeasurementCache[] = [];

function openCache(): MeasurementCache {
	const cache = new MeasurementCache(file, DIMENSIONS);
	opened.push(cache);
	return cache;
}

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'facetrack-cache-'));
	file = path.join(folder, 'below/one.bin');
});

afterEach(async () => {
	for (const cache of opened.splice(0)) cache.close();
	await rm(folder, { recursive: true });
});

it('gives back what was added, in the same process and in the next', () => {
	const cache = openCache();
	[face, ...others].forEach((measurement, i) => cache.add(hashOf(i), measurement));
	for (const reader of [cache, openCache()]) {
		expect([0, 1, 2].map((i) => reader.get(hashOf(i)))).toEqual([face, ...others]);
		expect(reader.get(hashOf(9))).toBeUndefined();
	}
});

it('drops a torn record, and reads what is added after it', async () => {
	openCache().add(hashOf(1), face);
	const { size } = await stat(file);
	openCache().add(hashOf(2), face);
	await truncate(file, 2 * size - 5);
	const after = openCache();
	expect(after.get(hashOf(1))).toEqual(face);
	expect(after.get(hashOf(2))).toBeUndefined();
	after.add(hashOf(3), face);
	expect(openCache().get(hashOf(3))).toEqual(face);
});

it('ignores a record whose bytes were changed', async () => {
	openCache().add(hashOf(1), face);
	const handle = await open(file, 'r+');
	await handle.write(Buffer.from([1]), 0, 1, 50);
	await handle.close();
	expect(openCache().get(hashOf(1))).toBeUndefined();
});

it('ignores zeros that a crashed disk left at the end', async () => {
	openCache().add(hashOf(1), face);
	await appendFile(file, Buffer.alloc((await stat(file)).size));
	expect(openCache().get(hashOf(1))).toEqual(face);
	expect(openCache().get(hashOf(0))).toBeUndefined();
});
