// Protects the faces in the last row: every small face is whole in some region of each round, and no
// frame costs more than two detections.
import { describe, expect, it } from 'vitest';
import type { Box } from './geometry';
import { SearchPlan, isCutOff } from './regions';

const FRAME = { width: 1280, height: 720 };

function round(plan: SearchPlan): Box[][] {
	return Array.from({ length: SearchPlan.cycle('classroom') }, () =>
		plan.regions('classroom', FRAME.width, FRAME.height),
	);
}

describe('SearchPlan', () => {
	it('looks at the whole frame at a door, and for a photo and an enrolment', () => {
		for (const mode of ['roll-call', 'enrolment', 'photo'] as const) {
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
					!isCutOff(box, region, FRAME);
				expect(regions.some(holds), `face at ${x}, ${y}`).toBe(true);
			}
	});
});

describe('isCutOff', () => {
	const tile = { x: 320, y: 0, width: 640, height: 360 };

	it('drops a face at the edge of a tile, but not at the edge of the picture', () => {
		expect(isCutOff({ x: 322, y: 100, width: 80, height: 80 }, tile, FRAME)).toBe(true);
		expect(isCutOff({ x: 340, y: 100, width: 80, height: 80 }, tile, FRAME)).toBe(false);
		expect(isCutOff({ x: 500, y: -10, width: 80, height: 80 }, tile, FRAME)).toBe(false);
		expect(isCutOff({ x: 500, y: 290, width: 80, height: 80 }, tile, FRAME)).toBe(true);
	});
});
