import type { OwnEnrolment, OwnFace } from '$lib/contract/enrolment';
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
		 *   people; 'conflict' for a face that staff have confirmed; 'outdated' for another engine
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
		 * What staff should know before they confirm a student's face.
		 * @returns whose face it is already, in a sentence; null where it is nobody else's, or none waits
		 * @throws AppError 'not-found'
		 */
		async objection(actor: Actor, studentId: string): Promise<string | null> {
			authorise(actor, 'enrol');
			await requireStudent(deps, db, actor, studentId);
			const alike = await alikeToOwn(deps, studentId);
			if (alike === null || alike.length === 0) return null;
			return (await sameFaceError(deps, alike)).message;
		},

		/**
		 * Staff say that the face which a student captured is theirs. Confirming twice is once.
		 *
		 * @param confirmation.isDistinct whether they were told of others with this face, and say that
		 *   these are other people
		 * @throws AppError 'same-face' where nobody said so; 'conflict' without a face; 'not-found'
		 */
		async confirm(
			actor: Actor,
			{ studentId, isDistinct }: { studentId: string; isDistinct: boolean },
		): Promise<void> {
			authorise(actor, 'enrol');
			await requireStudent(deps, db, actor, studentId);
			const alike = await alikeToOwn(deps, studentId);
			if (alike === null) throw new AppError('conflict', texts.nothingToConfirm);
			if (alike.length > 0 && !isDistinct) throw await sameFaceError(deps, alike);
			await db.transaction().execute(async (trx) => {
				await deps.consents.lockStudent(trx, studentId);
				const latest = await enrolments.findLatestEnrolment(trx, studentId);
				if (latest === undefined) throw new AppError('conflict', texts.nothingToConfirm);
				const by = { userId: actor.id, doubtId: null, distinctFrom: alike };
				await enrolments.confirmEnrolment(trx, latest.id, by);
				await deps.notices.notifyGalleryChanged(trx, { studentId });
			});
			deps.galleries.changed({ studentId });
		},
	};
}

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
