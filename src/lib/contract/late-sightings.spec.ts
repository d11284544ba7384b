// Protects the server from numbers that no device fused: lengths, counts and times have to fit together.
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { LateTrackSchema, type LateTrack } from './late-sightings';

const track: LateTrack = {
	trackId: 1,
	sightings: 4,
	quality: 0.8,
	weight: 2.9,
	firstAt: 1_000,
	lastAt: 1_900,
	best: { quality: 0.9, capturedAt: 1_300 },
};
const holds = (changes: Partial<LateTrack>) => v.is(LateTrackSchema, { ...track, ...changes });

it('takes what a device fuses', () => {
	expect(holds({})).toBe(true);
	expect(holds({ sightings: 1, weight: 1, lastAt: 1_300 })).toBe(true);
});

it('takes no sum that is longer than its vectors together, nor none at all', () => {
	expect(holds({ weight: 4.1 })).toBe(false);
	expect(holds({ weight: 0 })).toBe(false);
	expect(holds({ weight: Infinity })).toBe(false);
});

it('takes no more sightings than a camera sends in that time', () => {
	expect(holds({ sightings: 58 })).toBe(true);
	expect(holds({ sightings: 59 })).toBe(false);
});

it('takes no times in another order', () => {
	expect(holds({ lastAt: 900 })).toBe(false);
	expect(holds({ best: { quality: 0.9, capturedAt: 1_901 } })).toBe(false);
	expect(holds({ best: { quality: 0.9, capturedAt: 999 } })).toBe(false);
});
