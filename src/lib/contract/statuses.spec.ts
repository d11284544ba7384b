// Protects: a school can rename its statuses, and can never make two of them look or sound the same.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { StatusNamesSchema } from './statuses';

const typed = {
	presentWord: ' here ',
	presentLetter: 'h',
	presentColour: 'teal',
	lateWord: 'tardy',
	lateLetter: 'T',
	lateColour: 'amber',
	absentWord: 'away',
	absentLetter: 'Ä',
	absentColour: 'pink',
	excusedWord: 'excused',
	excusedLetter: '5',
	excusedColour: 'violet',
};

function problemsOf(changes: Partial<Record<keyof typeof typed, string>>): string[] {
	const parsed = v.safeParse(StatusNamesSchema, { ...typed, ...changes });
	return parsed.issues?.map((issue) => v.getDotPath(issue) ?? '') ?? [];
}

describe('names of statuses', () => {
	it('are trimmed, letters are capital', () => {
		expect(v.parse(StatusNamesSchema, typed)).toEqual({
			present: { word: 'here', letter: 'H', colour: 'teal' },
			late: { word: 'tardy', letter: 'T', colour: 'amber' },
			absent: { word: 'away', letter: 'Ä', colour: 'pink' },
			excused: { word: 'excused', letter: '5', colour: 'violet' },
		});
	});

	it.each([
		[{ lateLetter: 'h' }, ['lateLetter']],
		[{ absentWord: 'TARDY' }, ['absentWord']],
		[{ excusedColour: 'teal' }, ['excusedColour']],
		[{ lateLetter: 'h', lateWord: 'Here' }, ['lateWord', 'lateLetter']],
		[{ presentLetter: 'PR' }, ['presentLetter']],
		[{ presentLetter: '-' }, ['presentLetter']],
		[{ presentWord: '  ' }, ['presentWord']],
		[{ presentColour: 'slate' }, ['presentColour']],
	])('%j has a problem at %j', (changes, fields) => {
		expect(problemsOf(changes)).toEqual(fields);
	});
});
