import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';

/** How long a school takes what waited on a device without a network. */
export const LateRecordSettingsSchema = v.object({
	lateRecordsHours: v.pipe(
		v.number(validation.lateRecordsHours),
		v.integer(validation.lateRecordsHours),
		v.minValue(1, validation.lateRecordsHours),
		v.maxValue(168, validation.lateRecordsHours),
	),
});
export type LateRecordSettings = v.InferOutput<typeof LateRecordSettingsSchema>;
