import { sql } from 'kysely';
import type { Db } from './executor';
import type { EngineId } from './references.repository';

/**
 * Notes that the server runs an engine from now on. One that came back after another one ran counts
 * as new: what that one made is kept for a while again.
 */
export async function recordEngine(db: Db, engine: EngineId): Promise<void> {
	await db
		.insertInto('engines')
		.values({ model_id: engine.modelId, pipeline_version: engine.pipelineVersion })
		.onConflict((conflict) =>
			conflict
				.columns(['model_id', 'pipeline_version'])
				.doUpdateSet({ first_used_at: sql<Date>`now()` })
				.where(
					'engines.first_used_at',
					'<',
					sql<Date>`(select max(newest.first_used_at) from engines as newest)`,
				),
		)
		.execute();
}

/**
 * Deletes references that the running engine cannot match: of students who have references of it,
 * and all others once it has run for some days. Nothing is deleted by a server whose engine is not
 * the newest: while nodes are updated one after another, the old ones must not undo the new ones' work.
 *
 * @returns how many were deleted
 */
export async function deleteOutdatedReferences(
	db: Db,
	engine: EngineId,
	keptDays: number,
): Promise<number> {
	const { modelId, pipelineVersion } = engine;
	const result = await sql`
		with running as (
			select first_used_at from engines
			where model_id = ${modelId} and pipeline_version = ${pipelineVersion}
				and first_used_at = (select max(first_used_at) from engines)
		)
		delete from face_references as outdated using running
		where (model_id, pipeline_version) <> (${modelId}, ${pipelineVersion})
			and (
				running.first_used_at < now() - make_interval(days => ${keptDays}::integer)
				or exists (
					select from face_references as current
					where current.student_id = outdated.student_id
						and current.model_id = ${modelId}
						and current.pipeline_version = ${pipelineVersion}
				)
			)
	`.execute(db);
	return Number(result.numAffectedRows ?? 0n);
}

/** Any number: nodes that keep house at the same time would do the same work twice. */
const HOUSEKEEPING_LOCK = 7_160_402;

/** Takes the housekeeper's lock until the transaction ends. @returns false when another node has it */
export async function tryHousekeepingLock(db: Db): Promise<boolean> {
	const { rows } = await sql<{
		taken: boolean;
	}>`select pg_try_advisory_xact_lock(${HOUSEKEEPING_LOCK}) as taken`.execute(db);
	return rows[0]?.taken === true;
}
