import { thresholdFor } from './impostors';

/** What a school decides about its camera, and what was measured on its own references. */
export interface RecognitionPolicy {
	/** At most one wrong name in so many strangers' tracks (1 / FPIR, ISO/IEC 19795-1). */
	strangersPerWrongName: number;
	/** Added to every threshold: 0, or what `npm run calibrate` found. */
	scoreShift: number;
	/** Whether the teacher is asked about what looks like a photograph. */
	asksAboutPhotographs: boolean;
}

/** What a track's vector is searched in, and how much went into it. */
export interface Search {
	/** Students with references. */
	members: number;
	/** References that they have together. */
	references: number;
	/** Sightings that were fused. */
	frames: number;
}

/** The scores that a policy comes to in one search. Likenesses, -1..1. */
export interface Thresholds {
	/** From here on a track is named. */
	accept: number;
	/** From here on the teacher is asked. */
	ask: number;
	/** From here on a track is named as somebody who was recognised elsewhere. */
	acceptElsewhere: number;
}

/** A school before anybody chose: one wrong name in a thousand strangers. */
export const DEFAULT_POLICY: RecognitionPolicy = Object.freeze({
	strangersPerWrongName: 1000,
	scoreShift: 0,
	asksAboutPhotographs: false,
});

/**
 * Twenty times as many strangers may raise a question as a wrong name: with the default one
 * stranger in fifty, and strangers are few.
 */
const ASKED_PER_WRONG_NAME = 20;

/**
 * A second claim on a student is a priori far less likely than a first one: their own track is
 * known. It is held to a tenth of the rate.
 */
const STRICTER_ELSEWHERE = 10;

/**
 * A smaller gallery is searched as if it had so many. Its rate would allow a lower score, but that
 * rate is one of strangers drawn from everywhere; the few who stand before a small class's camera
 * are often of one family, age and place, and the score of a class of 30 costs its members nothing
 * (`npm run evaluate -- rollcall --class-size 5`).
 */
const LEAST_MEMBERS = 30;

/** The thresholds that keep the policy's rate in a search; see {@link thresholdFor}. */
export function thresholdsOf(policy: RecognitionPolicy, search: Search): Thresholds {
	const fpir = 1 / policy.strangersPerWrongName;
	const at = (rate: number) =>
		thresholdFor({
			members: Math.max(LEAST_MEMBERS, search.members),
			referencesPerMember: Math.max(1, search.references / Math.max(1, search.members)),
			frames: search.frames,
			fpir: rate,
			shift: policy.scoreShift,
		});
	return {
		accept: at(fpir),
		ask: at(fpir * ASKED_PER_WRONG_NAME),
		acceptElsewhere: at(fpir / STRICTER_ELSEWHERE),
	};
}

/** {@link thresholdsOf} in one gallery, worked out once for each number of frames. */
export function thresholdsByFrames(
	policy: RecognitionPolicy,
	gallery: Omit<Search, 'frames'>,
): (frames: number) => Thresholds {
	const known: Thresholds[] = [];
	return (frames) => (known[frames] ??= thresholdsOf(policy, { ...gallery, frames }));
}
