// Protects the roster of a page over time: a gap is fetched, an answer that was overtaken does not
// turn the roster back, and a mark by hand stays on the screen until the server's own line is there.
import { describe, expect, it } from 'vitest';
import type { JoinAnswer } from '$lib/contract/events';
import type { Roster, RosterChange, RosterEntry } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';
import { Listeners } from './listeners';
import type { MarkItem } from './outbox';
import { RequestError } from './request-error';
import { RosterStore } from './roster-store.svelte';

const entry = (studentId: string, status: MarkStatus | null = null): RosterEntry => ({
	studentId,
	name: `Student ${studentId}`,
	status,
	markedAt: status && 1000,
	minutesLate: null,
	method: status && 'camera',
	leftAt: null,
	remark: null,
	enrolled: true,
});

const roster = (version: number, ...entries: RosterEntry[]): Roster => ({
	rollCallId: 'r',
	className: '9B',
	state: 'open',
	startsAt: 0,
	lateAfterMinutes: 10,
	closedAt: null,
	closesAt: null,
	version,
	entries,
	doubts: [],
});

const change = (
	fromVersion: number,
	version: number,
	entries: RosterEntry[],
	capturedAt: number | null = null,
): RosterChange => ({
	rollCallId: 'r',
	fromVersion,
	version,
	state: 'open',
	closedAt: null,
	closesAt: null,
	entries,
	doubts: [],
	capturedAt,
});

const mark = (id: string, studentId: string, status: MarkStatus | null): MarkItem => ({
	kind: 'mark',
	request: { id, rollCallId: 'r', studentId, status, markedAt: 1000 },
});

const rest: MarkItem = {
	kind: 'rest',
	request: {
		id: 'all',
		rollCallId: 'r',
		studentIds: ['a', 'b'],
		status: 'present',
		markedAt: 1000,
	},
};

/** A store on a line that the test itself speaks over; the server's clock stands at 10,000. */
function onLine(answers: {
	join?: () => Promise<JoinAnswer>;
	catchUp?: (since: number) => Promise<RosterChange>;
}) {
	const online = new Listeners();
	const changes = new Listeners<RosterChange>();
	const away = () => Promise.reject(new RequestError('offline', ''));
	const store = new RosterStore(
		{
			onOnline: (listener) => online.add(listener),
			onRosterChange: (listener) => changes.add(listener),
			learnClock: () => undefined,
			now: () => 10_000,
		},
		{ join: answers.join ?? away, catchUp: answers.catchUp ?? away },
		roster(1, entry('a'), entry('b')),
	);
	store.follow();
	const statuses = () => store.entries.map(({ status }) => status);
	return { store, statuses, online, changes };
}

describe('what arrives', () => {
	it('is applied, glows, is told once, and gives the latency', () => {
		const { store, statuses, changes } = onLine({});
		const told: string[] = [];
		store.onMarks((entries) => told.push(...entries.map(({ studentId }) => studentId)));
		const seen = change(1, 2, [entry('a', 'present')], 9_800);
		changes.tell(seen);
		changes.tell(seen);
		expect(statuses()).toEqual(['present', null]);
		expect([told, store.changes.get('a'), store.medianLatency]).toEqual([['a'], 1, 200]);
	});

	it('fetches what a gap hides', async () => {
		const asked: number[] = [];
		const { statuses, changes } = onLine({
			catchUp: (since) => {
				asked.push(since);
				return Promise.resolve(change(1, 3, [entry('a', 'late'), entry('b', 'present')]));
			},
		});
		changes.tell(change(2, 3, [entry('b', 'present')]));
		await expect.poll(statuses).toEqual(['late', 'present']);
		expect(asked).toEqual([1]);
	});

	it('does not turn back when a change overtakes the answer to a join', async () => {
		let answer: (joined: JoinAnswer) => void = () => undefined;
		const joined = new Promise<JoinAnswer>((resolve) => (answer = resolve));
		const { store, statuses, online, changes } = onLine({ join: () => joined });
		online.tell();
		changes.tell(change(1, 2, [entry('a', 'present')]));
		answer({ roster: roster(1, entry('a'), entry('b')), serverTime: 0 });
		await joined;
		expect([store.roster.version, ...statuses()]).toEqual([2, 'present', null]);
	});

	it('says when the server refuses the roster', async () => {
		const { store, online } = onLine({
			join: () => Promise.reject(new RequestError('not-found', 'Not here.')),
		});
		online.tell();
		await expect.poll(() => store.refusal?.message).toBe('Not here.');
	});
});

describe('a mark by hand', () => {
	it('is shown at once and stays until its version arrives', () => {
		const { store, statuses, changes } = onLine({});
		store.show(mark('m', 'a', 'excused'));
		expect(statuses()).toEqual(['excused', null]);
		store.confirm('m', 3);
		changes.tell(change(1, 2, [entry('b', 'present')]));
		expect(statuses()).toEqual(['excused', 'present']);
		changes.tell(change(2, 3, [entry('a', 'excused')]));
		expect(store.entries[0]).toBe(store.roster.entries[0]);
	});

	it('is not announced as somebody else’s when it comes back', () => {
		const { store, changes } = onLine({});
		const told: string[] = [];
		store.onMarks((entries) => told.push(...entries.map(({ studentId }) => studentId)));
		store.show(mark('m', 'a', 'present'));
		changes.tell(change(1, 2, [entry('a', 'present'), entry('b', 'late')]));
		expect(told).toEqual(['b']);
	});

	it('vanishes when it is refused, but not a later one for the same student', () => {
		const { store, statuses } = onLine({});
		store.show(mark('m1', 'a', 'present'));
		store.show(mark('m2', 'a', 'late'));
		store.dropRefused(['m2']);
		expect(statuses()).toEqual(['late', null]);
		store.dropRefused([]);
		expect(statuses()).toEqual([null, null]);
	});

	it('that was not made gives way to the one that stands', () => {
		const { store, statuses, changes } = onLine({});
		store.show(mark('m', 'a', 'absent'));
		// The answer tells of the conflict at the version that has the other teacher's mark.
		store.confirm('m', 2);
		expect(statuses()).toEqual(['absent', null]);
		changes.tell(change(1, 2, [entry('a', 'late')]));
		expect(statuses()).toEqual(['late', null]);
	});
});

describe('the rest', () => {
	it('is shown, glows, and is not announced when it comes back', () => {
		const { store, statuses, changes } = onLine({});
		const told: string[] = [];
		store.onMarks((entries) => told.push(...entries.map(({ studentId }) => studentId)));
		store.show(rest);
		expect([statuses(), store.changes.get('b')]).toEqual([['present', 'present'], 1]);
		store.confirm('all', 2);
		changes.tell(change(1, 2, [entry('a', 'present'), entry('b', 'present')]));
		expect(told).toEqual([]);
		expect(store.entries).toBe(store.roster.entries);
	});

	it('touches nobody who was marked elsewhere meanwhile', () => {
		const { store, statuses, changes } = onLine({});
		store.show(rest);
		changes.tell(change(1, 2, [entry('b', 'excused')]));
		expect(statuses()).toEqual(['present', 'excused']);
	});
});
