import { MAX_REFERENCES } from '$lib/contract/enrolment';
import { cosine, likeness, normalise } from './matching';

/**
 * Below it a face does not look like a student's references. Of the development photos (years apart,
 * where captures of one sitting are seconds apart) 3 in 1,000 single photos of the right person fall
 * below it against three references, none of three photos fused; of other people's 3 in 10,000 reach
 * it, 5 in 10,000 of three fused (`evaluation`, `lfw-dev`, 36,000 comparisons of each).
 */
export const SAME_STUDENT_SCORE = 0.4;

/**
 * Below it nobody is asked whether a face is another student's already, however few students the
 * school has and however low the rate puts its threshold: relatives and people of one photograph come
 * that near. Of the development photos 988 of 1,000 single ones of the same person reach it, and all
 * where three are fused; of other people's none of three against three.
 */
export const SAME_FACE_SCORE = 0.5;

/** What an enrolment waits for before it settles for less (`client/enrolment/capture-plan.ts`). */
const MIN_JOINING_QUALITY = 0.5;

/** A face nearer than this to a reference shows what that one shows: as enrolments keep variety. */
const NEAR_COPY_SCORE = 0.9;

/** A student's reference, opened. */
export interface OwnReference {
	id: string;
	/** 512 float32 of unit length. */
	vector: Float32Array;
	/** Capture quality, 0..1. */
	quality: number;
	/** ms since 1970. */
	capturedAt: number;
	/** Captured at an enrolment; false for one that a confirmed doubt brought. */
	fromEnrolment: boolean;
}

/** What becomes of a face that a teacher confirmed: it joins, and perhaps one makes room for it. */
export type Joining = { joins: false } | { joins: true; leaves: string | null };

/** The direction of several unit vectors' mean, 512 float32 of unit length: one face of several captures. */
export function fuseVectors(vectors: readonly Float32Array[]): Float32Array {
	const sum = new Float32Array(vectors[0]?.length ?? 0);
	for (const vector of vectors) {
		for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]!;
	}
	return normalise(sum);
}

/**
 * How like a face is to a student's references, -1..1; see {@link likeness}.
 * @param face 512 float32 of unit length
 * @param references at least one
 */
export function likenessTo(face: Float32Array, references: readonly Float32Array[]): number {
	const nearest = Math.max(...references.map((reference) => cosine(face, reference)));
	return likeness(nearest, cosine(face, fuseVectors(references)), 1);
}

/** Whether faces of one enrolment are somebody else's than a student's references. */
export function isOtherFace(
	captures: readonly Float32Array[],
	references: readonly Float32Array[],
): boolean {
	if (references.length === 0) return false;
	return likenessTo(fuseVectors(captures), references) < SAME_STUDENT_SCORE;
}

/**
 * Whether a face that a teacher confirmed becomes a reference. It has to be a good capture, look
 * like the student, and show something new. Captures of an enrolment never leave: an answer that is
 * taken back takes the new reference away again, and what it had displaced does not come back. So
 * where all {@link MAX_REFERENCES} places are taken, the least worth among those that doubts brought,
 * the new face included, stays out: {@link worth} is quality times variety.
 *
 * @param existing the student's references of one engine
 */
export function joinReferences(
	existing: readonly OwnReference[],
	candidate: Omit<OwnReference, 'id' | 'fromEnrolment'>,
): Joining {
	const vectors = existing.map(({ vector }) => vector);
	if (!existing.some(({ fromEnrolment }) => fromEnrolment)) return { joins: false };
	if (candidate.quality < MIN_JOINING_QUALITY) return { joins: false };
	if (likenessTo(candidate.vector, vectors) < SAME_STUDENT_SCORE) return { joins: false };
	if (vectors.some((vector) => cosine(vector, candidate.vector) > NEAR_COPY_SCORE)) {
		return { joins: false };
	}
	if (existing.length < MAX_REFERENCES) return { joins: true, leaves: null };
	const all = [...existing, { ...candidate, id: null, fromEnrolment: false }];
	const [least] = all
		.filter(({ fromEnrolment }) => !fromEnrolment)
		.map((one) => ({ ...one, worth: worth(one, all) }))
		.sort((a, b) => a.worth - b.worth || a.capturedAt - b.capturedAt);
	const leaves = least?.id ?? null;
	return leaves === null ? { joins: false } : { joins: true, leaves };
}

/** Quality times how far the nearest of the others is: a good capture of what none of them shows. */
function worth(
	one: Pick<OwnReference, 'vector' | 'quality'>,
	all: readonly Pick<OwnReference, 'vector'>[],
): number {
	const nearest = Math.max(
		...all.filter(({ vector }) => vector !== one.vector).map((of) => cosine(of.vector, one.vector)),
	);
	return one.quality * (1 - nearest);
}
