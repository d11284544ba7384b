// Protects the choice of a backend: never one that answers differently, never one that is hardly
// faster, never one that the browser lacks; a person's choice before the trial's.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelIndex } from '$lib/contract/models';
import {
	candidates,
	fastest,
	overrideBackend,
	preferredBackend,
	rememberBackend,
	rememberedBackend,
	type BackendName,
} from './backend-choice';

const models: ModelIndex = {
	embedder: { id: 'e', dimensions: 512, url: '/models/e/model.json' },
	detector: { url: '/models/d/model.json' },
	mesh: { url: '/models/m/model.json' },
	wasm: { url: '/models/w/' },
	bytes: 1,
};

function device({ cores = 8, isolated = true, gpu = true, userAgent = 'browser 1' } = {}): void {
	vi.stubGlobal('crossOriginIsolated', isolated);
	vi.stubGlobal('navigator', {
		hardwareConcurrency: cores,
		userAgent,
		...(gpu ? { gpu: {} } : {}),
	});
}

beforeEach(() => {
	const kept = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
	});
	device();
});
afterEach(() => vi.unstubAllGlobals());

describe('fastest', () => {
	const vector = Float32Array.of(3, 4, 0);
	const trial = (backend: BackendName, ms: number, output = vector) => ({
		backend,
		ms,
		outputs: [vector, output],
	});

	it('takes the fastest that agrees', () => {
		const near = Float32Array.of(3.01, 4, 0.05);
		const far = Float32Array.of(3, 4, 0.5);
		const wasm = trial('wasm', 40);
		expect(fastest([wasm, trial('webgl', 20), trial('webgpu', 10, near)])).toBe('webgpu');
		expect(fastest([wasm, trial('webgl', 20), trial('webgpu', 10, far)])).toBe('webgl');
		expect(fastest([wasm, trial('webgl', 20, Float32Array.of(0, 0, 0))])).toBe('wasm');
		expect(fastest([wasm, trial('webgl', 20, Float32Array.of(3, 4))])).toBe('wasm');
	});

	it('stays with the reference where nothing is clearly faster', () => {
		expect(fastest([trial('wasm', 40), trial('webgl', 35), trial('wasm-threads', 90)])).toBe(
			'wasm',
		);
	});
});

describe('candidates', () => {
	it('are what the browser has and the machine has cores for', () => {
		expect(candidates()).toEqual(['wasm', 'wasm-threads', 'webgl', 'webgpu']);
		device({ cores: 2, gpu: false });
		expect(candidates()).toEqual(['wasm', 'webgl']);
		device({ isolated: false });
		expect(candidates()).not.toContain('wasm-threads');
	});
});

describe('what is remembered', () => {
	it('holds for these models in this browser', () => {
		rememberBackend(models, 'webgl');
		expect(rememberedBackend(models)).toBe('webgl');
		expect(preferredBackend(models)).toBe('webgl');
		expect(rememberedBackend({ ...models, mesh: { url: '/models/n/model.json' } })).toBeNull();
		device({ userAgent: 'browser 2' });
		expect(rememberedBackend(models)).toBeNull();
		expect(preferredBackend(models)).toBe('wasm');
	});

	it('gives way to a person, and to what the browser still has', () => {
		rememberBackend(models, 'webgl');
		overrideBackend('webgpu');
		expect(preferredBackend(models)).toBe('webgpu');
		device({ gpu: false });
		expect(preferredBackend(models)).toBe('wasm');
		overrideBackend(null);
		expect(preferredBackend(models)).toBe('webgl');
	});

	it('is nothing where storage is blocked', () => {
		vi.stubGlobal('localStorage', {
			getItem: () => {
				throw new Error('blocked');
			},
		});
		expect(preferredBackend(models)).toBe('wasm');
	});
});
