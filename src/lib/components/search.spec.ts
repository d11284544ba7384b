/** Protects finding people: as a hurried teacher types, without accents and in any order. */
import { expect, it } from 'vitest';
import { search } from './search';

const people = [
	{ name: 'Jo Baker', number: '20417' },
	{ name: 'Élodie Roy', number: null },
	{ name: 'Linh Đặng', number: '20418' },
];
const found = (query: string) =>
	search(people, query, ({ name, number }) => [name, number]).map(({ name }) => name);

it.each([
	['', ['Jo Baker', 'Élodie Roy', 'Linh Đặng']],
	['  ', ['Jo Baker', 'Élodie Roy', 'Linh Đặng']],
	['elodie', ['Élodie Roy']],
	['ba jo', ['Jo Baker']],
	['2041', ['Jo Baker', 'Linh Đặng']],
	['linh 20418', ['Linh Đặng']],
	['nobody', []],
])('"%s" finds %j', (query, names) => {
	expect(found(query)).toEqual(names);
});
