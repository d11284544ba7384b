import type { Db } from './executor';
import type { EngineId } from './references.repository';

/** A school's own impostor scores, as they were measured. */
export interface CalibrationRow {
	/** Added to every threshold, 0..1. */
	scoreShift: number;
	people: number;
	/** Pairs of people. */
	comparisons: number;
	madeAt: Date;
}

export async function insertCalibration(
	db: Db,
	engine: EngineId,
	{ scoreShift, people, comparisons, madeAt }: CalibrationRow,
): Promise<void> {
	await db
		.insertInto('calibrations')
		.values({
			model_id: engine.modelId,
			pipeline_version: engine.pipelineVersion,
			made_at: madeAt,
			people,
			comparisons,
			score_shift: scoreShift,
		})
		.execute();
}

/** The newest of an engine: the one that holds. */
export function findCalibration(db: Db, engine: EngineId): Promise<CalibrationRow | undefined> {
	return db
		.selectFrom('calibrations')
		.select(['score_shift as scoreShift', 'people', 'comparisons', 'made_at as madeAt'])
		.where('model_id', '=', engine.modelId)
		.where('pipeline_version', '=', engine.pipelineVersion)
		.orderBy('made_at', 'desc')
		.limit(1)
		.executeTakeFirst();
}

/** Deletes all of an engine. @returns how many there were */
export async function deleteCalibrations(db: Db, engine: EngineId): Promise<number> {
	const { numDeletedRows } = await db
		.deleteFrom('calibrations')
		.where('model_id', '=', engine.modelId)
		.where('pipeline_version', '=', engine.pipelineVersion)
		.executeTakeFirst();
	return Number(numDeletedRows);
}
