import type { School } from '$lib/contract/accounts';
import type { RecognitionSettings } from '$lib/contract/recognition';
import type { Db } from '../db/executor';
import type * as schoolRows from '../db/school.repository';
import type { Actor } from '../domain/access';
import { authorise } from './authorise';
import type { Policies } from './policies';

/** Every page asks; another node's change is seen after this long at the latest. */
const CACHE_MS = 10_000;

export interface SchoolDeps {
	db: Db;
	school: typeof schoolRows;
	policies: Pick<Policies, 'forget'>;
	clock: () => Date;
}

export type SchoolService = ReturnType<typeof createSchoolService>;

/** The school's name and time zone, and what it allows its cameras. */
export function createSchoolService({ db, school: rows, policies, clock }: SchoolDeps) {
	let cached: { school: School; readAt: number } | null = null;

	return {
		async get(): Promise<School> {
			const now = clock().getTime();
			if (cached === null || now - cached.readAt > CACHE_MS) {
				cached = { school: await rows.readSchool(db), readAt: now };
			}
			return cached.school;
		},

		/** @throws AppError 'forbidden' */
		async update(actor: Actor, school: School): Promise<void> {
			authorise(actor, 'manageSchool');
			await rows.writeSchool(db, school);
			cached = null;
		},

		recognition: (): Promise<schoolRows.RecognitionRow> => rows.readRecognition(db),

		/** Holds for the next sighting on this node. @throws AppError 'forbidden' */
		async updateRecognition(actor: Actor, settings: RecognitionSettings): Promise<void> {
			authorise(actor, 'manageSchool');
			await rows.writeRecognition(db, settings);
			policies.forget();
		},
	};
}
