/** Protects the way: the place where one is is marked, on its sub-pages too, and no other is. */
import { expect, it } from 'vitest';
import { isAt, PLACES } from './navigation';

const marked = (routeId: string | null) =>
	PLACES.admin.filter((place) => isAt(place, routeId)).map(({ route }) => route);

it.each([
	['/classes', ['/classes']],
	['/classes/[classId]/enrol/[studentId]', ['/classes']],
	['/today', ['/today']],
	['/classesque', []],
	['/roll-calls/[id]', []],
	[null, []],
])('at %s marks %j', (routeId, places) => {
	expect(marked(routeId)).toEqual(places);
});
