// Protects what landmarks mean: a flat picture cannot change what a head changes by turning, and
// left is the person's left.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT_REST, pointsOf, type HeadPose } from '../../../tests/helpers/made-head';
import { measureFace } from './liveness-measures';

const measured = (pose: Partial<HeadPose>) => measureFace(pointsOf({ ...AT_REST, ...pose }));
const rest = measured({});

describe('a head', () => {
	it('moves its nose to the side that it turns to', () => {
		expect(measured({ yaw: 30 }).turn - rest.turn).toBeGreaterThan(0.3);
		expect(measured({ yaw: -30 }).turn - rest.turn).toBeLessThan(-0.3);
	});

	it('moves its nose towards the mouth when it is lowered', () => {
		expect(measured({ pitch: 20 }).drop - rest.drop).toBeGreaterThan(0.15);
		expect(measured({ pitch: -20 }).drop - rest.drop).toBeLessThan(-0.15);
	});

	it('shuts its eyes, and only them', () => {
		const { lids, turn, drop, size } = measured({ eyes: 0.1 });
		expect(lids / rest.lids).toBeCloseTo(0.1, 1);
		expect({ turn, drop, size }).toEqual({ turn: rest.turn, drop: rest.drop, size: rest.size });
	});

	it('grows as it comes closer', () => {
		expect(measured({ distance: 22.5 }).size / rest.size).toBeCloseTo(2, 1);
	});

	it('becomes narrower by turning, and shorter by nodding', () => {
		expect(measured({ yaw: 40 }).width - rest.width).toBeLessThan(-0.15);
		expect(measured({ pitch: 30 }).height - rest.height).toBeLessThan(-0.05);
	});
});

it('measures a picture that is moved, turned, zoomed or sheared as before', () => {
	const amount = fc.double({ min: -0.6, max: 0.6, noNaN: true });
	fc.assert(
		fc.property(amount, amount, amount, amount, amount, amount, (a, b, c, d, x, y) => {
			const points = pointsOf(AT_REST).map((_, i, all) => {
				const [px, py] = [all[i - (i % 2)] ?? 0, all[i - (i % 2) + 1] ?? 0];
				return i % 2 === 0 ? (1.5 + a) * px + b * py + x : c * px + (1.5 + d) * py + y;
			});
			const { turn, drop } = measureFace(points);
			expect(turn).toBeCloseTo(rest.turn, 3);
			expect(drop).toBeCloseTo(rest.drop, 3);
		}),
	);
});
