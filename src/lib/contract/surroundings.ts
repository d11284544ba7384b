import * as v from 'valibot';

/**
 * Parts of the picture about a face, as the camera sees them: beside the head left and right, further
 * out left and right (beyond hair, hats and scarves), above it left, in the middle and right.
 */
export const SECTORS = 7;
export const FURTHER_OUT: readonly number[] = [2, 3];

/** The logarithm of two mean squares of bytes stays below it, whatever is seen. */
const MOST = 9;
const FollowingSchema = v.pipe(v.number(), v.minValue(-MOST), v.maxValue(MOST));

/**
 * How what is about a face has moved over its newest sightings, as numbers: what is printed beside a
 * printed face moves with it, a room stays where it is.
 */
export const SurroundingsSchema = v.strictObject({
	/** How far the face has moved: mean over its surroundings, in distances of its eyes. */
	moved: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
	/**
	 * For each sector the natural logarithm of how much better it fits to have moved with the face
	 * than to have stayed: above 0 it went along, below 0 it stayed, about 0 it does not say.
	 */
	follows: v.pipe(
		v.array(FollowingSchema),
		v.length(SECTORS, `there are ${SECTORS} sectors about a face`),
	),
});
export type Surroundings = v.InferOutput<typeof SurroundingsSchema>;
