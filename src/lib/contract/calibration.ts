import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';

/** What the office may ask for: compare the school's own references, or go by the default again. */
export const CalibrationRequestSchema = v.object({
	step: v.picklist(['compare', 'reset'], validation.calibrationStep),
});

/** A school's own measure of how alike its people are; it holds until the next one. */
export interface Calibration {
	/** Added to every threshold of the default table; 0 where that holds. */
	scoreShift: number;
	people: number;
	/** Pairs of people, each compared once. */
	comparisons: number;
	/** ms since 1970. */
	madeAt: number;
}

/** What all pairs of a school's people say of the default table. */
export interface CalibrationFigures {
	people: number;
	pairs: number;
	/**
	 * How many pairs are as alike as the table says of the share that is looked at: by the table, in
	 * the school, and still by chance. Without {@link lookLikeOnePerson}.
	 */
	expected: number;
	found: number;
	byChance: number;
	/** The same at the score from which on the school's cameras name somebody in a class of thirty. */
	named: { expected: number; found: number };
	/** Pairs that stand apart from all others: twins, or one person under two accounts. */
	lookLikeOnePerson: number;
	/** How much thresholds must rise; 0 where the default holds. */
	scoreShift: number;
}

/** What came of comparing a school's references. */
export type CalibrationOutcome =
	| { kind: 'no-models' }
	| { kind: 'too-few'; people: number; needed: number }
	| ({ kind: 'measured'; isKept: boolean } & CalibrationFigures);
