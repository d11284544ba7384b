import { PIPELINE_VERSION, type ModelIndex } from '$lib/contract/models';
import * as tokens from './auth/invitations';
import * as passwords from './auth/password';
import { createSessions } from './auth/sessions';
import { createSignInLimits } from './auth/sign-in-limits';
import type { Config } from './config';
import { createCheckInCodes } from './crypto/check-in-codes';
import { createCheckInProofs } from './crypto/check-in-proofs';
import { createPasskeyProofs } from './crypto/passkey-proofs';
import { loadKeyring } from './crypto/keyring';
import { createVault } from './crypto/vault';
import * as calibrations from './db/calibrations.repository';
import * as cameraMarks from './db/camera-marks.repository';
import * as checkInRows from './db/check-ins.repository';
import * as classRows from './db/classes.repository';
import type { DatabaseClient } from './db/client';
import * as consents from './db/consents.repository';
import * as decisions from './db/decisions.repository';
import * as deviceChanges from './db/device-changes.repository';
import * as deviceRows from './db/devices.repository';
import * as disputeRows from './db/disputes.repository';
import * as doubts from './db/doubts.repository';
import * as engines from './db/engines.repository';
import * as enrolments from './db/enrolments.repository';
import * as excusedMarks from './db/excused-marks.repository';
import * as excuses from './db/excuses.repository';
import * as notices from './db/gallery-notices';
import * as guardians from './db/guardians.repository';
import * as importRows from './db/imports.repository';
import * as invitations from './db/invitations.repository';
import * as lateBatches from './db/late-batches.repository';
import * as lessons from './db/lessons.repository';
import * as markHistory from './db/mark-history.repository';
import * as marks from './db/marks.repository';
import * as members from './db/members.repository';
import * as noticeRows from './db/notices.repository';
import * as ownData from './db/own-data.repository';
import * as passkeyRows from './db/passkeys.repository';
import * as planned from './db/planned-roll-calls.repository';
import * as references from './db/references.repository';
import * as reportRows from './db/reports.repository';
import * as restMarks from './db/rest-marks.repository';
import type { EngineId } from './db/references.repository';
import * as rollCallRows from './db/roll-calls.repository';
import * as schoolRows from './db/school.repository';
import * as users from './db/users.repository';
import { mayDo } from './domain/access';
import { passkeySites } from './domain/passkeys';
import type { Log } from './log';
import { createMailer } from './mail/mailer';
import { openLargeGallery } from './matching/large-gallery';
import { packGallery } from './matching/packed-gallery';
import { createAccountsService } from './services/accounts';
import { startAutoClose } from './services/auto-close';
import { createCalibrationService, readScoreShift } from './services/calibration';
import { createCheckInService } from './services/check-in';
import { createCheckInFrames } from './services/check-in-frames';
import { createClassesService, type Classes } from './services/classes';
import { createConfusableMembers } from './services/confusable-members';
import { createConsentService } from './services/consent';
import { createContactsService } from './services/contacts';
import { createDevicesService } from './services/devices';
import { createDisplayService } from './services/display';
import { createDisputesService } from './services/disputes';
import { createEnrolmentService } from './services/enrolment';
import { createOwnEnrolmentService } from './services/own-enrolment';
import { createExcuseService } from './services/excuses';
import { createExplanationService } from './services/explanations';
import { createGalleries } from './services/gallery';
import { startHousekeeping } from './services/housekeeping';
import { startNotices } from './services/notice-sending';
import { createNoticesService } from './services/notices';
import { createImportService } from './services/imports';
import { createOpenRollCalls } from './services/open-roll-calls';
import { createOwnDataService } from './services/own-data';
import { createPasskeysService } from './services/passkeys';
import { createPeopleService } from './services/people';
import { createPolicies, type Policies } from './services/policies';
import { createRecognitionService } from './services/recognition';
import { createReferenceLearning } from './services/reference-learning';
import { createRollCallService } from './services/roll-calls';
import { createReportExport } from './services/report-export';
import { createReportsService } from './services/reports';
import { createRosterChanges } from './services/roster-changes';
import { createSchoolGallery } from './services/school-gallery';
import { createSchoolService } from './services/school';
import { createTimetableService, type Timetable } from './services/timetable';
import { createVisitorService } from './services/visitors';

