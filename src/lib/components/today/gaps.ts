import type { ClassSummary } from '$lib/contract/classes';

export interface EnrolmentGap {
	id: string;
	name: string;
	/** Members who are neither enrolled nor without consent. */
	waiting: number;
	all: number;
}

/** The classes in which somebody could still be enrolled, in the order given. */
export function enrolmentGaps(classes: readonly ClassSummary[]): EnrolmentGap[] {
	return classes
		.map(({ id, name, memberCount, enrolledCount, noConsentCount }) => ({
			id,
			name,
			waiting: memberCount - enrolledCount - noConsentCount,
			all: memberCount,
		}))
		.filter(({ waiting }) => waiting > 0);
}
