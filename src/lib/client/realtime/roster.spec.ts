// Protects the roster on every device: changes apply once and in order, a hole in the versions is
// seen instead of hidden, and rows never jump under a finger.
import { describe, expect, it } from 'vitest';
import type { DoubtView, Roster, RosterChange, RosterEntry } from '$lib/contract/roster';
import { applyChange, changedMarks, countEntries, nextStatus } from './roster';

const entry = (studentId: string, name: string, status: RosterEntry['status'] = null) => ({
	studentId,
	name,
	status,
	markedAt: status === null ? null : 1000,
	minutesLate: null,
	method: null,
	leftAt: null,
	remark: null,
	enrolled: true,
});

const doubt = (id: string, seenAt: number, state: DoubtView['state'] = 'waiting'): DoubtView => ({
	id,
	reason: 'weak-match',
	state,
	seenAt,
	candidates: [{ studentId: 'a', name: 'Amina' }],
});

const roster: Roster = {
	rollCallId: 'r1',
	className: '9B',
	state: 'open',
	startsAt: 0,
	lateAfterMinutes: 10,
	closedAt: null,
	closesAt: 60,
	version: 4,
	entries: [entry('a', 'Amina Eze'), entry('c', 'José Núñez'), entry('d', 'Linh Dang', 'present')],
	doubts: [doubt('x', 5)],
};

const change = (parts: Partial<RosterChange>): RosterChange => ({
	rollCallId: 'r1',
	fromVersion: 4,
	version: 5,
	state: 'open',
	closedAt: null,
	closesAt: 60,
	entries: [],
	doubts: [],
	capturedAt: null,
	...parts,
});

const applied = (parts: Partial<RosterChange>): Roster => {
	const next = applyChange(roster, change(parts));
	if (next === 'gap') throw new Error('expected a roster');
	return next;
};

describe('applyChange', () => {
	it('replaces a line in its place and takes the version', () => {
		const next = applied({ entries: [entry('a', 'Amina Eze', 'late')] });
		expect(next.version).toBe(5);
		expect(next.entries.map((e) => [e.studentId, e.status])).toEqual([
			['a', 'late'],
			['c', null],
			['d', 'present'],
		]);
	});

	it('leaves a roster alone that is there already, so that a repeat is harmless', () => {
		const old = change({
			fromVersion: 2,
			version: 4,
			entries: [entry('a', 'Amina Eze', 'absent')],
		});
		expect(applyChange(roster, old)).toBe(roster);
	});

	it('applies a change that begins earlier, because its lines are whole', () => {
		const next = applied({ fromVersion: 1, version: 9, entries: [entry('c', 'José', 'present')] });
		expect(next.version).toBe(9);
		expect(next.entries[1]?.status).toBe('present');
	});

	it('sees a gap', () => {
		expect(applyChange(roster, change({ fromVersion: 5, version: 6 }))).toBe('gap');
	});

	it('does not mix up two roll calls', () => {
		expect(applyChange(roster, change({ rollCallId: 'r2', version: 8 }))).toBe(roster);
	});

	it('puts a new member where the name belongs', () => {
		const next = applied({ entries: [entry('b', 'Ben Okri')] });
		expect(next.entries.map((e) => e.studentId)).toEqual(['a', 'b', 'c', 'd']);
	});

	it('closes', () => {
		const next = applied({ state: 'closed', closedAt: 77, closesAt: null });
		expect([next.state, next.closedAt, next.closesAt]).toEqual(['closed', 77, null]);
	});

	it('drops a doubt that no longer waits and sorts new ones by time', () => {
		const next = applied({ doubts: [doubt('x', 5, 'settled'), doubt('z', 9), doubt('y', 7)] });
		expect(next.doubts.map((d) => d.id)).toEqual(['y', 'z']);
	});
});

it('counts by status, waiting included', () => {
	expect(countEntries(roster.entries)).toEqual({
		present: 1,
		late: 0,
		absent: 0,
		excused: 0,
		waiting: 2,
	});
});

it('names only the marks that differ', () => {
	const next = applied({ entries: [entry('a', 'Amina Eze', 'present'), entry('c', 'José Núñez')] });
	expect(changedMarks(roster, next).map((e) => e.studentId)).toEqual(['a']);
});

it('cycles through every status and back to waiting', () => {
	const seen = [];
	let status = nextStatus(null);
	for (let i = 0; i < 5; i++, status = nextStatus(status)) seen.push(status);
	expect(seen).toEqual(['present', 'late', 'absent', 'excused', null]);
});
