import type { Confirmation, FaceToConfirm, OwnEnrolment, OwnFace } from '$lib/contract/enrolment';
import { messages } from '$lib/messages';
import type { Trx } from '../db/executor';
import type { Actor } from '../domain/access';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { requireStudent } from './consent';
import { requireEngine } from './engine';
import {
	readCaptures,
	replaceReferences,
	requireConsent,
	requireSameStudent,
	type EnrolmentDeps,
	type TimedCapture,
} from './enrolment';
import { alikeStudents, sameFaceError } from './face-objections';
import { openOrSkip } from './references';

export type OwnEnrolmentService = ReturnType<typeof createOwnEnrolmentService>;

const texts = messages.ownPlace.enrolment;

/** Room for a bad camera; each one has every gallery in memory loaded anew. */
const MOST_OF_AN_HOUR = 10;

/**
 * Enrolment on a student's own phone. Nobody sees there whose face it is, so it counts once staff have
 * said that it is the student's: in answer to the camera's question, or here.
 */
export function createOwnEnrolmentService(deps: EnrolmentDeps) {
	const { db, engine, enrolments } = deps;
	return {
		/** How the signed-in student's face stands. */
		async own(actor: Actor): Promise<OwnFace> {
			authorise(actor, 'enrolSelf');
			const latest = await enrolments.findLatestEnrolment(db, actor.id);
			const rows =
				engine === null ? [] : await deps.references.listReferencesOfStudent(db, actor.id, engine);
			if (latest === undefined || rows.length === 0) return { state: 'none', capturedAt: null };
			const state = latest.isConfirmed ? 'enrolled' : 'unconfirmed';
			return { state, capturedAt: latest.performedAt.getTime() };
		},

		/**
		 * Stores the signed-in student's own capture, to be confirmed. Whether the face is another
		 * student's already is not said here: it would tell anybody who holds up a photograph.
		 *
		 * @returns how many references there are now
		 * @throws AppError 'no-consent'; 'invalid' for captures that are poor, copies, or of several
		 *   people; 'conflict' for a face that staff have confirmed, and for more than
		 *   {@link MOST_OF_AN_HOUR}; 'outdated' for another engine
		 */
		async submit(actor: Actor, enrolment: OwnEnrolment): Promise<{ references: number }> {
			authorise(actor, 'enrolSelf');
			requireEngine(engine, enrolment);
			const captures = readCaptures(enrolment);
			const references = await db
				.transaction()
				.execute((trx) => store(deps, trx, actor.id, enrolment, captures));
			deps.galleries.changed({ studentId: actor.id });
			return { references };
		},

		/**
		 * The face that waits for staff, as they should know it before they confirm it.
		 * @returns null where none waits
		 * @throws AppError 'not-found'
		 */
		async waiting(actor: Actor, studentId: string): Promise<FaceToConfirm | null> {
			authorise(actor, 'enrol');
			await requireStudent(deps, db, actor, studentId);
			const latest = await enrolments.findLatestEnrolment(db, studentId);
			if (latest === undefined || latest.isConfirmed) return null;
			const alike = await alikeToOwn(deps, studentId);
			if (alike === null) return null;
			const objection = alike.length > 0 ? (await sameFaceError(deps, alike)).message : null;
			return { enrolmentId: latest.id, objection };
		},

		/**
		 * Staff say that the face which a student captured is theirs. Confirming twice is once.
		 *
		 * @throws AppError 'same-face' for others with this face where nobody said that they are other
		 *   people; 'conflict' for a face that has changed since staff looked; 'not-found'
		 */
		async confirm(
			actor: Actor,
			{ studentId, enrolmentId, isDistinct }: Confirmation & { studentId: string },
		): Promise<void> {
			authorise(actor, 'enrol');
			await requireStudent(deps, db, actor, studentId);
			const alike = await alikeToOwn(deps, studentId);
			if (alike === null) throw changed();
			if (alike.length > 0 && !isDistinct) throw await sameFaceError(deps, alike);
			await db.transaction().execute(async (trx) => {
				await deps.consents.lockStudent(trx, studentId);
				const latest = await enrolments.findLatestEnrolment(trx, studentId);
				if (latest?.id !== enrolmentId) throw changed();
				const by = { userId: actor.id, doubtId: null, distinctFrom: alike };
				await enrolments.confirmEnrolment(trx, enrolmentId, by);
				await deps.notices.notifyGalleryChanged(trx, { studentId });
			});
			deps.galleries.changed({ studentId });
		},
	};
}

const changed = () => new AppError('conflict', texts.changed);

async function store(
	deps: EnrolmentDeps,
	trx: Trx,
	studentId: string,
	own: OwnEnrolment,
	captures: readonly TimedCapture[],
): Promise<number> {
	await deps.consents.lockStudent(trx, studentId);
	const consentId = await requireConsent(deps, trx, studentId);
	const earlier = await deps.enrolments.findEnrolment(trx, own.id);
	if (earlier !== undefined) return requireSameStudent(earlier, studentId).references;
	const latest = await deps.enrolments.findLatestEnrolment(trx, studentId);
	const before = await deps.references.listReferencesOfStudent(trx, studentId, own);
	// Whoever finds a signed-in phone must not put their own face in the place of a confirmed one.
	if (latest?.isConfirmed && before.length > 0) throw new AppError('conflict', texts.confirmed);
	const captured = await deps.enrolments.countOwnEnrolmentsOfHour(trx, studentId);
	// No 'too-many': a device sends those again by itself, and an hour is for a person to wait.
	if (captured >= MOST_OF_AN_HOUR) throw new AppError('conflict', texts.tooMany);
	await deps.enrolments.insertEnrolment(trx, {
		id: own.id,
		studentId,
		consentId,
		performedBy: studentId,
		distinctFrom: [],
		replacedOtherFace: false,
		confirmedBy: null,
	});
	await replaceReferences(deps, trx, { ...own, studentId }, captures);
	return captures.length;
}

/** The students whose faces are like the one that waits to be confirmed; null where none does. */
async function alikeToOwn(deps: EnrolmentDeps, studentId: string): Promise<string[] | null> {
	const { db, engine, references } = deps;
	const rows =
		engine === null ? [] : await references.listReferencesOfStudent(db, studentId, engine);
	const captures = rows.flatMap((row) => {
		const opened = openOrSkip(deps, row);
		return opened === null ? [] : { vector: opened.vector, quality: row.quality };
	});
	if (captures.length === 0) return null;
	try {
		return await alikeStudents(deps, studentId, captures);
	} finally {
		captures.forEach(({ vector }) => vector.fill(0));
	}
}
