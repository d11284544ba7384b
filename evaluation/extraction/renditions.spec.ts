// Protects the spread of what photos are turned into: a range that is drawn from at one end only
// would measure one light and call it any.
import { expect, it } from 'vitest';
import { drawRendition } from './renditions';

const drawn = [1, 2, 3].flatMap((number) =>
	Array.from({ length: 100 }, (_, picture) => drawRendition(picture, number)),
);

it.each([
	['gamma', 0.6, 1.7],
	['brightness', 0.7, 1.1],
	['blur', 0.001, 0.003],
	['scale', 0.6, 0.9],
	['shiftX', -0.03, 0.03],
	['shiftY', -0.03, 0.03],
] as const)('spreads %s over its range', (measure, low, high) => {
	const values = drawn.map((rendition) => rendition[measure]);
	expect(values.filter((value) => value < low).length).toBeGreaterThan(15);
	expect(values.filter((value) => value > high).length).toBeGreaterThan(15);
});

it('draws a rendition the same every time, and no two alike', () => {
	expect(drawRendition(7, 2)).toEqual(drawRendition(7, 2));
	expect(new Set(drawn.map((rendition) => JSON.stringify(rendition))).size).toBe(drawn.length);
});
