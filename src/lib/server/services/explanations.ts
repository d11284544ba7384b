import type { Explain } from '$lib/contract/events';
import type { Explanation } from '$lib/contract/explanation';
import type * as decisionRows from '../db/decisions.repository';
import type { Actor } from '../domain/access';
import { inWords } from '../domain/explanation';
import { authorise } from './authorise';
import { requireRollCall, type RollCallStore } from './roll-call-change';

export interface ExplanationDeps extends Pick<RollCallStore, 'db' | 'rollCalls'> {
	decisions: Pick<typeof decisionRows, 'listDecisionsAbout'>;
}

/** The newest decisions tell why; a student who walked past all day has many. */
const EXPLAINED = 20;

export type Explanations = ReturnType<typeof createExplanationService>;

/** Why the camera decided as it did. */
export function createExplanationService(deps: ExplanationDeps) {
	return {
		/**
		 * What the camera decided about a student in a roll call, newest first, in words.
		 * @throws AppError 'not-found', 'forbidden'
		 */
		async about(actor: Actor, { rollCallId, studentId }: Explain): Promise<Explanation[]> {
			authorise(actor, 'viewRollCall');
			await requireRollCall(deps, actor, rollCallId);
			const { db, decisions } = deps;
			const rows = await decisions.listDecisionsAbout(db, rollCallId, studentId, EXPLAINED);
			return rows.map(({ decidedAt, evidence, ...decision }) => ({
				...decision,
				...inWords(evidence),
				decidedAt: decidedAt.getTime(),
			}));
		},
	};
}
