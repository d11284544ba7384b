import type { Gallery } from './matching';
import { thresholdsOf, type RecognitionPolicy } from './policy';

/** A member with all their references in one, as a track of theirs would be fused. */
export interface MemberFace {
	studentId: string;
	/** 512 float32 of unit length. */
	face: Float32Array;
	/** How many references it was fused from. */
	references: number;
}

/** Which members the camera cannot tell apart at a school's rate of wrong names. */
export interface ConfusablePairs {
	/** Each pair once, its two ids in ascending order. */
	readonly pairs: readonly (readonly [string, string])[];
	/** With whom a member is confusable; empty for most. */
	rivalsOf: (studentId: string) => readonly string[];
}

const NOBODY: readonly string[] = [];

/**
 * The pairs of members whose references are too alike for the policy: the one's face, fused from
 * their references as a track is from its frames, would be named as the other.
 *
 * @param gallery the class's references
 * @param members everybody in it
 */
export function confusablePairs(
	gallery: Gallery,
	members: readonly MemberFace[],
	policy: RecognitionPolicy,
): ConfusablePairs {
	const search = { members: gallery.studentIds.length, references: gallery.references };
	const thresholds = members.map(
		({ references }) => thresholdsOf(policy, { ...search, frames: references }).accept,
	);
	const standings = gallery.search(
		members.map(({ face }) => face),
		Math.min(...thresholds),
	);
	const rivals = new Map<string, string[]>();
	const note = (one: string, other: string) => {
		const known = rivals.get(one) ?? [];
		if (!known.includes(other)) rivals.set(one, [...known, other]);
	};
	members.forEach(({ studentId }, i) => {
		for (const candidate of standings[i] ?? []) {
			const isAlike = candidate.score >= thresholds[i]!;
			if (!isAlike || candidate.studentId === studentId) continue;
			note(studentId, candidate.studentId);
			note(candidate.studentId, studentId);
		}
	});
	return {
		pairs: [...rivals].flatMap(([one, others]) =>
			others.filter((other) => one < other).map((other) => [one, other] as const),
		),
		rivalsOf: (studentId) => rivals.get(studentId) ?? NOBODY,
	};
}
