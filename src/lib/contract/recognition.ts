import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';

/**
 * What a school may choose: at most one wrong name in so many strangers who walk past a camera
 * (the inverse of the FPIR of ISO/IEC 19795-1, a track).
 */
export const WRONG_NAME_CHOICES = [100, 300, 1000, 3000, 10_000] as const;

export const StrangersPerWrongNameSchema = v.picklist(WRONG_NAME_CHOICES, validation.wrongNameRate);

export const RecognitionSettingsSchema = v.object({
	strangersPerWrongName: StrangersPerWrongNameSchema,
	/** Whether somebody unknown to the class is looked for in the whole school. */
	recognisesVisitors: v.boolean(),
	/** Whether the teacher is asked about a face that looks like a photograph. */
	asksAboutPhotographs: v.boolean(),
	/** How long the numbers behind decisions are kept. */
	decisionRetentionDays: v.pipe(
		v.number(validation.retentionDays),
		v.integer(validation.retentionDays),
		v.minValue(1, validation.retentionDays),
		v.maxValue(3650, validation.retentionDays),
	),
});
export type RecognitionSettings = v.InferOutput<typeof RecognitionSettingsSchema>;
