import type { RosterChange } from '$lib/contract/roster';
import type { MarkStatus } from '$lib/contract/terms';
import type { DoubtRow } from '../db/doubts.repository';
import type { RollCallRow } from '../db/roll-calls.repository';
import { mayTeach, type Actor } from '../domain/access';
import type { Galleries } from './gallery';
import { notFound, type RollCallStore } from './roll-call-change';
import type { RosterChanges } from './roster-changes';

/** After this long it is read again, while what is known is still good. */
const RENEW_MS = 6_000;
/**
 * Nothing that is known here is older, whatever gets lost. Marks, members and teachers are known as
 * soon as they change: on this node by the roster's change, on all by the class's notice.
 */
const KEEP_MS = 10_000;

/** How a student whom the camera named stands in the roll call. */
export interface NamedStudent {
	studentId: string;
	name: string;
	status: MarkStatus | null;
}

/** A student of the roster, as it is known. */
export interface KnownStudent extends NamedStudent {
	/** Whether there is a mark at all; one that was taken back is there without a status. */
	marked: boolean;
}

/** A roll call as this node knows it: as it was at `rollCall.version`. */
export interface OpenRollCall {
	readonly rollCall: Readonly<RollCallRow>;
	/** Everybody on the roster. */
	readonly students: ReadonlyMap<string, KnownStudent>;
	/** Whatever became of them. */
	readonly doubts: readonly DoubtRow[];
}

interface Kept {
	readAt: number;
	known: OpenRollCall | null;
	reading: Promise<OpenRollCall> | null;
}

export interface OpenRollCallsDeps extends RollCallStore {
	galleries: Pick<Galleries, 'onChanged'>;
	changes: RosterChanges;
	clock: () => Date;
}

export type OpenRollCalls = ReturnType<typeof createOpenRollCalls>;

/**
 * Roll calls that cameras look at, in memory: every batch of sightings asks who may send it and how
 * people are called, several times a second. PostgreSQL is the truth: whoever writes by what is
 * known here says at which version it was, and writes nothing when the roll call has moved on.
 */
export function createOpenRollCalls(deps: OpenRollCallsDeps) {
	const { changes, clock } = deps;
	const all = new Map<string, Kept>();

	function read(rollCallId: string, kept: Kept): Promise<OpenRollCall> {
		if (kept.reading !== null) return kept.reading;
		kept.reading = readRollCall(deps, rollCallId)
			.then((known) => {
				const isOlder = kept.known && kept.known.rollCall.version > known.rollCall.version;
				if (!isOlder) kept.known = known;
				kept.readAt = clock().getTime();
				return kept.known ?? known;
			})
			.catch((error: unknown) => {
				if (all.get(rollCallId) === kept) all.delete(rollCallId);
				throw error;
			})
			.finally(() => (kept.reading = null));
		return kept.reading;
	}

	async function of(rollCallId: string): Promise<OpenRollCall> {
		const kept = all.get(rollCallId) ?? { readAt: 0, known: null, reading: null };
		all.set(rollCallId, kept);
		const age = clock().getTime() - kept.readAt;
		if (kept.known === null || age > KEEP_MS) return read(rollCallId, kept);
		// A failure is told to whoever asks when it is too old.
		if (age > RENEW_MS) read(rollCallId, kept).catch(() => undefined);
		return kept.known;
	}

	const stops = [
		changes.subscribe((change) => {
			const kept = all.get(change.rollCallId);
			if (kept === undefined) return;
			const after = kept.known && applyChange(kept.known, change);
			if (after === null) all.delete(change.rollCallId);
			else kept.known = after;
		}),
		deps.galleries.onChanged((changed) => {
			// What changes of one student alone (consent, references) is not kept here.
			if (changed !== null && 'studentId' in changed) return;
			for (const [rollCallId, { known }] of all) {
				const concerns = changed === null || known?.rollCall.classId === changed.classId;
				if (concerns || known === null) all.delete(rollCallId);
			}
		}),
	];

	return {
		of,

		/** The roll call, if its class is the actor's to see. @throws AppError 'not-found' */
		async require(actor: Actor, rollCallId: string): Promise<Readonly<RollCallRow>> {
			const { rollCall } = await of(rollCallId);
			if (!mayTeach(actor, rollCall.teacherIds)) throw notFound();
			return rollCall;
		},

		/** Names and marks of those of the students who are on the roster, by id. */
		async named(
			rollCallId: string,
			studentIds: readonly string[],
		): Promise<ReadonlyMap<string, NamedStudent>> {
			const { students } = await of(rollCallId);
			return new Map(
				studentIds.flatMap((id) => {
					const student = students.get(id);
					return student
						? [[id, { studentId: id, name: student.name, status: student.status }]]
						: [];
				}),
			);
		},

		/** To be called when it turned out to be out of date. */
		forget(rollCallId: string): void {
			all.delete(rollCallId);
		},

		/** Forgets what nobody has asked for lately. @param now server time, ms */
		sweep(now: number): void {
			for (const [rollCallId, { readAt }] of all) {
				if (now - readAt > KEEP_MS) all.delete(rollCallId);
			}
		},

		dispose(): void {
			stops.forEach((stop) => stop());
			all.clear();
		},
	};
}

/** The version is read first: what changed meanwhile makes a write at that version fail, no more. */
async function readRollCall(
	{ db, rollCalls, marks, doubts }: RollCallStore,
	rollCallId: string,
): Promise<OpenRollCall> {
	const rollCall = await rollCalls.findRollCall(db, rollCallId);
	if (rollCall === undefined) throw notFound();
	const [students, asked] = await Promise.all([
		marks.listStudentsOnRoster(db, rollCallId),
		doubts.listDoubts(db, rollCallId),
	]);
	return {
		rollCall,
		students: new Map(students.map((student) => [student.studentId, student])),
		doubts: asked,
	};
}

/** What is known after a change; null where that has to be read: after a gap, a doubt, the end. */
function applyChange(known: OpenRollCall, change: RosterChange): OpenRollCall | null {
	const { rollCall } = known;
	if (change.state !== 'open' || change.doubts.length > 0) return null;
	if (change.fromVersion > rollCall.version) return null;
	if (change.version <= rollCall.version) return known;
	const students = new Map(known.students);
	for (const { studentId, name, status } of change.entries) {
		students.set(studentId, { studentId, name, marked: true, status });
	}
	return { ...known, rollCall: { ...rollCall, version: change.version }, students };
}
