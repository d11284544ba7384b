import { messages } from '$lib/messages';
import type { Db } from '../db/executor';
import type { EngineId } from '../db/references.repository';
import type { Capture } from '../domain/captures';
import { DEFAULT_POLICY, thresholdsOf } from '../domain/policy';
import { fuseVectors, isOtherFace, SAME_FACE_SCORE } from '../domain/references';
import { AppError } from '../errors';
import type { EnrolmentDeps } from './enrolment';
import { openOrSkip } from './references';

/**
 * The same face under another student: every student of the school, with references of this engine,
 * whom these captures would be named as if a stranger in a thousand may be, and who is no less alike
 * than {@link SAME_FACE_SCORE}. The school's own rate is about roll calls; here a wrong objection costs
 * one question, and a missed one a student marked for somebody else. Whoever staff called another
 * person before, at either's enrolment, is left out.
 *
 * @returns their ids, likeliest first.
 */
export async function alikeStudents(
	{ db, schoolGallery, policies, enrolments }: EnrolmentDeps,
	studentId: string,
	captures: readonly Capture[],
): Promise<string[]> {
	const school = await schoolGallery.current();
	const { scoreShift } = await policies.ofSchool();
	const { accept } = thresholdsOf(
		{ ...DEFAULT_POLICY, scoreShift },
		{
			members: school.studentIds.length,
			references: school.references,
			frames: captures.length,
		},
	);
	const floor = Math.max(accept, SAME_FACE_SCORE);
	const face = fuseVectors(captures.map(({ vector }) => vector));
	const [standing = []] = await school.search([face], floor, studentId);
	const alike = standing.filter(({ score }) => score >= floor).map((one) => one.studentId);
	const distinct = await enrolments.listDistinct(db, studentId, alike);
	return alike.filter((id) => !distinct.includes(id));
}

/**
 * Names the students under whom the face is known, with their classes: staff have to find them.
 * @param studentIds likeliest first
 */
export async function sameFaceError(
	{ db, enrolments }: EnrolmentDeps,
	studentIds: readonly string[],
): Promise<AppError> {
	const people = await enrolments.listWithClasses(db, studentIds);
	people.sort((a, b) => studentIds.indexOf(a.studentId) - studentIds.indexOf(b.studentId));
	return new AppError('same-face', messages.enrolment.sameFace(people));
}

/**
 * Another face than the student's references of this engine show.
 * @returns what to tell staff; null where the captures agree, or nothing is there to agree with.
 */
export async function otherThanBefore(
	deps: EnrolmentDeps,
	db: Db,
	{ studentId, modelId, pipelineVersion }: EngineId & { studentId: string },
	captures: readonly Capture[],
): Promise<AppError | null> {
	const rows = await deps.references.listReferencesOfStudent(db, studentId, {
		modelId,
		pipelineVersion,
	});
	const earlier = rows.flatMap((row) => openOrSkip(deps, row)?.vector ?? []);
	const isOther = isOtherFace(
		captures.map(({ vector }) => vector),
		earlier,
	);
	earlier.forEach((vector) => vector.fill(0));
	if (!isOther) return null;
	const before = await deps.enrolments.findLatestEnrolment(db, studentId);
	if (before === undefined) return null;
	const { timeZone } = await deps.school.readSchool(db);
	const day = messages.enrolment.day(before.performedAt, timeZone);
	return new AppError('other-face', messages.enrolment.otherFace(before.studentName, day));
}
