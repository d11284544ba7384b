// Protects the greeting: everyone who comes in gets one, nobody gets it over and over, and it never
// contradicts a teacher's mark.
import { expect, it } from 'vitest';
import type { MarkStatus } from '$lib/contract/terms';
import { Greeter } from './greeter';

const student = (studentId: string, status: MarkStatus | null) => ({
	studentId,
	name: 'Amina Eze',
	status,
});
const amina = student('a', 'present');

it('greets once, and again after a while out of the picture', () => {
	const greeter = new Greeter();
	expect(greeter.greet([amina], 0)).toEqual([amina]);
	expect(greeter.greet([amina], 50_000)).toEqual([]);
	expect(greeter.greet([amina], 100_000)).toEqual([]);
	expect(greeter.greet([amina], 200_000)).toEqual([amina]);
});

it('greets the late like the others, and nobody whom the teacher marked otherwise', () => {
	const greeter = new Greeter();
	const seen = [
		student('b', 'late'),
		student('c', 'absent'),
		student('d', 'excused'),
		student('e', null),
	];
	const greeted = greeter.greet(seen, 0);
	expect(greeted.map(({ studentId }) => studentId)).toEqual(['b']);
});
