import type { Enrolment, OwnEnrolment } from '$lib/contract/enrolment';
import { decodeVectors } from '$lib/contract/sightings';
import { messages } from '$lib/messages';
import type { Vault } from '../crypto/vault';
import type * as consentRows from '../db/consents.repository';
import type * as enrolmentRows from '../db/enrolments.repository';
import type { Db, Trx } from '../db/executor';
import type * as galleryNotices from '../db/gallery-notices';
import type * as referenceRows from '../db/references.repository';
import type { EngineId } from '../db/references.repository';
import type * as schoolRows from '../db/school.repository';
import type { Actor } from '../domain/access';
import { chooseCaptures, type Capture, type CaptureProblem } from '../domain/captures';
import { AppError } from '../errors';
import type { Log } from '../log';
import { authorise } from './authorise';
import { requireStudent } from './consent';
import { requireEngine } from './engine';
import { alikeStudents, otherThanBefore, sameFaceError } from './face-objections';
import type { Galleries } from './gallery';
import type { Policies } from './policies';
import { sealReferences } from './references';
import type { SchoolGallery } from './school-gallery';

export interface EnrolmentDeps {
	db: Db;
	consents: Pick<
		typeof consentRows,
		'isStudent' | 'isTaughtBy' | 'lockStudent' | 'findCurrentConsent'
	>;
	enrolments: typeof enrolmentRows;
	references: Pick<
		typeof referenceRows,
		'insertReferences' | 'deleteReferencesOfModel' | 'listReferencesOfStudent'
	>;
	school: Pick<typeof schoolRows, 'readSchool'>;
	notices: Pick<typeof galleryNotices, 'notifyGalleryChanged'>;
	galleries: Pick<Galleries, 'changed'>;
	schoolGallery: Pick<SchoolGallery, 'current'>;
	policies: Pick<Policies, 'ofSchool'>;
	vault: Vault;
	log: Log;
	/** The engine whose references can be matched; null while its models are not prepared. */
	engine: EngineId | null;
}

export type EnrolmentService = ReturnType<typeof createEnrolmentService>;

export type TimedCapture = Capture & { capturedAt: number };

const PROBLEMS: Record<CaptureProblem, string> = {
	poor: messages.rollCallRefusals.poorCaptures,
	copies: messages.rollCallRefusals.copiedCaptures,
	'several-people': messages.rollCallRefusals.severalPeople,
};

/** The capture of a student's face: checked, sealed, and in place of what was there before. */
export function createEnrolmentService(deps: EnrolmentDeps) {
	return {
		/**
		 * Stores an enrolment's good captures as references. One that was stored already is answered
		 * again and changes nothing.
		 *
		 * @returns how many references the student's enrolment has now.
		 * @throws AppError 'no-consent'; 'invalid' for captures that are poor, copies, or of several
		 *   people; 'same-face' and 'other-face' where staff have to decide and did not yet; 'outdated'
		 *   for another engine; 'not-found', 'forbidden', 'conflict'
		 */
		async submit(
			actor: Actor,
			enrolment: Enrolment,
		): Promise<{ studentId: string; references: number }> {
			authorise(actor, 'enrol');
			requireEngine(deps.engine, enrolment);
			const captures = readCaptures(enrolment);
			const { studentId } = enrolment;
			// Without consent, or for somebody else's student, no face is compared with the school's.
			const { stored } = await admit(deps, deps.db, actor, enrolment);
			if (stored !== null) return { studentId, references: stored };
			const distinctFrom = await requireDistinct(deps, enrolment, captures);
			const references = await deps.db
				.transaction()
				.execute((trx) => store(deps, trx, actor, { enrolment, captures, distinctFrom }));
			deps.galleries.changed({ studentId });
			return { studentId, references };
		},
	};
}

/** @returns the captures worth keeping. @throws AppError 'invalid' */
export function readCaptures(enrolment: OwnEnrolment): TimedCapture[] {
	let vectors: Float32Array[];
	try {
		vectors = decodeVectors(enrolment.vectors);
	} catch (cause) {
		throw new AppError('invalid', messages.rollCallRefusals.brokenVectors, { cause });
	}
	const captures = enrolment.captures.flatMap((capture, i) => {
		const vector = vectors[i];
		return vector === undefined ? [] : [{ ...capture, vector }];
	});
	const chosen = chooseCaptures(captures);
	if ('problem' in chosen) throw new AppError('invalid', PROBLEMS[chosen.problem]);
	return chosen.keep;
}

