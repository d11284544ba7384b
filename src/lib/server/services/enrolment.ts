import type { Enrolment } from '$lib/contract/enrolment';
import { decodeVectors } from '$lib/contract/sightings';
import { messages } from '$lib/messages';
import type { Vault } from '../crypto/vault';
import type * as consentRows from '../db/consents.repository';
import type * as enrolmentRows from '../db/enrolments.repository';
import type { Db, Trx } from '../db/executor';
import type * as galleryNotices from '../db/gallery-notices';
import type * as referenceRows from '../db/references.repository';
import type { EngineId } from '../db/references.repository';
import type { Actor } from '../domain/access';
import { chooseCaptures, type Capture, type CaptureProblem } from '../domain/captures';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { requireStudent } from './consent';
import { requireEngine } from './engine';
import type { Galleries } from './gallery';
import { sealReferences } from './references';

export interface EnrolmentDeps {
	db: Db;
	consents: Pick<
		typeof consentRows,
		'isStudent' | 'isTaughtBy' | 'lockStudent' | 'findCurrentConsent'
	>;
	enrolments: typeof enrolmentRows;
	references: Pick<typeof referenceRows, 'insertReferences' | 'deleteReferencesOfModel'>;
	notices: Pick<typeof galleryNotices, 'notifyGalleryChanged'>;
	galleries: Pick<Galleries, 'changed'>;
	vault: Vault;
	/** The engine whose references can be matched; null while its models are not prepared. */
	engine: EngineId | null;
}

export type EnrolmentService = ReturnType<typeof createEnrolmentService>;

type TimedCapture = Capture & { capturedAt: number };

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
		 *   people; 'outdated' for another engine; 'not-found', 'forbidden', 'conflict'
		 */
		async submit(
			actor: Actor,
			enrolment: Enrolment,
		): Promise<{ studentId: string; references: number }> {
			authorise(actor, 'enrol');
			requireEngine(deps.engine, enrolment);
			const captures = readCaptures(enrolment);
			const { studentId } = enrolment;
			const stored = await deps.db
				.transaction()
				.execute((trx) => store(deps, trx, actor, enrolment, captures));
			deps.galleries.changed({ studentId });
			return { studentId, references: stored };
		},
	};
}

/** @returns the captures worth keeping. @throws AppError 'invalid' */
function readCaptures(enrolment: Enrolment): TimedCapture[] {
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

async function store(
	deps: EnrolmentDeps,
	trx: Trx,
	actor: Actor,
	enrolment: Enrolment,
	captures: readonly TimedCapture[],
): Promise<number> {
	const { consents, enrolments, references } = deps;
	const { studentId, modelId, pipelineVersion } = enrolment;
	await requireStudent(deps, trx, actor, studentId);
	// From here on no withdrawal can slip between the look at the consent and the references.
	await consents.lockStudent(trx, studentId);
	const consent = await consents.findCurrentConsent(trx, studentId);
	if (consent?.decision !== 'granted') {
		throw new AppError('no-consent', messages.errors['no-consent']);
	}
	const earlier = await enrolments.findEnrolment(trx, enrolment.id);
	if (earlier !== undefined) {
		if (earlier.studentId === studentId) return earlier.references;
		throw new AppError('conflict', messages.rollCallRefusals.idUsed);
	}
	await enrolments.insertEnrolment(trx, {
		id: enrolment.id,
		studentId,
		consentId: consent.id,
		performedBy: actor.id,
	});
	await references.deleteReferencesOfModel(trx, studentId, modelId);
	const owner = { studentId, enrolmentId: enrolment.id, modelId, pipelineVersion };
	await references.insertReferences(trx, sealReferences(deps.vault, owner, captures));
	await deps.notices.notifyGalleryChanged(trx, { studentId });
	return captures.length;
}
