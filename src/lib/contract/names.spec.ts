// Protects what people are called on the screen, in the two ways in which schools write names.
import { expect, it } from 'vitest';
import { givenName, shortName } from './names';

it.each([
	['Amina Eze', 'Amina', 'Amina E.'],
	['Eze, Amina', 'Amina', 'Amina E.'],
	['Núñez Pérez, María José', 'María', 'María N.'],
	['Jan van der Berg', 'Jan', 'Jan B.'],
	['Tolu', 'Tolu', 'Tolu'],
	['Tolu,', 'Tolu', 'Tolu'],
	['李, 小龙', '小龙', '小龙 李.'],
	['Aya 𠮷田', 'Aya', 'Aya 𠮷.'],
])('%s', (name, given, short) => {
	expect(givenName(name)).toBe(given);
	expect(shortName(name)).toBe(short);
});
