import type { EngineMode } from './protocol';
import type { Box } from './geometry';

/** Tiles a side. */
const TILES = 3;
/** Regions that one frame is searched in, where there is more than one to search. */
const REGIONS_PER_FRAME = 2;

/** @returns the whole frame. */
function whole(width: number, height: number): Box {
	return { x: 0, y: 0, width, height };
}

/**
 * Nine tiles of half the frame's sides that overlap by half: a face of up to a quarter of a side is
 * whole in one of them at least.
 */
function tilesOf(width: number, height: number): Box[] {
	const step = 1 / (TILES + 1);
	return Array.from({ length: TILES * TILES }, (_, i) => ({
		x: (i % TILES) * step * width,
		y: Math.floor(i / TILES) * step * height,
		width: 2 * step * width,
		height: 2 * step * height,
	}));
}

/**
 * Where each frame is searched for faces. At a door the whole frame; in a classroom, where faces are
 * small, also its tiles, two regions a frame, so that no frame costs more than two detections.
 */
export class SearchPlan {
	#next = 0;

	/**
	 * @param width of the frame, px
	 * @returns the regions to search now, px of the frame
	 */
	regions(mode: EngineMode, width: number, height: number): Box[] {
		if (mode !== 'classroom') return [whole(width, height)];
		const all = [whole(width, height), ...tilesOf(width, height)];
		const chosen = Array.from(
			{ length: REGIONS_PER_FRAME },
			(_, i) => all[(this.#next + i) % all.length]!,
		);
		this.#next = (this.#next + REGIONS_PER_FRAME) % all.length;
		return chosen;
	}

	/** Frames until every part of the picture has been searched. */
	static cycle(mode: EngineMode): number {
		return mode === 'classroom' ? Math.ceil((1 + TILES * TILES) / REGIONS_PER_FRAME) : 1;
	}
}

/** How near to a tile's edge a face may be cut off, in widths of the face. */
const EDGE = 0.1;
/**
 * In a classroom the whole frame answers for faces from this share of its shorter side on: smaller
 * ones it confuses with their neighbours, and tiles show them whole at twice the size.
 */
const NEAR_FACE = 1 / 5;

/**
 * @param box a face found in a region
 * @returns whether the region answers for it: it is no smaller than what the region shows well, and
 *   not cut off by an edge that is not the picture's own
 */
export function answersFor(
	region: Box,
	{ x, y, width, height }: Box,
	mode: EngineMode,
	frame: { width: number; height: number },
): boolean {
	const right = region.x + region.width;
	const bottom = region.y + region.height;
	const isWhole = region.width === frame.width && region.height === frame.height;
	if (isWhole) {
		return mode !== 'classroom' || width >= NEAR_FACE * Math.min(frame.width, frame.height);
	}
	const edge = EDGE * width;
	return !(
		(region.x > 0 && x < region.x + edge) ||
		(region.y > 0 && y < region.y + edge) ||
		(right < frame.width && x + width > right - edge) ||
		(bottom < frame.height && y + height > bottom - edge)
	);
}
