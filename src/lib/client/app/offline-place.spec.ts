/** Protects the words of the page for being offline: they fit the page that was wanted. */
import { expect, it } from 'vitest';
import { offlinePlace } from './offline-place';

it.each([
	['/roll-calls/8f1c8a70-9b3f-4a37-a8e5-0b5f4b1b7c11', 'rollCall'],
	['/check-in', 'checkIn'],
	['/today', 'anywhere'],
	['/roll-calls', 'anywhere'],
	['/offline', 'anywhere'],
] as const)('%s is %s', (pathname, place) => expect(offlinePlace(pathname)).toBe(place));
