import type { School } from '$lib/contract/accounts';
import type { LateRecordSettings } from '$lib/contract/late-records';
import type { RecognitionSettings } from '$lib/contract/recognition';
import type { StatusNames } from '$lib/contract/statuses';
import type { Db } from '../db/executor';
import type * as schoolRows from '../db/school.repository';
import type { Actor } from '../domain/access';
import { statusNamesOf } from './status-names';
import { authorise } from './authorise';
import type { Policies } from './policies';
import type { Timetable } from './timetable';

/** Every page asks; another node's change is seen after this long at the latest. */
const CACHE_MS = 10_000;

export interface SchoolDeps {
	db: Db;
	school: typeof schoolRows;
	policies: Pick<Policies, 'forget'>;
	timetable: Pick<Timetable, 'planAll'>;
	clock: () => Date;
}

export type SchoolService = ReturnType<typeof createSchoolService>;

/** The school's name and time zone, its words, and what it allows its cameras. */
export function createSchoolService({ db, school: rows, policies, timetable, clock }: SchoolDeps) {
	let cached: { school: School; statuses: StatusNames; readAt: number } | null = null;

	async function read() {
		const now = clock().getTime();
		if (cached === null || now - cached.readAt > CACHE_MS) {
			const [school, chosen] = await Promise.all([rows.readSchool(db), rows.listStatusNames(db)]);
			cached = { school, statuses: statusNamesOf(chosen), readAt: now };
		}
		return cached;
	}

	return {
		get: async (): Promise<School> => (await read()).school,

		statuses: async (): Promise<StatusNames> => (await read()).statuses,

		/** @throws AppError 'forbidden' */
		async updateStatuses(actor: Actor, names: StatusNames): Promise<void> {
			authorise(actor, 'manageSchool');
			await db.transaction().execute((trx) => rows.replaceStatusNames(trx, names));
			cached = null;
		},

		/** @throws AppError 'forbidden' */
		async update(actor: Actor, school: School): Promise<void> {
			authorise(actor, 'manageSchool');
			await rows.writeSchool(db, school);
			cached = null;
			// Lessons keep their times by the school's clock: in another zone those are other instants.
			await timetable.planAll();
		},

		recognition: (): Promise<schoolRows.RecognitionRow> => rows.readRecognition(db),

		lateRecords: async (): Promise<LateRecordSettings> => ({
			lateRecordsHours: await rows.readLateRecordsHours(db),
		}),

		/** @throws AppError 'forbidden' */
		async updateLateRecords(actor: Actor, { lateRecordsHours }: LateRecordSettings): Promise<void> {
			authorise(actor, 'manageSchool');
			await rows.writeLateRecordsHours(db, lateRecordsHours);
		},

		/** Holds for the next sighting on this node. @throws AppError 'forbidden' */
		async updateRecognition(actor: Actor, settings: RecognitionSettings): Promise<void> {
			authorise(actor, 'manageSchool');
			await rows.writeRecognition(db, settings);
			policies.forget();
		},
	};
}
