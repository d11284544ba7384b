import { sql } from 'kysely';
import type { DoubtReason, Lane } from '$lib/contract/terms';
import type { DecisionEvidence } from '../domain/explanation';
import { listConsented } from './consents.repository';
import type { Db } from './executor';

/** One decision of a camera about a track, with the numbers that explain it. */
export interface DecisionRow {
	/** Capture time of the deciding sighting. */
	decidedAt: Date;
	lane: Exclude<Lane, 'pending'>;
	reason: DoubtReason | null;
	evidence: DecisionEvidence;
	/** Likeliest first. */
	candidates: { studentId: string; name: string }[];
}

export interface NewDecision extends Omit<DecisionRow, 'candidates'> {
	trackId: number;
	candidateIds: readonly string[];
}

/** Keeps decisions, but those that name somebody whose consent is not granted any more. */
export async function insertDecisions(
	db: Db,
	{ rollCallId, cameraId }: { rollCallId: string; cameraId: string },
	decisions: readonly NewDecision[],
): Promise<void> {
	if (decisions.length === 0) return;
	const ids = [...new Set(decisions.flatMap(({ candidateIds }) => candidateIds))];
	const granted = await listConsented(db, ids);
	const kept = decisions.filter(({ candidateIds }) =>
		candidateIds.every((id) => granted.includes(id)),
	);
	if (kept.length === 0) return;
	await db
		.insertInto('decisions')
		.values(
			kept.map((decision) => ({
				roll_call_id: rollCallId,
				camera_id: cameraId,
				track_id: decision.trackId,
				decided_at: decision.decidedAt,
				lane: decision.lane,
				reason: decision.reason,
				candidate_ids: [...decision.candidateIds],
				evidence: sql<string>`${decision.evidence}::jsonb`,
			})),
		)
		.execute();
}

/** What was decided about a student in a roll call, newest first, with the candidates' names. */
export function listDecisionsAbout(
	db: Db,
	rollCallId: string,
	studentId: string,
	limit: number,
): Promise<DecisionRow[]> {
	return db
		.selectFrom('decisions')
		.select([
			'decided_at as decidedAt',
			'lane',
			'reason',
			'evidence',
			sql<{ studentId: string; name: string }[]>`coalesce((
				select json_agg(json_build_object('studentId', users.id, 'name', users.name) order by place)
				from unnest(decisions.candidate_ids) with ordinality as candidate (student_id, place)
				join users on users.id = candidate.student_id
			), '[]')`.as('candidates'),
		])
		.where('roll_call_id', '=', rollCallId)
		.where(sql<boolean>`candidate_ids @> array[${studentId}]::uuid[]`)
		.orderBy('decided_at', 'desc')
		.orderBy('id')
		.limit(limit)
		.execute();
}

/** Deletes every decision that names a student. */
export async function deleteDecisionsAbout(db: Db, studentId: string): Promise<void> {
	await db
		.deleteFrom('decisions')
		.where(sql<boolean>`candidate_ids @> array[${studentId}]::uuid[]`)
		.execute();
}

/**
 * Deletes decisions that name somebody without consent: one that was just being written while the
 * consent was withdrawn. @returns how many there were
 */
export async function deleteDecisionsWithoutConsent(db: Db): Promise<number> {
	const result = await db
		.deleteFrom('decisions')
		.where(
			sql<boolean>`exists (
				select from unnest(candidate_ids) as candidate (student_id)
				where (
					select decision from consents where consents.student_id = candidate.student_id
					order by sequence desc limit 1
				) is distinct from 'granted'
			)`,
		)
		.executeTakeFirst();
	return Number(result.numDeletedRows);
}

/** Deletes what is older than the school keeps it. @returns how many there were */
export async function deleteExpiredDecisions(db: Db): Promise<number> {
	const result = await db
		.deleteFrom('decisions')
		.where(
			'decided_at',
			'<',
			sql<Date>`now() - make_interval(days => (select decision_retention_days from school))`,
		)
		.executeTakeFirst();
	return Number(result.numDeletedRows);
}
