import type * as classRows from '../db/classes.repository';
import type { Db } from '../db/executor';
import type * as schoolRows from '../db/school.repository';
import type { RecognitionPolicy } from '../domain/policy';

/** Every batch of sightings asks; another node's change is seen after this long at the latest. */
const CACHE_MS = 10_000;

export interface PoliciesDeps {
	db: Db;
	school: Pick<typeof schoolRows, 'readRecognition'>;
	classes: Pick<typeof classRows, 'findStrangersPerWrongName'>;
	calibration: {
		/** Of the newest calibration of the engine; 0 without one. */
		scoreShift(): Promise<number>;
	};
	clock: () => Date;
}

/** How the whole school is searched, where it is. */
export interface SchoolPolicy extends RecognitionPolicy {
	recognisesVisitors: boolean;
}

export type Policies = ReturnType<typeof createPolicies>;

/** What the school, its classes and its calibration come to for the camera. */
export function createPolicies({ db, school, classes, calibration, clock }: PoliciesDeps) {
	const schools = keepFor(CACHE_MS, clock, async (): Promise<SchoolPolicy> => {
		const [recognition, scoreShift] = await Promise.all([
			school.readRecognition(db),
			calibration.scoreShift(),
		]);
		const { strangersPerWrongName, recognisesVisitors, asksAboutPhotographs } = recognition;
		return { strangersPerWrongName, recognisesVisitors, asksAboutPhotographs, scoreShift };
	});
	const rates = keepFor(CACHE_MS, clock, (classId) =>
		classes.findStrangersPerWrongName(db, classId),
	);

	return {
		ofSchool: (): Promise<SchoolPolicy> => schools.get(''),

		/** The class's own rate where it has one, else the school's. */
		async ofClass(classId: string): Promise<RecognitionPolicy> {
			const [own, school] = await Promise.all([rates.get(classId), schools.get('')]);
			const { scoreShift, asksAboutPhotographs } = school;
			const strangersPerWrongName = own ?? school.strangersPerWrongName;
			return { strangersPerWrongName, scoreShift, asksAboutPhotographs };
		},

		/** To be called after every change of what policies come from, so that the next one is new. */
		forget(): void {
			schools.forget();
			rates.forget();
		},
	};
}

/** Keeps what was read, by key, for a while; a read that failed is tried again at the next call. */
function keepFor<T>(ms: number, clock: () => Date, read: (key: string) => Promise<T>) {
	const kept = new Map<string, { value: Promise<T>; readAt: number }>();
	return {
		get(key: string): Promise<T> {
			const now = clock().getTime();
			const known = kept.get(key);
			if (known !== undefined && now - known.readAt <= ms) return known.value;
			const entry = { value: read(key), readAt: now };
			kept.set(key, entry);
			entry.value.catch(() => {
				if (kept.get(key) === entry) kept.delete(key);
			});
			return entry.value;
		},
		forget: () => kept.clear(),
	};
}
