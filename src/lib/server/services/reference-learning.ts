import type { Vault } from '../crypto/vault';
import type * as consentRows from '../db/consents.repository';
import type * as enrolmentRows from '../db/enrolments.repository';
import type { Db, Trx } from '../db/executor';
import type * as galleryNotices from '../db/gallery-notices';
import type * as referenceRows from '../db/references.repository';
import type { EngineId, NewReferenceRow } from '../db/references.repository';
import { joinReferences, type OwnReference } from '../domain/references';
import type { Log } from '../log';
import type { Galleries } from './gallery';
import { openOrSkip, sealReferences } from './references';

export interface ReferenceLearningDeps {
	db: Db;
	consents: Pick<typeof consentRows, 'lockStudent' | 'findCurrentConsent'>;
	enrolments: Pick<
		typeof enrolmentRows,
		| 'findLatestEnrolment'
		| 'confirmEnrolment'
		| 'unconfirmEnrolmentsOfDoubt'
		| 'unconfirmEnrolmentsOfRollCall'
	>;
	references: Pick<
		typeof referenceRows,
		| 'lockConfirmedDoubt'
		| 'listReferencesOfStudent'
		| 'insertReferences'
		| 'deleteReferences'
		| 'deleteReferencesOfDoubt'
		| 'deleteReferencesOfRollCall'
	>;
	notices: Pick<typeof galleryNotices, 'notifyGalleryChanged'>;
	galleries: Pick<Galleries, 'changed'>;
	vault: Vault;
	log: Log;
}

/** A face that a teacher said is the student's. */
export interface ConfirmedFace {
	studentId: string;
	doubtId: string;
	/** 512 float32 of unit length. */
	vector: Float32Array;
	/** Capture quality, 0..1. */
	quality: number;
	/** ms since 1970. */
	capturedAt: number;
	engine: EngineId;
}

export type ReferenceLearning = ReturnType<typeof createReferenceLearning>;

/** What the camera learns from a teacher's answers: a face it doubted may become a reference. */
export function createReferenceLearning(deps: ReferenceLearningDeps) {
	const { db, consents, references, enrolments, notices, galleries } = deps;

	async function tell(trx: Trx, studentIds: readonly string[]): Promise<void> {
		for (const studentId of new Set(studentIds)) {
			await notices.notifyGalleryChanged(trx, { studentId });
		}
	}

	return {
		/**
		 * Takes a confirmed face among the student's references where it adds something to them, see
		 * {@link joinReferences}. To be called once the answer is committed; nothing happens when it was
		 * taken back meanwhile, when consent is not granted (any more), or when the face was learnt before.
		 *
		 * @returns whether it joined.
		 */
		async learn(face: ConfirmedFace): Promise<boolean> {
			const joined = await db.transaction().execute((trx) => join(deps, trx, face));
			if (joined) galleries.changed({ studentId: face.studentId });
			return joined;
		},

		/**
		 * A teacher said in an answer that a face, enrolled on the student's own phone, is theirs. One
		 * that was captured after they were asked is another one, and is asked about when it is seen.
		 */
		async confirm(
			trx: Trx,
			answer: { studentId: string; doubtId: string; raisedAt: Date; userId: string },
		): Promise<void> {
			const { studentId, doubtId, raisedAt, userId } = answer;
			await consents.lockStudent(trx, studentId);
			const enrolment = await enrolments.findLatestEnrolment(trx, studentId);
			if (enrolment === undefined || enrolment.performedAt > raisedAt) return;
			await enrolments.confirmEnrolment(trx, enrolment.id, { userId, doubtId, distinctFrom: [] });
			await tell(trx, [studentId]);
		},

		/**
		 * Forgets what an answer had brought, when it is taken back. What that had displaced, itself
		 * learnt from a doubt, does not come back.
		 */
		async unlearn(trx: Trx, doubtId: string): Promise<void> {
			const forgotten = await references.deleteReferencesOfDoubt(trx, doubtId);
			const unconfirmed = await enrolments.unconfirmEnrolmentsOfDoubt(trx, doubtId);
			await tell(trx, [...forgotten, ...unconfirmed]);
		},

		/**
		 * Forgets what a roll call's answers had brought for students, when a person says afterwards
		 * that they were not there.
		 */
		async unlearnAbsent(
			trx: Trx,
			rollCallId: string,
			studentIds: readonly string[],
		): Promise<void> {
			const forgotten = await references.deleteReferencesOfRollCall(trx, rollCallId, studentIds);
			const unconfirmed = await enrolments.unconfirmEnrolmentsOfRollCall(
				trx,
				rollCallId,
				studentIds,
			);
			await tell(trx, [...forgotten, ...unconfirmed]);
		},
	};
}

async function join(deps: ReferenceLearningDeps, trx: Trx, face: ConfirmedFace): Promise<boolean> {
	const { consents, references } = deps;
	const { studentId, doubtId, engine } = face;
	if (!(await references.lockConfirmedDoubt(trx, doubtId, studentId))) return false;
	await consents.lockStudent(trx, studentId);
	const consent = await consents.findCurrentConsent(trx, studentId);
	const enrolment = await deps.enrolments.findLatestEnrolment(trx, studentId);
	if (consent?.decision !== 'granted' || enrolment === undefined) return false;
	const rows = await references.listReferencesOfStudent(trx, studentId, engine);
	if (rows.some((row) => row.doubtId === doubtId)) return false;
	const existing = rows.flatMap((row) => openOwn(deps, row) ?? []);
	const joining = joinReferences(existing, face);
	existing.forEach(({ vector }) => vector.fill(0));
	if (!joining.joins) return false;
	if (joining.leaves !== null) await references.deleteReferences(trx, [joining.leaves]);
	const owner = { ...engine, studentId, enrolmentId: enrolment.id, doubtId };
	await references.insertReferences(trx, sealReferences(deps.vault, owner, [face]));
	await deps.notices.notifyGalleryChanged(trx, { studentId });
	return true;
}

function openOwn(deps: ReferenceLearningDeps, row: NewReferenceRow): OwnReference | null {
	const opened = openOrSkip(deps, row);
	return (
		opened && {
			id: row.id,
			vector: opened.vector,
			quality: row.quality,
			capturedAt: row.capturedAt.getTime(),
			fromEnrolment: row.doubtId === null,
		}
	);
}
