// Protects what waits on a device over a reload: it comes back as it was, unreadable things do no
// harm, and a browser that keeps nothing breaks nothing.
import { afterEach, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { keepList, recallList } from './kept-list';

const Names = v.array(v.string());

/** A device's storage over a map, as the browser's. */
function storageOver(kept: Map<string, string>) {
	return {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	};
}

afterEach(() => {
	vi.unstubAllGlobals();
});

it('brings back what was kept, and leaves nothing behind of an empty list', () => {
	const kept = new Map<string, string>();
	vi.stubGlobal('localStorage', storageOver(kept));
	keepList('k', ['a', 'b']);
	expect(recallList('k', Names)).toEqual(['a', 'b']);
	keepList('k', []);
	expect(kept.size).toBe(0);
});

it('is empty where what is there cannot be read', () => {
	vi.stubGlobal(
		'localStorage',
		storageOver(
			new Map([
				['text', 'no'],
				['other', '[1]'],
			]),
		),
	);
	expect(recallList('text', Names)).toEqual([]);
	expect(recallList('other', Names)).toEqual([]);
});

it('does without storage', () => {
	vi.stubGlobal('localStorage', undefined);
	keepList('k', ['a']);
	expect(recallList('k', Names)).toEqual([]);
});
