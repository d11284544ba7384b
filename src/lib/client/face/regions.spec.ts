// Protects the faces in the last row: every small face is whole in some region of each round, and no
// frame costs more than two detections.
import { describe, expect, it } from 'vitest';
import type { Box } from './geometry';
import { SearchPlan, answersFor } from './regions';

const FRAME = { width: 1280, height: 720 };

function round(plan: SearchPlan): Box[][] {
	return Array.from({ length: SearchPlan.cycle('classroom') }, () =>
		plan.regions('classroom', FRAME.width, FRAME.height),
	);
}

describe('SearchPlan', () => {
	it('looks at the whole frame at a door, and for a photo and an enrolment', () => {
		for (const mode of ['door', 'enrolment', 'photo'] as const) {
			const regions = new SearchPlan().regions(mode, FRAME.width, FRAME.height);
			expect(regions).toEqual([{ x: 0, y: 0, ...FRAME }]);
			expect(SearchPlan.cycle(mode)).toBe(1);
		}
	});

	it('looks at two regions a frame in a classroom, at each once a round', () => {
		const plan = new SearchPlan();
		const first = round(plan);
		expect(first.every((regions) => regions.length === 2)).toBe(true);
		expect(new Set(first.flat().map((region) => JSON.stringify(region))).size).toBe(10);
		expect(round(plan)).toEqual(first);
	});

	it('shows every face of up to a quarter of a side whole in some region', () => {
		const regions = round(new SearchPlan()).flat();
		const size = 150;
		for (let x = 0; x <= FRAME.width - size; x += 10)
			for (let y = 0; y <= FRAME.height - size; y += 10) {
				const box = { x, y, width: size, height: size };
				const holds = (region: Box) =>
					x >= region.x &&
					y >= region.y &&
					x + size <= region.x + region.width &&
					y + size <= region.y + region.height &&
					answersFor(region, box, 'classroom', FRAME);
				expect(regions.some(holds), `face at ${x}, ${y}`).toBe(true);
			}
	});
});

describe('answersFor', () => {
	const tile = { x: 320, y: 0, width: 640, height: 360 };
	const whole = { x: 0, y: 0, ...FRAME };
	const face = (x: number, y: number, size = 80) => ({ x, y, width: size, height: size });

	it('drops a face at the edge of a tile, but not at the edge of the picture', () => {
		const answers = (x: number, y: number) => answersFor(tile, face(x, y), 'classroom', FRAME);
		expect(answers(322, 100)).toBe(false);
		expect(answers(340, 100)).toBe(true);
		expect(answers(500, -10)).toBe(true);
		expect(answers(500, 290)).toBe(false);
	});

	it('leaves small faces in a classroom to the tiles', () => {
		expect(answersFor(whole, face(100, 100), 'classroom', FRAME)).toBe(false);
		expect(answersFor(whole, face(100, 100, 200), 'classroom', FRAME)).toBe(true);
		expect(answersFor(whole, face(100, 100), 'door', FRAME)).toBe(true);
	});
});
