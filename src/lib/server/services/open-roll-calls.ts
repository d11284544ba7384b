import type { MarkStatus } from '$lib/contract/terms';
import type { RollCallRow } from '../db/roll-calls.repository';
import { mayTeach, type Actor } from '../domain/access';
import { notFound, requireRollCall, type RollCallStore } from './roll-call-change';
import type { RosterChanges } from './roster-changes';

/** A teacher who leaves a class, or a roll call that another node closes, is noticed after this. */
const ROW_LIFETIME_MS = 5_000;

/** How a student whom the camera named stands in the roll call. */
export interface NamedStudent {
	studentId: string;
	name: string;
	status: MarkStatus | null;
}

export interface OpenRollCallsDeps extends Pick<RollCallStore, 'db' | 'rollCalls' | 'marks'> {
	changes: Pick<RosterChanges, 'subscribe'>;
	clock: () => Date;
}

interface Entry {
	row: RollCallRow;
	readAt: number;
	/** By id; kept current by the roster's changes. */
	students: Map<string, NamedStudent>;
}

export type OpenRollCalls = ReturnType<typeof createOpenRollCalls>;

/**
 * What a camera's batches need to know of their roll calls, in memory: five batches a second ask
 * nothing of the database until there is something to write. What is written locks the roll call and
 * looks again.
 */
export function createOpenRollCalls(deps: OpenRollCallsDeps) {
	const { db, marks, clock } = deps;
	const known = new Map<string, Entry>();
	const stop = deps.changes.subscribe(({ rollCallId, state, entries }) => {
		const entry = known.get(rollCallId);
		if (entry === undefined) return;
		if (state !== 'open') known.delete(rollCallId);
		for (const { studentId, name, status } of entries) {
			entry.students.set(studentId, { studentId, name, status });
		}
	});

	return {
		/**
		 * The roll call, if its class is the actor's to see.
		 * @throws AppError 'not-found'
		 */
		async require(actor: Actor, rollCallId: string): Promise<RollCallRow> {
			const now = clock().getTime();
			const entry = known.get(rollCallId);
			if (entry !== undefined && now - entry.readAt <= ROW_LIFETIME_MS) {
				if (!mayTeach(actor, entry.row.teacherIds)) throw notFound();
				return entry.row;
			}
			const row = await requireRollCall(deps, actor, rollCallId);
			const students = entry?.students ?? new Map<string, NamedStudent>();
			if (row.state === 'open') known.set(rollCallId, { row, readAt: now, students });
			else known.delete(rollCallId);
			return row;
		},

		/** Names and marks of students, by id; those who are not known yet are asked for. */
		async named(
			rollCallId: string,
			studentIds: readonly string[],
		): Promise<ReadonlyMap<string, NamedStudent>> {
			const students = known.get(rollCallId)?.students ?? new Map<string, NamedStudent>();
			const missing = studentIds.filter((id) => !students.has(id));
			if (missing.length === 0) return students;
			const rows = await marks.listMarkedStudents(db, rollCallId, missing);
			for (const { studentId, name, mark } of rows) {
				// A change that was told meanwhile is newer.
				if (students.has(studentId)) continue;
				students.set(studentId, { studentId, name, status: mark?.status ?? null });
			}
			return students;
		},

		dispose: () => stop(),
	};
}
