import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import type { MarkStatus } from './terms';

/** Colours that a status may have; each is legible on light and dark (ui/tokens.spec.ts). */
export const STATUS_COLOURS = ['green', 'amber', 'red', 'blue', 'violet', 'teal', 'pink'] as const;
export type StatusColour = (typeof STATUS_COLOURS)[number];

const WordSchema = v.pipe(
	v.string(),
	v.normalize('NFKC'),
	v.trim(),
	v.nonEmpty(validation.statusWordMissing),
	v.maxLength(20, validation.statusWordLong),
);
/** One letter of any alphabet, or a digit: it is also the key that gives the status. */
const LetterSchema = v.pipe(
	v.string(),
	v.normalize('NFKC'),
	v.trim(),
	v.toUpperCase(),
	v.regex(/^[\p{L}\p{N}]$/u, validation.statusLetter),
);
const ColourSchema = v.picklist(STATUS_COLOURS);

/** What a school calls one of its statuses. */
export interface StatusName {
	word: string;
	letter: string;
	colour: StatusColour;
}
export type StatusNames = Record<MarkStatus, StatusName>;

const fields = {
	presentWord: WordSchema,
	presentLetter: LetterSchema,
	presentColour: ColourSchema,
	lateWord: WordSchema,
	lateLetter: LetterSchema,
	lateColour: ColourSchema,
	absentWord: WordSchema,
	absentLetter: LetterSchema,
	absentColour: ColourSchema,
	excusedWord: WordSchema,
	excusedLetter: LetterSchema,
	excusedColour: ColourSchema,
};
type Fields = v.InferOutput<v.ObjectSchema<typeof fields, undefined>>;

/** Words, letters and colours each tell the statuses apart, so none may come twice. */
const TOLD_APART: { of: (keyof Fields)[]; message: string }[] = [
	{
		of: ['presentWord', 'lateWord', 'absentWord', 'excusedWord'],
		message: validation.statusWordsSame,
	},
	{
		of: ['presentLetter', 'lateLetter', 'absentLetter', 'excusedLetter'],
		message: validation.statusLettersSame,
	},
	{
		of: ['presentColour', 'lateColour', 'absentColour', 'excusedColour'],
		message: validation.statusColoursSame,
	},
];

/** The form's flat fields; a problem stands beside the field that repeats an earlier one. */
export const StatusNamesSchema = v.pipe(
	v.object(fields),
	v.rawCheck(({ dataset, addIssue }) => {
		if (!dataset.typed) return;
		const input = dataset.value;
		for (const { of, message } of TOLD_APART) {
			const key = of.find((field, place) => repeatsEarlier(input, of.slice(0, place), field));
			if (key === undefined) continue;
			addIssue({
				message,
				path: [{ type: 'object', origin: 'value', input, key, value: input[key] }],
			});
		}
	}),
	v.transform((typed): StatusNames => ({
		present: { word: typed.presentWord, letter: typed.presentLetter, colour: typed.presentColour },
		late: { word: typed.lateWord, letter: typed.lateLetter, colour: typed.lateColour },
		absent: { word: typed.absentWord, letter: typed.absentLetter, colour: typed.absentColour },
		excused: { word: typed.excusedWord, letter: typed.excusedLetter, colour: typed.excusedColour },
	})),
);

function repeatsEarlier(input: Fields, earlier: (keyof Fields)[], field: keyof Fields): boolean {
	const value = input[field].toLocaleLowerCase();
	return earlier.some((other) => input[other].toLocaleLowerCase() === value);
}
