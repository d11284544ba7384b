import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Rendition } from '../page/rendition';

const UNMIXED = 16;

/**
 * Draws how a picture is seen: the same at every run, so that it is measured once.
 * @param picture number in the data set
 * @param number of its rendition
 */
export function drawRendition(picture: number, number: number): Rendition {
	const generator = xoroshiro128plus(picture * 1000 + number + 1);
	// Its first numbers are alike for all small seeds.
	for (let i = 0; i < UNMIXED; i++) generator.next();
	const between = (low: number, high: number) => low + (high - low) * uniformFloat64(generator);
	return {
		gamma: 2 ** between(-1, 1),
		brightness: between(0.6, 1.2),
		blur: between(0, 0.004),
		scale: between(0.5, 1),
		shiftX: between(-0.05, 0.05),
		shiftY: between(-0.05, 0.05),
	};
}
