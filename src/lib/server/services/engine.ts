import { messages } from '$lib/messages';
import type { EngineId } from '../db/references.repository';
import { AppError } from '../errors';

/**
 * Vectors of two engines cannot be compared: a page that was loaded before an update would enrol
 * and recognise into the void.
 *
 * @param expected null: not known here, so whatever comes is taken at its word
 * @throws AppError 'outdated'
 */
export function requireEngine(expected: EngineId | null, given: EngineId): void {
	if (expected === null) return;
	const same =
		given.modelId === expected.modelId && given.pipelineVersion === expected.pipelineVersion;
	if (!same) throw new AppError('outdated', messages.rollCallRefusals.otherEngine);
}
