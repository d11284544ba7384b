/** A probe of a member, with what it was worth. */
export interface GradedProbe {
	/** -Infinity where another member was likelier. */
	score: number;
	/** 0..1. */
	quality: number;
}

/** What the threshold misses of the probes that remain. */
export interface DiscardPoint {
	/** Share of the probes, 0..1, that was discarded: those of the lowest quality. */
	discarded: number;
	/** Share of the others, 0..1, that is not named rightly. */
	fnir: number;
}

const DISCARDS = [0, 0.05, 0.1, 0.2, 0.3] as const;

/**
 * The error-versus-discard curve of ISO/IEC 29794-1: a quality that is worth its name lowers the
 * error when the captures that it calls worst are left out. The threshold stays where it was.
 *
 * @returns points from nothing discarded on; none without probes
 */
export function errorVersusDiscard(
	probes: readonly GradedProbe[],
	threshold: number,
): DiscardPoint[] {
	if (probes.length === 0) return [];
	const best = [...probes].sort((a, b) => b.quality - a.quality);
	return DISCARDS.map((discarded) => {
		const kept = best.slice(0, Math.ceil((1 - discarded) * best.length));
		const missed = kept.filter(({ score }) => score < threshold).length;
		return { discarded, fnir: missed / kept.length };
	});
}
