import { FURTHER_OUT, type Surroundings } from '$lib/contract/surroundings';
import type { TrackEvidence } from './evidence';

/**
 * Chosen with `npm run evaluate -- passive` (docs/accuracy.md). Behind a person the room stays; hair,
 * a hat or a scarf go along, but none of them is as wide as what lies further out. About a printed
 * face nearly all goes along, and what is blank does not say. One sector may stay: the room beside a
 * narrow print.
 */
const LEAST_MOVED = 0.1;
const GOES_ALONG = 0.3;
const STAYS = -0.3;
const LEAST_ALONG = 4;
const MOST_STAYING = 1;

/**
 * A face is watched so long before it is named where photographs are looked for: a print shows itself
 * by moving, and who comes in moves.
 */
const WATCHED = { sightings: 5, ms: 1400 };

/**
 * Whether a face moves together with what is about it, as a face on a sheet or a screen does.
 * @param surroundings what its camera noticed; null where it could not tell
 */
export function looksLikePhotograph(surroundings: Surroundings | null): boolean {
	if (surroundings === null || surroundings.moved < LEAST_MOVED) return false;
	const { follows } = surroundings;
	const along = follows.filter((one) => one >= GOES_ALONG).length;
	const staying = follows.filter((one) => one <= STAYS).length;
	const isWide = FURTHER_OUT.some((sector) => (follows[sector] ?? 0) >= GOES_ALONG);
	return along >= LEAST_ALONG && staying <= MOST_STAYING && isWide;
}

/**
 * A face as like as this to a photograph is taken for the same photograph: two good photos of one
 * person are 0.70 alike on average (`client/face/quality.ts`). Whoever is hit by it is asked about once.
 */
export const SAME_PICTURE_SCORE = 0.85;

/** Whether a track was watched for long enough to show that it is a photograph. */
export function isWatched({
	sightings,
	firstAt,
	lastAt,
}: Pick<TrackEvidence, 'sightings' | 'firstAt' | 'lastAt'>): boolean {
	return sightings >= WATCHED.sightings && lastAt - firstAt >= WATCHED.ms;
}
