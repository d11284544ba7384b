import type { MemberView } from '$lib/contract/classes';

export interface Coverage {
	enrolled: number;
	/** Refused or withdrawn: marked by hand. */
	noConsent: number;
	/** Could be enrolled now, for the first time or again. */
	waiting: number;
}

/** How far the enrolment of a class has come. The three add up to its members. */
export function coverageOf(members: readonly Pick<MemberView, 'enrolment'>[]): Coverage {
	const coverage = { enrolled: 0, noConsent: 0, waiting: 0 };
	for (const { enrolment } of members) {
		if (enrolment === 'enrolled') coverage.enrolled++;
		else if (enrolment === 'no-consent') coverage.noConsent++;
		else coverage.waiting++;
	}
	return coverage;
}