/**
 * Whether the enrolment may be taken.
 *
 * @returns the consent that allows it, and how many references it has where it was taken before.
 * @throws AppError 'not-found', 'no-consent'; 'conflict' for an id that was another student's
 */
async function admit(
	deps: EnrolmentDeps,
	db: Db,
	actor: Actor,
	{ id, studentId }: Enrolment,
): Promise<{ consentId: string; stored: number | null }> {
	await requireStudent(deps, db, actor, studentId);
	const consentId = await requireConsent(deps, db, studentId);
	const earlier = await deps.enrolments.findEnrolment(db, id);
	if (earlier === undefined) return { consentId, stored: null };
	return { consentId, stored: requireSameStudent(earlier, studentId).references };
}

/** @returns the consent that allows it. @throws AppError 'no-consent' */
export async function requireConsent(
	{ consents }: Pick<EnrolmentDeps, 'consents'>,
	db: Db,
	studentId: string,
): Promise<string> {
	const consent = await consents.findCurrentConsent(db, studentId);
	if (consent?.decision === 'granted') return consent.id;
	throw new AppError('no-consent', messages.errors['no-consent']);
}

/** @throws AppError 'conflict' for an id that was another student's */
export function requireSameStudent<T extends { studentId: string }>(
	earlier: T,
	studentId: string,
): T {
	if (earlier.studentId === studentId) return earlier;
	throw new AppError('conflict', messages.rollCallRefusals.idUsed);
}

/**
 * @returns the students whose faces are alike and who staff say are other people.
 * @throws AppError 'same-face' when nobody said so
 */
async function requireDistinct(
	deps: EnrolmentDeps,
	enrolment: Enrolment,
	captures: readonly Capture[],
): Promise<string[]> {
	const alike = await alikeStudents(deps, enrolment.studentId, captures);
	if (alike.length > 0 && !enrolment.confirmed.includes('same-face')) {
		throw await sameFaceError(deps, alike);
	}
	return alike;
}

async function store(
	deps: EnrolmentDeps,
	trx: Trx,
	actor: Actor,
	{
		enrolment,
		captures,
		distinctFrom,
	}: { enrolment: Enrolment; captures: readonly TimedCapture[]; distinctFrom: readonly string[] },
): Promise<number> {
	const { studentId, confirmed } = enrolment;
	// From here on no withdrawal can slip between the look at the consent and the references.
	await deps.consents.lockStudent(trx, studentId);
	const { consentId, stored } = await admit(deps, trx, actor, enrolment);
	if (stored !== null) return stored;
	const objection = await otherThanBefore(deps, trx, enrolment, captures);
	if (objection !== null && !confirmed.includes('other-face')) throw objection;
	await deps.enrolments.insertEnrolment(trx, {
		id: enrolment.id,
		studentId,
		consentId,
		performedBy: actor.id,
		distinctFrom,
		replacedOtherFace: objection !== null,
		confirmedBy: actor.id,
	});
	await replaceReferences(deps, trx, enrolment, captures);
	return captures.length;
}

/** Puts an enrolment's captures in the place of what was there of its model. */
export async function replaceReferences(
	deps: Pick<EnrolmentDeps, 'references' | 'notices' | 'vault'>,
	trx: Trx,
	enrolment: Pick<Enrolment, 'id' | 'studentId' | 'modelId' | 'pipelineVersion'>,
	captures: readonly TimedCapture[],
): Promise<void> {
	const { id: enrolmentId, studentId, modelId, pipelineVersion } = enrolment;
	await deps.references.deleteReferencesOfModel(trx, studentId, modelId);
	const owner = { studentId, enrolmentId, modelId, pipelineVersion };
	await deps.references.insertReferences(trx, sealReferences(deps.vault, owner, captures));
	await deps.notices.notifyGalleryChanged(trx, { studentId });
}
