import { sql } from 'kysely';
import type { DoubtView } from '$lib/contract/roster';
import type { DoubtReason, DoubtState } from '$lib/contract/terms';
import type { Db, Trx } from './executor';
import type { MarkBefore } from './schema';

/** The person whom a camera saw: one of those who were followed as a track, counted from 0. */
export interface VisitId {
	cameraId: string;
	trackId: number;
	visit: number;
}

export interface DoubtRow extends VisitId {
	id: string;
	candidateIds: string[];
	/** ms since 1970. */
	seenAt: number;
	/** When it was asked last, by the database's clock. */
	raisedAt: Date;
	reason: DoubtReason;
	state: DoubtState;
	/** Of the roll call, when it last changed. */
	version: number;
}

export interface NewDoubt extends VisitId {
	reason: DoubtReason;
	candidateIds: readonly string[];
	seenAt: Date;
}

/**
 * Doubts with their candidates' names, oldest first: those that wait, or all that changed after a
 * version.
 */
export async function listDoubtViews(
	db: Db,
	rollCallId: string,
	which: { waiting: true } | { sinceVersion: number },
): Promise<DoubtView[]> {
	const rows = await db
		.selectFrom('doubts')
		.select([
			'id',
			'reason',
			'state',
			'seen_at as seenAt',
			sql<{ studentId: string; name: string }[]>`(
				select json_agg(json_build_object('studentId', users.id, 'name', users.name) order by place)
				from unnest(doubts.candidate_ids) with ordinality as candidate (student_id, place)
				join users on users.id = candidate.student_id
			)`.as('candidates'),
		])
		.where('roll_call_id', '=', rollCallId)
		.$if('waiting' in which, (qb) => qb.where('state', '=', 'waiting'))
		.$if('sinceVersion' in which, (qb) =>
			qb.where('version', '>', 'sinceVersion' in which ? String(which.sinceVersion) : '0'),
		)
		.orderBy('seen_at')
		.orderBy('id')
		.execute();
	return rows.map((row) => ({ ...row, seenAt: row.seenAt.getTime() }));
}

export async function findDoubt(
	db: Db,
	rollCallId: string,
	doubtId: string,
): Promise<DoubtRow | undefined> {
	const row = await selectDoubts(db, rollCallId).where('id', '=', doubtId).executeTakeFirst();
	return row && toDoubt(row);
}

/** The doubts of a roll call, whatever became of them. */
export async function listDoubts(db: Db, rollCallId: string): Promise<DoubtRow[]> {
	const rows = await selectDoubts(db, rollCallId).execute();
	return rows.map(toDoubt);
}

/** The doubts of one camera, whatever became of them. */
export async function listDoubtsOfCamera(
	db: Db,
	rollCallId: string,
	cameraId: string,
): Promise<DoubtRow[]> {
	const rows = await selectDoubts(db, rollCallId).where('camera_id', '=', cameraId).execute();
	return rows.map(toDoubt);
}

/** Raises doubts, or asks anew about visits of which nothing was confirmed. */
export async function upsertDoubts(
	trx: Trx,
	rollCallId: string,
	version: number,
	doubts: readonly NewDoubt[],
): Promise<void> {
	await trx
		.insertInto('doubts')
		.values(
			doubts.map((doubt) => ({
				roll_call_id: rollCallId,
				camera_id: doubt.cameraId,
				track_id: doubt.trackId,
				visit: doubt.visit,
				reason: doubt.reason,
				candidate_ids: [...doubt.candidateIds],
				seen_at: doubt.seenAt,
				state: 'waiting' as const,
				version,
			})),
		)
		.onConflict((conflict) =>
			conflict
				.columns(['roll_call_id', 'camera_id', 'track_id', 'visit'])
				.doUpdateSet((eb) => ({
					reason: eb.ref('excluded.reason'),
					candidate_ids: eb.ref('excluded.candidate_ids'),
					raised_at: eb.ref('excluded.raised_at'),
					state: eb.ref('excluded.state'),
					version: eb.ref('excluded.version'),
				}))
				.where('doubts.state', '<>', 'confirmed'),
		)
		.execute();
}

