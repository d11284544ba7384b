/**
 * Protects the storage of a device: what is kept for the camera never changes under its address, and
 * goes when nothing names it any more.
 */
import { describe, expect, it } from 'vitest';
import { isEngineFile, staleEngineFiles } from './cached-files';

const WEIGHTS = '/models/d13f51f874dbd222/weights.bin';
const OLD_WEIGHTS = '/models/0123456789abcdef/weights.bin';
const WORKER = '/_app/immutable/workers/worker-CyMcWP0s.js';
const OLD_WORKER = '/_app/immutable/workers/worker-00000000.js';

describe('isEngineFile', () => {
	it.each([
		WEIGHTS,
		WORKER,
		'/models/35aca3ce6b7e9c2c/tfjs-backend-wasm-simd.wasm',
		'/_app/immutable/assets/zxing_reader.BxB2YfIY.wasm',
	])('keeps %s', (pathname) => expect(isEngineFile(pathname)).toBe(true));

	it.each([
		'/models/index.json',
		'/models/d13f51f874dbd222/',
		'/today',
		'/_app/immutable/nodes/5.js',
		'/reports/export',
		'/me/models/d13f51f874dbd222/weights.bin',
	])('does not keep %s', (pathname) => expect(isEngineFile(pathname)).toBe(false));
});

describe('staleEngineFiles', () => {
	const index = '{"embedder":{"url":"/models/d13f51f874dbd222/model.json"}}';

	it('finds models that the index does not name, and scripts of another build', () => {
		const kept = [WEIGHTS, OLD_WEIGHTS, WORKER, OLD_WORKER];
		expect(staleEngineFiles(kept, [WORKER], index)).toEqual([OLD_WEIGHTS, OLD_WORKER]);
	});

	it('finds nothing where everything is of today', () => {
		expect(staleEngineFiles([WEIGHTS, WORKER], [WORKER], index)).toEqual([]);
	});
});
