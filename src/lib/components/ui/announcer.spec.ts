/** Protects listeners from a flood: many marks at once are read as a few sentences and a number. */
import { expect, it } from 'vitest';
import { joinAnnouncements } from './announcer';

const more = (count: number) => `and ${count} more`;

it.each([
	[[], ''],
	[['Amina Eze present'], 'Amina Eze present'],
	[['A', 'A', 'B'], 'A. B'],
	[['A', 'B', 'C'], 'A. B. C'],
	[['A', 'B', 'C', 'D', 'E'], 'A. B. C. and 2 more'],
])('%j is read as "%s"', (waiting, expected) => {
	expect(joinAnnouncements(waiting, more)).toBe(expected);
});
