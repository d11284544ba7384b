// Protects a roll call by keyboard: the school's own letters mark, the browser keeps its own keys,
// and a step never leaves the list.
import { describe, expect, it } from 'vitest';
import type { MarkStatus } from '$lib/contract/terms';
import { pageKey, rowKey, stepFrom, type KeyPress } from './roll-call-keys';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
	key,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	shiftKey: false,
	...held,
});
const LETTERS = [
	['present', 'H'],
	['late', 'é'],
	['absent', '0'],
] as const satisfies [MarkStatus, string][];

describe('rowKey', () => {
	it.each([
		['h', 'present'],
		['H', 'present'],
		['É', 'late'],
		['0', 'absent'],
	])('reads %s as the school’s letter', (key, status) => {
		expect(rowKey(press(key), LETTERS)).toEqual({ kind: 'mark', status });
	});

	it('takes a mark back, opens and goes', () => {
		const back = { kind: 'mark', status: null };
		expect(rowKey(press('Backspace'), LETTERS)).toEqual(back);
		expect(rowKey(press('Delete'), LETTERS)).toEqual(back);
		expect(rowKey(press('Enter'), LETTERS)).toEqual({ kind: 'open' });
		expect(rowKey(press('End'), LETTERS)).toEqual({ kind: 'go', step: 'last' });
	});

	it('leaves the browser what is its own, and letters that mean nothing', () => {
		expect(rowKey(press('p'), LETTERS)).toBeNull();
		expect(rowKey(press('Tab'), LETTERS)).toBeNull();
		expect(rowKey(press(' '), LETTERS)).toBeNull();
		for (const held of ['ctrlKey', 'metaKey', 'altKey']) {
			expect(rowKey(press('h', { [held]: true }), LETTERS)).toBeNull();
		}
	});
});

describe('pageKey', () => {
	it('knows the keys of the page, with Shift where a keyboard needs it', () => {
		expect(['/', '*', '?'].map((key) => pageKey(press(key)))).toEqual(['search', 'rest', 'help']);
		expect(pageKey(press('*', { shiftKey: true }))).toBe('rest');
	});

	it('undoes by Control or Command, and leaves redo alone', () => {
		expect(pageKey(press('z', { ctrlKey: true }))).toBe('undo');
		expect(pageKey(press('Z', { metaKey: true }))).toBe('undo');
		expect(pageKey(press('z', { ctrlKey: true, shiftKey: true }))).toBeNull();
		expect(pageKey(press('z'))).toBeNull();
	});

	it('leaves the browser its own', () => {
		expect(pageKey(press('/', { ctrlKey: true }))).toBeNull();
		expect(pageKey(press('?', { altKey: true }))).toBeNull();
	});
});

describe('stepFrom', () => {
	const ids = ['a', 'b', 'c'];

	it('goes to the neighbour and to the ends, and stays at an end', () => {
		expect(stepFrom(ids, 'b', 'next')).toBe('c');
		expect(stepFrom(ids, 'b', 'previous')).toBe('a');
		expect(stepFrom(ids, 'c', 'next')).toBe('c');
		expect(stepFrom(ids, 'a', 'previous')).toBe('a');
		expect(stepFrom(ids, 'b', 'first')).toBe('a');
		expect(stepFrom(ids, 'b', 'last')).toBe('c');
	});

	it('begins at the top for a row that left, and nowhere in an empty list', () => {
		expect(stepFrom(ids, 'gone', 'next')).toBe('a');
		expect(stepFrom([], 'a', 'next')).toBeNull();
	});
});
