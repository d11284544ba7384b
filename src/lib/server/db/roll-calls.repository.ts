import { sql } from 'kysely';
import type { DisplayNames, RollCallState } from '$lib/contract/terms';
import type { Db, Trx } from './executor';

/** A roll call with what its class says of it. Instants are ms since 1970. */
export interface RollCallRow {
	id: string;
	classId: string;
	className: string;
	displayNames: DisplayNames;
	/** Who may see and change it, besides admins. */
	teacherIds: string[];
	state: RollCallState;
	startsAt: number;
	lateAfterMinutes: number;
	openedAt: number | null;
	closedAt: number | null;
	displayToken: string;
	version: number;
	/** Of the lesson that it was planned for; null off the timetable. */
	endsAt: number | null;
	/** When it closes by itself; null while it is not open, or never. */
	closesAt: number | null;
	/** The class's rules. */
	openEarlyMinutes: number;
	closeAfterMinutes: number;
}

export async function findRollCall(db: Db, id: string): Promise<RollCallRow | undefined> {
	const row = await selectRollCalls(db).where('roll_calls.id', '=', id).executeTakeFirst();
	return row && toRollCall(row);
}

/** Locks the roll call until the transaction ends: its changes happen one after another. */
export async function lockRollCall(trx: Trx, id: string): Promise<RollCallRow | undefined> {
	const row = await selectRollCalls(trx)
		.where('roll_calls.id', '=', id)
		.forUpdate('roll_calls')
		.executeTakeFirst();
	return row && toRollCall(row);
}

export async function findRollCallByDisplayToken(
	db: Db,
	displayToken: string,
): Promise<RollCallRow | undefined> {
	const row = await selectRollCalls(db)
		.where('roll_calls.display_token', '=', displayToken)
		.executeTakeFirst();
	return row && toRollCall(row);
}

/** @returns undefined when the class has an open roll call already. */
export function insertOpenRollCall(
	db: Db,
	rollCall: {
		classId: string;
		lateAfterMinutes: number;
		openedAt: Date;
		openedBy: string;
		displayToken: string;
		/** When it closes by itself; without it, never. */
		closesAt?: Date;
	},
): Promise<{ id: string } | undefined> {
	return db
		.insertInto('roll_calls')
		.values({
			class_id: rollCall.classId,
			state: 'open',
			starts_at: rollCall.openedAt,
			late_after_minutes: rollCall.lateAfterMinutes,
			opened_at: rollCall.openedAt,
			opened_by: rollCall.openedBy,
			display_token: rollCall.displayToken,
			closes_at: rollCall.closesAt ?? null,
		})
		.onConflict((conflict) =>
			// In words, not as a parameter: PostgreSQL finds the partial index by them.
			conflict.column('class_id').where('state', '=', sql.lit('open')).doNothing(),
		)
		.returning('id')
		.executeTakeFirst();
}

export async function updateVersion(trx: Trx, id: string, version: number): Promise<void> {
	await trx.updateTable('roll_calls').set({ version }).where('id', '=', id).execute();
}

export async function updateToClosed(
	trx: Trx,
	id: string,
	closed: { closedAt: Date; closedBy: string | null },
): Promise<void> {
	await trx
		.updateTable('roll_calls')
		.set({
			state: 'closed',
			closed_at: closed.closedAt,
			closed_by: closed.closedBy,
			closes_at: null,
		})
		.where('id', '=', id)
		.execute();
}

/**
 * Opens a planned roll call.
 * @returns false when it is gone, or was opened meanwhile
 */
export async function updateToOpen(
	trx: Trx,
	id: string,
	opened: { openedAt: Date; openedBy: string; lateAfterMinutes: number; closesAt: Date },
): Promise<boolean> {
	const { numUpdatedRows } = await trx
		.updateTable('roll_calls')
		.set({
			state: 'open',
			opened_at: opened.openedAt,
			opened_by: opened.openedBy,
			late_after_minutes: opened.lateAfterMinutes,
			closes_at: opened.closesAt,
		})
		.where('id', '=', id)
		.where('state', '=', 'planned')
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

/** Opens a closed roll call again, and keeps why; the caller has locked it. */
export async function updateToReopened(
	trx: Trx,
	id: string,
	reopened: { at: Date; by: string; reason: string; closesAt: Date },
): Promise<void> {
	await sql`
		insert into roll_call_reopenings
			(roll_call_id, reopened_by, reopened_at, reason, closed_at, closed_by)
		select id, ${reopened.by}::uuid, ${reopened.at}::timestamptz, ${reopened.reason}, closed_at, closed_by
		from roll_calls where id = ${id}
	`.execute(trx);
	await trx
		.updateTable('roll_calls')
		.set({ state: 'open', closed_at: null, closed_by: null, closes_at: reopened.closesAt })
		.where('id', '=', id)
		.execute();
}

/** Open roll calls whose time is over, the earliest first. */
export async function listDueToClose(db: Db, now: Date, limit: number): Promise<string[]> {
	const rows = await db
		.selectFrom('roll_calls')
		.select('id')
		// In words, not as a parameter: PostgreSQL finds the partial index by them.
		.where('state', '=', sql.lit('open'))
		.where('closes_at', '<=', now)
		.orderBy('closes_at')
		.limit(limit)
		.execute();
	return rows.map(({ id }) => id);
}

/** An array, not a join: one row a roll call, which can be locked. */
const teacherIds = sql<
	string[]
>`array(select user_id from class_teachers where class_id = classes.id)`.as('teacherIds');

function selectRollCalls(db: Db) {
	return db
		.selectFrom('roll_calls')
		.innerJoin('classes', 'classes.id', 'roll_calls.class_id')
		.select([
			'roll_calls.id',
			'roll_calls.class_id as classId',
			'classes.name as className',
			'classes.display_names as displayNames',
			teacherIds,
			'roll_calls.state',
			'roll_calls.starts_at as startsAt',
			'roll_calls.late_after_minutes as lateAfterMinutes',
			'roll_calls.opened_at as openedAt',
			'roll_calls.closed_at as closedAt',
			'roll_calls.display_token as displayToken',
			'roll_calls.version',
			'roll_calls.ends_at as endsAt',
			'roll_calls.closes_at as closesAt',
			'classes.open_early_minutes as openEarlyMinutes',
			'classes.close_after_minutes as closeAfterMinutes',
		]);
}

type SelectedRollCall = Awaited<
	ReturnType<ReturnType<typeof selectRollCalls>['executeTakeFirstOrThrow']>
>;

function toRollCall(row: SelectedRollCall): RollCallRow {
	return {
		...row,
		startsAt: row.startsAt.getTime(),
		openedAt: row.openedAt?.getTime() ?? null,
		closedAt: row.closedAt?.getTime() ?? null,
		endsAt: row.endsAt?.getTime() ?? null,
		closesAt: row.closesAt?.getTime() ?? null,
		version: Number(row.version),
	};
}
