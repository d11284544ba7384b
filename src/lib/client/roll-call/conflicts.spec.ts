// Protects what a teacher asked for while somebody else said otherwise: it is neither lost nor asked
// about for ever, and the sentence never names a teacher who did not say what stands.
import { expect, it } from 'vitest';
import type { MarkRequest } from '$lib/contract/marks';
import type { MarkStatus } from '$lib/contract/terms';
import { twoAnswers, withLost, withoutLost } from './conflicts';

const request = (id: string, studentId: string, status: MarkStatus | null): MarkRequest => ({
	id,
	rollCallId: 'r',
	studentId,
	status,
	markedAt: 1,
});
const late = { status: 'late', by: 'Ms Okafor' } as const;
const line = (status: MarkStatus | null) => [{ studentId: 'jo', name: 'Jo Baker', status }];

const lost = withLost([], request('m', 'jo', 'absent'), late);

it('tells who says what stands, and what was asked for', () => {
	expect(twoAnswers(lost, line('late'))).toMatchObject([
		{ name: 'Jo Baker', stands: 'late', by: 'Ms Okafor', wanted: 'absent' },
	]);
});

it('names nobody for a mark that changed since', () => {
	expect(twoAnswers(lost, line('excused'))).toMatchObject([{ stands: 'excused', by: null }]);
	expect(twoAnswers(lost, line(null))).toMatchObject([{ stands: null, by: null }]);
});

it('asks nothing where the roster says what was wanted, or the student left the class', () => {
	expect(twoAnswers(lost, line('absent'))).toEqual([]);
	expect(twoAnswers(lost, [])).toEqual([]);
});

it('keeps the newest wish of a student, and those of others', () => {
	const two = withLost(lost, request('n', 'rui', 'absent'), late);
	const newer = withLost(two, request('o', 'jo', 'excused'), late);
	expect(newer.map(({ request: { id } }) => id)).toEqual(['n', 'o']);
	expect(withoutLost(newer, 'rui').map(({ request: { id } }) => id)).toEqual(['o']);
});