/** A database that has not answered after this long is as good as none. */
const HEALTH_TIMEOUT_MS = 2_000;

export interface ContainerParts {
	config: Config;
	log: Log;
	/** Migrated. Stays its maker's to close, after `dispose()`. */
	database: DatabaseClient;
	/** The prepared models; null while there are none. */
	models: ModelIndex | null;
	/**
	 * Origins at which this server is reached by name; asked anew each time, for a laptop moves. Without
	 * any, passkeys work nowhere.
	 */
	sites?: () => readonly string[];
}

export type Container = Awaited<ReturnType<typeof createContainer>>;

/** Makes every service and hands each what it needs: the one place where the server is put together. */
export async function createContainer(given: ContainerParts) {
	const { config, log, database, models, sites = () => [] } = given;
	const { db, sql } = database;
	const engine = models && { modelId: models.embedder.id, pipelineVersion: PIPELINE_VERSION };
	const clock = () => new Date();
	const sessions = createSessions(sql);
	const limits = createSignInLimits(sql);

	const policies = createPolicies({
		db,
		school: schoolRows,
		classes: classRows,
		calibration: { scoreShift: () => readScoreShift({ db, calibrations, engine }) },
		clock,
	});
	const accounts = createAccountsService({
		db,
		users,
		invitations,
		sessions,
		passwords,
		tokens,
		limits,
		clock,
	});
	const people = createPeopleService({ db, users, invitations, tokens, accounts, clock });
	const classes = createClassesService({
		db,
		classes: classRows,
		members,
		users,
		notices,
		policies,
		engine,
		clock,
	});
	const reports = createReportsService({ db, reports: reportRows, classes });
	await sessions.removeExpired();

	const timetable = createTimetableService({
		db,
		lessons,
		planned,
		school: schoolRows,
		classes,
		clock,
	});
	const school = createSchoolService({ db, school: schoolRows, policies, timetable, clock });
	const parts = { config, log, database, sites, classes, policies, timetable, engine, clock };
	const faces = await createFaceServices(parts);
	const noticeParts = { db, notices: noticeRows, mailer: createMailer(config), clock };
	const noticeSending = startNotices({ ...noticeParts, reports: reportRows, school, log });

	return {
		config,
		log,
		models,
		/** Origins at which passkeys can be made and used. */
		passkeyOrigins: () => passkeySites(sites()).map(({ origin }) => origin),
		mayDo,
		sessions,
		limits,
		policies,
		school,
		accounts,
		people,
		ownData: createOwnDataService({ db, ownData, clock }),
		contacts: createContactsService({ db, users, guardians }),
		notices: createNoticesService(noticeParts),
		noticeSending,
		classes,
		timetable,
		reports,
		reportExport: createReportExport({
			db,
			reports: reportRows,
			classes,
			list: reports,
			school,
			log,
		}),
		...faces.services,
		imports: createImportService({
			db,
			imports: importRows,
			reports: reportRows,
			school,
			doubts,
			learning: faces.services.learning,
			excuses: faces.services.excuses,
			changes: faces.services.rosterChanges,
			clock,
		}),

		/** Whether the database answers, and soon. */
		health(): Promise<boolean> {
			const answer = sql`select 1`.then(
				() => true,
				() => false,
			);
			return Promise.race([answer, after(HEALTH_TIMEOUT_MS, false)]);
		},

		/** Lets go of everything but the database. */
		async dispose(): Promise<void> {
			await noticeSending.dispose();
			await faces.dispose();
		},
	};
}

interface FaceParts extends Pick<
	Required<ContainerParts>,
	'config' | 'log' | 'database' | 'sites'
> {
	classes: Classes;
	policies: Policies;
	timetable: Timetable;
	engine: EngineId | null;
	clock: () => Date;
}

