import type { Db } from '../db/executor';
import type * as memberRows from '../db/members.repository';
import { fusedVector, type TrackEvidence } from '../domain/evidence';
import { MARGIN } from '../domain/lanes';
import { thresholdsOf } from '../domain/policy';
import type { Policies } from './policies';
import type { SchoolGallery } from './school-gallery';
import type { Visitor } from './track-memory';

export interface VisitorDeps {
	db: Db;
	members: Pick<typeof memberRows, 'findNameAndClasses'>;
	policies: Pick<Policies, 'ofSchool'>;
	schoolGallery: Pick<SchoolGallery, 'current'>;
}

export type Visitors = ReturnType<typeof createVisitorService>;

/** Looks in the whole school for somebody whom a class does not know, where the school wants that. */
export function createVisitorService({ db, members, policies, schoolGallery }: VisitorDeps) {
	return {
		/**
		 * Who of the school a track shows, by the school's policy over all its students; null for
		 * nobody clear, and always while the school has visitors turned off.
		 */
		async find(evidence: TrackEvidence): Promise<Visitor | null> {
			const policy = await policies.ofSchool();
			if (!policy.recognisesVisitors) return null;
			const school = await schoolGallery.current();
			const { accept } = thresholdsOf(policy, {
				members: school.studentIds.length,
				references: school.references,
				frames: evidence.sightings,
			});
			const [standing = []] = await school.search([fusedVector(evidence)], accept);
			const [best, next] = standing;
			if (best === undefined || best.score < accept) return null;
			if (next !== undefined && best.score - next.score < MARGIN) return null;
			const person = await members.findNameAndClasses(db, best.studentId);
			return person && { studentId: best.studentId, ...person };
		},
	};
}
