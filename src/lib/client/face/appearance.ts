import type { Box } from './geometry';
import type { Pixels } from './pixels';

/** Side of the thumbnail. */
const SIZE = 8;
/** How much of the surroundings counts: hair and collar tell people apart better than the face. */
const REACH = 1.8;

/**
 * A tiny picture of a face and what surrounds it: 8 x 8 x 3, mean 0 and length 1, so that light does
 * not count. It stays in the worker and lives as long as the track.
 *
 * @param box the face, px of the frame
 */
export function appearanceOf({ data, width, height }: Pixels, box: Box): Float32Array {
	const values = new Float32Array(SIZE * SIZE * 3);
	const left = box.x + box.width / 2 - (box.width * REACH) / 2;
	const top = box.y + box.height / 2 - (box.height * REACH) / 2;
	const samples = SIZE * 3;
	for (let j = 0; j < samples; j++) {
		const y = Math.floor(top + ((j + 0.5) / samples) * box.height * REACH);
		if (y < 0 || y >= height) continue;
		for (let i = 0; i < samples; i++) {
			const x = Math.floor(left + ((i + 0.5) / samples) * box.width * REACH);
			if (x < 0 || x >= width) continue;
			const from = (y * width + x) * 4;
			const to = (Math.floor(j / 3) * SIZE + Math.floor(i / 3)) * 3;
			for (let c = 0; c < 3; c++) values[to + c] = (values[to + c] ?? 0) + (data[from + c] ?? 0);
		}
	}
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	let squares = 0;
	for (let i = 0; i < values.length; i++) {
		const value = (values[i] ?? 0) - mean;
		values[i] = value;
		squares += value * value;
	}
	const length = Math.sqrt(squares) || 1;
	return values.map((value) => value / length);
}
