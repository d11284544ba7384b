/** Protects the way by keys through a matrix: every key leads one step, none leads out of it. */
import { expect, it } from 'vitest';
import { moveInGrid } from './grid-keys';

const size = { rows: 3, columns: 4 };

it.each([
	['ArrowRight', { row: 1, column: 2 }],
	['ArrowLeft', { row: 1, column: 0 }],
	['ArrowUp', { row: 0, column: 1 }],
	['ArrowDown', { row: 2, column: 1 }],
	['Home', { row: 1, column: 0 }],
	['End', { row: 1, column: 3 }],
	['Tab', null],
])('%s leads from the middle to %j', (key, expected) => {
	expect(moveInGrid({ row: 1, column: 1 }, key, size)).toEqual(expected);
});

it('stays inside at every edge', () => {
	expect(moveInGrid({ row: 0, column: 0 }, 'ArrowUp', size)).toEqual({ row: 0, column: 0 });
	expect(moveInGrid({ row: 0, column: 0 }, 'ArrowLeft', size)).toEqual({ row: 0, column: 0 });
	expect(moveInGrid({ row: 2, column: 3 }, 'ArrowDown', size)).toEqual({ row: 2, column: 3 });
	expect(moveInGrid({ row: 2, column: 3 }, 'ArrowRight', size)).toEqual({ row: 2, column: 3 });
});