/** Consent, enrolment, recognition and the roll calls that live from them. */
async function createFaceServices(parts: FaceParts) {
	const { config, log, database, sites, classes, policies, timetable, engine, clock } = parts;
	const { db, sql } = database;
	const keyring = await loadKeyring(config);
	const vault = createVault(keyring);
	const galleries = createGalleries({ db, references, vault, packGallery, log });
	const schoolGallery = createSchoolGallery({
		db,
		references,
		galleries,
		vault,
		openLargeGallery,
		log,
		engine,
	});
	const faces = { db, consents, references, decisions, notices, galleries };
	const learning = createReferenceLearning({ ...faces, enrolments, vault, log });
	const rosterChanges = createRosterChanges();
	const rollCallStore = {
		db,
		rollCalls: rollCallRows,
		marks,
		doubts,
		decisions,
		excusedMarks,
		changes: rosterChanges,
		engine,
		clock,
	};
	const openRollCalls = createOpenRollCalls({ ...rollCallStore, galleries });
	const recognition = createRecognitionService({
		...rollCallStore,
		openRollCalls,
		cameraMarks,
		lateBatches,
		school: schoolRows,
		galleries,
		policies,
		visitors: createVisitorService({ db, members, policies, schoolGallery }),
		learning,
		log,
	});
	const proofs = createCheckInProofs(keyring);
	const passkeyProofs = createPasskeyProofs();
	const codeDigits = createCheckInCodes(keyring);
	const checkInFrames = createCheckInFrames(rosterChanges);
	const housekeeping = startHousekeeping({
		db,
		engines,
		decisions,
		checkIns: checkInRows,
		lateBatches,
		engine,
		timetable,
		log,
	});
	const autoClose = startAutoClose({ ...rollCallStore, log });
	const stopListening = await notices.listenForGalleryNotices(sql, (notice) => {
		galleries.changed(notice);
		if (notice !== null && 'studentId' in notice && notice.withdrawn) {
			checkInFrames.forgetStudent(notice.studentId);
		}
	});
	const enrolling = {
		...faces,
		enrolments,
		school: schoolRows,
		schoolGallery,
		policies,
		vault,
		log,
		engine,
	};
	const ofPhones = {
		...{ db, devices: deviceRows, passkeys: passkeyRows, deviceChanges },
		...{ consents, proofs, sites, clock },
	};
	return {
		services: {
			consent: createConsentService(faces),
			enrolment: createEnrolmentService(enrolling),
			ownEnrolment: createOwnEnrolmentService(enrolling),
			calibration: createCalibrationService({
				db,
				calibrations,
				references,
				school: schoolRows,
				policies,
				openGallery: openLargeGallery,
				vault,
				log,
				engine,
				clock,
			}),
			housekeeping,
			autoClose,
			learning,
			confusable: createConfusableMembers({ classes, galleries, policies, engine }),
			rosterChanges,
			rollCalls: createRollCallService({
				...rollCallStore,
				classes: classRows,
				planned,
				school: schoolRows,
				history: markHistory,
				restMarks,
				learning,
				onDoubtAnswered: (answered) => recognition.hear(answered),
			}),
			displays: createDisplayService({
				...rollCallStore,
				codeDigits,
			}),
			checkIns: createCheckInService({
				enrolments,
				...rollCallStore,
				checkIns: checkInRows,
				devices: deviceRows,
				passkeys: passkeyRows,
				consents,
				references,
				school: schoolRows,
				policies,
				proofs,
				passkeyProofs,
				sites,
				codeDigits,
				vault,
				frames: checkInFrames,
				log,
			}),
			devices: createDevicesService(ofPhones),
			passkeys: createPasskeysService({ ...ofPhones, school: schoolRows, passkeyProofs, log }),
			disputes: createDisputesService({
				...rollCallStore,
				disputes: disputeRows,
				history: markHistory,
				learning,
				school: schoolRows,
			}),
			excuses: createExcuseService({ ...rollCallStore, excuses, school: schoolRows }),
			recognition,
			explanations: createExplanationService(rollCallStore),
		},
		async dispose(): Promise<void> {
			await stopListening();
			await housekeeping.dispose();
			await autoClose.dispose();
			recognition.dispose();
			checkInFrames.dispose();
			openRollCalls.dispose();
			schoolGallery.dispose();
			galleries.dispose();
		},
	};
}

function after<T>(ms: number, value: T): Promise<T> {
	return new Promise((resolve) => {
		setTimeout(resolve, ms, value).unref();
	});
}
