import type { DoubtReason, Lane } from './terms';

/**
 * One of the camera's decisions about a student, as teachers read it: words for the numbers that the
 * server keeps. Scores themselves are shown to nobody.
 */
export interface Explanation {
	/** Capture time of the deciding sighting, ms since 1970. */
	decidedAt: number;
	lane: Exclude<Lane, 'pending'>;
	/** Of a doubt. */
	reason: DoubtReason | null;
	/** Frames that were fused. */
	frames: number;
	/** How far the score lies above what the school's rate of wrong names asks for. */
	match: 'clear' | 'sufficient' | 'weak';
	/** How far behind the next candidate is; `none` where the class has a single reference holder. */
	nextCandidate: 'far' | 'near' | 'none';
	/** How well the face was seen. */
	view: 'good' | 'poor';
	/** The candidates' names, likeliest first. */
	candidates: { studentId: string; name: string }[];
}