export async function updateDoubtState(
	trx: Trx,
	doubtId: string,
	answer: { state: DoubtState; resolvedBy: string | null; version: number },
): Promise<void> {
	await trx
		.updateTable('doubts')
		.set({ state: answer.state, resolved_by: answer.resolvedBy, version: answer.version })
		.where('id', '=', doubtId)
		.execute();
}

/** What was answered to a doubt, or taken back: written once, never changed. */
export interface DoubtAnswerRow {
	/** Made by the device. */
	id: string;
	doubtId: string;
	answer: 'confirmed' | 'rejected' | 'reopened';
	/** Whom it confirmed. */
	studentId: string | null;
	/** The mark that it changed, as that was before. */
	markBefore: MarkBefore | null;
	answeredBy: string;
}

export async function insertDoubtAnswer(trx: Trx, answer: DoubtAnswerRow): Promise<void> {
	await trx
		.insertInto('doubt_answers')
		.values({
			id: answer.id,
			doubt_id: answer.doubtId,
			answer: answer.answer,
			student_id: answer.studentId,
			mark_before: answer.markBefore && sql<string>`${answer.markBefore}::jsonb`,
			answered_by: answer.answeredBy,
		})
		.execute();
}

/** The newest answer to a doubt; undefined before the first. */
export function findLatestAnswer(
	db: Db,
	doubtId: string,
): Promise<{ answer: DoubtAnswerRow['answer']; markBefore: MarkBefore | null } | undefined> {
	return db
		.selectFrom('doubt_answers')
		.select(['answer', 'mark_before as markBefore'])
		.where('doubt_id', '=', doubtId)
		.orderBy('answered_at', 'desc')
		.limit(1)
		.executeTakeFirst();
}

/** Which doubt a request answered, if it was taken already. */
export function findAnswerByRequest(
	db: Db,
	requestId: string,
): Promise<{ doubtId: string; studentId: string | null } | undefined> {
	return db
		.selectFrom('doubt_answers')
		.select(['doubt_id as doubtId', 'student_id as studentId'])
		.where('id', '=', requestId)
		.executeTakeFirst();
}

/** Settles doubts that wait. */
export async function settleDoubts(
	trx: Trx,
	doubtIds: readonly string[],
	version: number,
): Promise<void> {
	await trx
		.updateTable('doubts')
		.set({ state: 'settled', version })
		.where('id', '=', sql<string>`any(${doubtIds}::uuid[])`)
		.where('state', '=', 'waiting')
		.execute();
}

/**
 * Settles the waiting doubts whose every candidate has a mark by now, taken back or not. A mark that
 * the camera made does not answer whether the camera was right; and the row that an undone answer, a
 * reopening or an undone "mark the rest" leaves (the camera's or the rule's, without a status) is no
 * mark.
 */
export async function settleAnsweredDoubts(
	trx: Trx,
	rollCallId: string,
	version: number,
): Promise<void> {
	await sql`
		update doubts set state = 'settled', version = ${version}
		where roll_call_id = ${rollCallId} and state = 'waiting'
			and not exists (
				select from unnest(candidate_ids) as candidate (student_id)
				where not exists (
					select from marks
					where marks.roll_call_id = doubts.roll_call_id
						and marks.student_id = candidate.student_id
						and (marks.status is not null or marks.method not in ('camera', 'rule'))
						and (doubts.reason <> 'contradicted' or marks.method <> 'camera')
						-- What came in after the closing asks about whom the closing made absent.
						and not (
							marks.status = 'absent' and marks.method = 'rule' and doubts.raised_at > marks.marked_at
						)
				)
			)
	`.execute(trx);
}

function selectDoubts(db: Db, rollCallId: string) {
	return db
		.selectFrom('doubts')
		.select([
			'id',
			'camera_id as cameraId',
			'track_id as trackId',
			'visit',
			'candidate_ids as candidateIds',
			'seen_at as seenAt',
			'raised_at as raisedAt',
			'reason',
			'state',
			'version',
		])
		.where('roll_call_id', '=', rollCallId);
}

type SelectedDoubt = Awaited<
	ReturnType<ReturnType<typeof selectDoubts>['executeTakeFirstOrThrow']>
>;

const toDoubt = (row: SelectedDoubt): DoubtRow => ({
	...row,
	seenAt: row.seenAt.getTime(),
	version: Number(row.version),
});
