import * as v from 'valibot';
import { CONSENT_TEXT_VERSION } from '$lib/contract/enrolment';
import { IdSchema, type ConsentDecision, type ConsentGiver } from '$lib/contract/terms';
import { messages } from '$lib/messages';
import type * as consentRows from '../db/consents.repository';
import type { ConsentRow } from '../db/consents.repository';
import type * as decisionRows from '../db/decisions.repository';
import type { Db, Trx } from '../db/executor';
import type * as galleryNotices from '../db/gallery-notices';
import type * as referenceRows from '../db/references.repository';
import type { Actor } from '../domain/access';
import { AppError } from '../errors';
import { authorise } from './authorise';
import type { Galleries } from './gallery';

export interface ConsentDeps {
	db: Db;
	consents: typeof consentRows;
	references: Pick<typeof referenceRows, 'deleteReferencesOfStudent'>;
	decisions: Pick<typeof decisionRows, 'deleteDecisionsAbout'>;
	notices: Pick<typeof galleryNotices, 'notifyGalleryChanged'>;
	galleries: Pick<Galleries, 'changed'>;
}

/** The consent that holds for a student. */
export interface Consent {
	decision: ConsentDecision;
	/** Which wording was shown. */
	textVersion: string;
	givenBy: ConsentGiver;
	/** ms since 1970. */
	recordedAt: number;
}

/** The same for the student, with what proves it. */
export interface OwnConsent extends Consent {
	/** The number of its receipt. */
	id: string;
}

export interface ConsentRequest {
	studentId: string;
	decision: ConsentDecision;
	givenBy: ConsentGiver;
}

export type ConsentService = ReturnType<typeof createConsentService>;

/**
 * Consent to a student's biometrics: who gave it, to which wording, who recorded it and when.
 * Methods throw AppError 'forbidden', and 'not-found' for a student whom the actor does not teach.
 */
export function createConsentService(deps: ConsentDeps) {
	const { db, consents, galleries } = deps;
	return {
		/**
		 * Records a decision. A refusal or a withdrawal deletes the student's references with it, and
		 * the numbers behind every decision of a camera that names them: from the database in the same
		 * transaction, from memory as soon as it is committed. Doubts stay: they hold names alone, and
		 * tell how marks came about.
		 */
		async record(actor: Actor, { studentId, decision, givenBy }: ConsentRequest): Promise<Consent> {
			authorise(actor, 'recordConsent');
			const decided = { studentId, decision, givenBy, recordedBy: actor.id };
			const row = await db.transaction().execute(async (trx) => {
				await requireStudent(deps, trx, actor, studentId);
				await consents.lockStudent(trx, studentId);
				return store(deps, trx, decided);
			});
			galleries.changed(noticeOf(decided));
			return toConsent(row);
		},

		/**
		 * Records the signed-in student's own decision, with the same effect. A no is always theirs to
		 * say; a guardian's no is not theirs to undo.
		 * @throws AppError 'conflict' for a yes against a guardian's no
		 */
		async recordOwn(actor: Actor, decision: ConsentDecision): Promise<OwnConsent> {
			authorise(actor, 'recordOwnConsent');
			const decided = {
				studentId: actor.id,
				decision,
				givenBy: 'student',
				recordedBy: actor.id,
			} as const;
			const row = await db.transaction().execute(async (trx) => {
				await consents.lockStudent(trx, actor.id);
				// Theirs is looked for behind the student's own words: a no of one's own must not hide it.
				const guardians = await consents.findGuardiansConsent(trx, actor.id);
				if (decision === 'granted' && guardians && guardians.decision !== 'granted') {
					throw new AppError('conflict', messages.ownPlace.consent.guardiansNo);
				}
				return store(deps, trx, decided);
			});
			galleries.changed(noticeOf(decided));
			return { ...toConsent(row), id: row.id };
		},

		/** The decision that holds for the signed-in student; null when nobody was asked yet. */
		async own(actor: Actor): Promise<OwnConsent | null> {
			authorise(actor, 'recordOwnConsent');
			const row = await consents.findCurrentConsent(db, actor.id);
			return row === undefined ? null : { ...toConsent(row), id: row.id };
		},

		/** The decision that holds now; null when nobody was asked yet. */
		async current(actor: Actor, studentId: string): Promise<Consent | null> {
			authorise(actor, 'recordConsent');
			await requireStudent(deps, db, actor, studentId);
			const row = await consents.findCurrentConsent(db, studentId);
			return row === undefined ? null : toConsent(row);
		},
	};
}

/**
 * A student whose biometrics the actor may handle: of a class they teach, or any for an admin.
 * @throws AppError 'not-found'
 */
export async function requireStudent(
	{ consents }: { consents: Pick<typeof consentRows, 'isTaughtBy' | 'isStudent'> },
	db: Db,
	actor: Actor,
	studentId: string,
): Promise<void> {
	// Addresses hold whatever somebody typed; PostgreSQL takes only ids for an id.
	const known = v.is(IdSchema, studentId) && (await consents.isStudent(db, studentId));
	const allowed =
		known && (actor.role === 'admin' || (await consents.isTaughtBy(db, studentId, actor.id)));
	if (!allowed) throw new AppError('not-found', messages.errors['not-found']);
}

/**
 * Writes a decision down, the student's row being locked; anything but a yes deletes what was kept of
 * the face.
 */
async function store(
	{ consents, references, decisions, notices }: ConsentDeps,
	trx: Trx,
	decided: ConsentRequest & { recordedBy: string },
): Promise<ConsentRow> {
	const notice = noticeOf(decided);
	const row = await consents.insertConsent(trx, { ...decided, textVersion: CONSENT_TEXT_VERSION });
	if (notice.withdrawn) {
		await references.deleteReferencesOfStudent(trx, notice.studentId);
		await decisions.deleteDecisionsAbout(trx, notice.studentId);
	}
	await notices.notifyGalleryChanged(trx, notice);
	return row;
}

function noticeOf({ studentId, decision }: Pick<ConsentRequest, 'studentId' | 'decision'>) {
	return { studentId, withdrawn: decision !== 'granted' };
}

function toConsent(row: ConsentRow): Consent {
	return {
		decision: row.decision,
		textVersion: row.textVersion,
		givenBy: row.givenBy,
		recordedAt: row.recordedAt.getTime(),
	};
}
