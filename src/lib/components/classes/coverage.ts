import type { MemberView } from '$lib/contract/classes';

export interface Coverage {
	enrolled: number;
	/** Refused or withdrawn: marked by hand. */
	noConsent: number;
	/** Could be enrolled now, for the first time or again, or confirmed. */
	waiting: number;
	/** Of those who wait, the ones whose face was captured for an older version. */
	again: number;
	/** When the oldest face that can be recognised was captured, ms since 1970; null without any. */
	oldestAt: number | null;
}

/** How far the enrolment of a class has come. Enrolled, without consent and waiting add up to its members. */
export function coverageOf(
	members: readonly Pick<MemberView, 'enrolment' | 'enrolledAt'>[],
): Coverage {
	const coverage: Coverage = { enrolled: 0, noConsent: 0, waiting: 0, again: 0, oldestAt: null };
	for (const { enrolment, enrolledAt } of members) {
		if (enrolment === 'enrolled') {
			coverage.enrolled++;
			if (enrolledAt !== null) {
				coverage.oldestAt = Math.min(coverage.oldestAt ?? enrolledAt, enrolledAt);
			}
		} else if (enrolment === 'no-consent') coverage.noConsent++;
		else coverage.waiting++;
		if (enrolment === 'again') coverage.again++;
	}
	return coverage;
}

/**
 * Whole months after which a new capture is advised: children's faces change, and genuine scores fall
 * with every year (Deb, Nain and Jain, "Longitudinal Study of Child Face Recognition", ICB 2018).
 */
export const OLD_MONTHS = 12;
