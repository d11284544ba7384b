import type { Actor } from '../domain/access';
import type { ConfusablePairs } from '../domain/confusable';
import type { EngineId } from '../db/references.repository';
import type { Classes } from './classes';
import type { Galleries } from './gallery';
import type { Policies } from './policies';

export interface ConfusableMembersDeps {
	classes: Pick<Classes, 'requireTaught'>;
	galleries: Pick<Galleries, 'ofClass'>;
	policies: Pick<Policies, 'ofClass'>;
	/** The engine whose references can be matched; null while its models are not prepared. */
	engine: EngineId | null;
}

export type ConfusableMembers = ReturnType<typeof createConfusableMembers>;

/** Tells teachers between whom the camera asks. */
export function createConfusableMembers({
	classes,
	galleries,
	policies,
	engine,
}: ConfusableMembersDeps) {
	return {
		/**
		 * The pairs of a class's members who are too alike for its policy, by their ids.
		 * @throws AppError 'forbidden', 'not-found'
		 */
		async pairsOf(actor: Actor, classId: string): Promise<ConfusablePairs['pairs']> {
			await classes.requireTaught(actor, classId);
			if (engine === null) return [];
			const policy = await policies.ofClass(classId);
			return (await galleries.ofClass(classId, engine)).confusable(policy).pairs;
		},
	};
}
