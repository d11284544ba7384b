// Protects what a teacher sees of their own marks before the server shows them, offline for an hour
// too: in the order in which they were made, with their details, and nobody touched who was not meant.
import { describe, expect, it } from 'vitest';
import type { MarkRequest, MarkRest } from '$lib/contract/marks';
import type { RosterEntry } from '$lib/contract/roster';
import type { MarkItem } from './outbox';
import { overlayMarks } from './own-marks';

const MINUTE = 60_000;

const entry = (studentId: string, parts: Partial<RosterEntry> = {}): RosterEntry => ({
	studentId,
	name: studentId,
	status: null,
	markedAt: null,
	minutesLate: null,
	method: null,
	leftAt: null,
	remark: null,
	enrolled: true,
	...parts,
});
const present = { status: 'present', markedAt: MINUTE, method: 'teacher' } as const;

const mark = (studentId: string, parts: Partial<MarkRequest>): MarkItem => ({
	kind: 'mark',
	request: {
		id: `mark ${studentId}`,
		rollCallId: 'r',
		studentId,
		status: 'present',
		markedAt: 8 * MINUTE,
		...parts,
	},
});
const restOf = (...studentIds: string[]): MarkRest => ({
	id: 'rest',
	rollCallId: 'r',
	studentIds,
	status: 'present',
	markedAt: 9 * MINUTE,
});
const rest = (of: MarkRest): MarkItem => ({ kind: 'rest', request: of });
const undoRest = (of: MarkRest): MarkItem => ({
	kind: 'undoRest',
	request: { id: 'undo', rollCallId: 'r', restId: of.id },
	rest: of,
});

const overlay = (entries: RosterEntry[], ...pending: MarkItem[]) =>
	overlayMarks({ entries, startsAt: 0 }, pending);
const statuses = (entries: RosterEntry[]) => entries.map(({ status }) => status);

describe('a mark by hand', () => {
	it('has its minutes, and leaves other lines as they are', () => {
		const entries = [entry('a'), entry('b')];
		const [first, second] = overlay(entries, mark('a', { status: 'late', markedAt: 8.5 * MINUTE }));
		expect(first).toMatchObject({ status: 'late', minutesLate: 8, method: 'teacher' });
		expect(second).toBe(entries[1]);
	});

	it('replaces the details that it has', () => {
		const details = { arrivedAt: 5 * MINUTE, leftAt: 50 * MINUTE, remark: 'dentist' };
		expect(overlay([entry('a')], mark('a', { status: 'late', details }))).toMatchObject([
			{ markedAt: 5 * MINUTE, minutesLate: 5, leftAt: 50 * MINUTE, remark: 'dentist' },
		]);
	});

	it('keeps the remark where it has none, and drops the rest with the old status', () => {
		const left = entry('a', { ...present, leftAt: 40 * MINUTE, remark: 'dentist' });
		expect(overlay([left], mark('a', { status: 'excused' }))).toMatchObject([
			{ status: 'excused', leftAt: null, remark: 'dentist' },
		]);
		expect(overlay([left], mark('a', {}))).toMatchObject([{ leftAt: 40 * MINUTE }]);
		const noRemark = { arrivedAt: null, leftAt: null, remark: '' };
		expect(overlay([left], mark('a', { details: noRemark }))).toMatchObject([{ remark: null }]);
	});

	it('that is taken back waits, without times', () => {
		expect(overlay([entry('a', present)], mark('a', { status: null }))).toEqual([entry('a')]);
	});

	it('counts last where it was made last', () => {
		const twice = [mark('a', { status: 'late' }), mark('a', { id: 'again', status: 'absent' })];
		expect(statuses(overlay([entry('a')], ...twice))).toEqual(['absent']);
	});
});

describe('the rest', () => {
	it('touches only those who wait', () => {
		const entries = [entry('a'), entry('b', { ...present, status: 'excused' }), entry('c')];
		const pending = [mark('c', { status: 'absent' }), rest(restOf('a', 'b', 'c'))];
		expect(statuses(overlay(entries, ...pending))).toEqual(['present', 'excused', 'absent']);
	});

	it('is taken back where nobody was marked anew', () => {
		const of = restOf('a', 'b');
		const pending = [rest(of), mark('b', {}), undoRest(of)];
		expect(statuses(overlay([entry('a'), entry('b')], ...pending))).toEqual([null, 'present']);
	});

	it('is taken back where the roster has it already', () => {
		const entries = [entry('a', present), entry('b', { ...present, method: 'camera' })];
		const taken = overlay(entries, undoRest(restOf('a', 'b')));
		expect(statuses(taken)).toEqual([null, 'present']);
	});
});
