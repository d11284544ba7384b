import { PIPELINE_VERSION, type ModelIndex } from '$lib/contract/models';
import * as tokens from './auth/invitations';
import * as passwords from './auth/password';
import { createSessions } from './auth/sessions';
import { createSignInLimits } from './auth/sign-in-limits';
import type { Config } from './config';
import { loadKeyring } from './crypto/keyring';
import { createVault } from './crypto/vault';
import * as classRows from './db/classes.repository';
import type { DatabaseClient } from './db/client';
import * as consents from './db/consents.repository';
import * as doubts from './db/doubts.repository';
import * as enrolments from './db/enrolments.repository';
import * as notices from './db/gallery-notices';
import * as invitations from './db/invitations.repository';
import * as marks from './db/marks.repository';
import * as members from './db/members.repository';
import * as references from './db/references.repository';
import type { EngineId } from './db/references.repository';
import * as rollCallRows from './db/roll-calls.repository';
import * as schoolRows from './db/school.repository';
import * as users from './db/users.repository';
import { mayDo } from './domain/access';
import { RECOGNITION_POLICY } from './domain/policy';
import type { Log } from './log';
import { createAccountsService } from './services/accounts';
import { createClassesService } from './services/classes';
import { createConsentService } from './services/consent';
import { createDisplayService } from './services/display';
import { createEnrolmentService } from './services/enrolment';
import { createGalleries } from './services/gallery';
import { createPeopleService } from './services/people';
import { createRecognitionService } from './services/recognition';
import { createRollCallService } from './services/roll-calls';
import { createRosterChanges } from './services/roster-changes';
import { createSchoolService } from './services/school';

/** A database that has not answered after this long is as good as none. */
const HEALTH_TIMEOUT_MS = 2_000;

export interface ContainerParts {
	config: Config;
	log: Log;
	/** Migrated. Stays its maker's to close, after `dispose()`. */
	database: DatabaseClient;
	/** The prepared models; null while there are none. */
	models: ModelIndex | null;
}

export type Container = Awaited<ReturnType<typeof createContainer>>;

/** Makes every service and hands each what it needs: the one place where the server is put together. */
export async function createContainer({ config, log, database, models }: ContainerParts) {
	const { db, sql } = database;
	const engine = models && { modelId: models.embedder.id, pipelineVersion: PIPELINE_VERSION };
	const clock = () => new Date();
	const sessions = createSessions(sql);
	const limits = createSignInLimits(sql);

	const school = createSchoolService({ db, school: schoolRows, clock });
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
		engine,
		clock,
	});
	await sessions.removeExpired();

	const faces = await createFaceServices({ config, log, database, engine, clock });

	return {
		config,
		log,
		models,
		mayDo,
		sessions,
		limits,
		school,
		accounts,
		people,
		classes,
		...faces.services,

		/** Whether the database answers, and soon. */
		health(): Promise<boolean> {
			const answer = sql`select 1`.then(
				() => true,
				() => false,
			);
			return Promise.race([answer, after(HEALTH_TIMEOUT_MS, false)]);
		},

		/** Lets go of everything but the database. */
		dispose: () => faces.dispose(),
	};
}

interface FaceParts extends Pick<ContainerParts, 'config' | 'log' | 'database'> {
	engine: EngineId | null;
	clock: () => Date;
}

/** Consent, enrolment, recognition and the roll calls that live from them. */
async function createFaceServices({ config, log, database, engine, clock }: FaceParts) {
	const { db, sql } = database;
	const vault = createVault(await loadKeyring(config));
	const galleries = createGalleries({ db, references, vault, log });
	const faces = { db, consents, references, notices, galleries };
	const rosterChanges = createRosterChanges();
	const rollCallStore = {
		db,
		rollCalls: rollCallRows,
		marks,
		doubts,
		changes: rosterChanges,
		engine,
		clock,
	};
	const recognition = createRecognitionService({
		...rollCallStore,
		galleries,
		policy: RECOGNITION_POLICY,
	});
	const stopListening = await notices.listenForGalleryNotices(sql, (notice) =>
		galleries.changed(notice),
	);
	return {
		services: {
			consent: createConsentService(faces),
			enrolment: createEnrolmentService({ ...faces, enrolments, vault, engine }),
			rosterChanges,
			rollCalls: createRollCallService({ ...rollCallStore, classes: classRows }),
			displays: createDisplayService(rollCallStore),
			recognition,
		},
		async dispose(): Promise<void> {
			await stopListening();
			recognition.dispose();
			galleries.dispose();
		},
	};
}

function after<T>(ms: number, value: T): Promise<T> {
	return new Promise((resolve) => {
		setTimeout(resolve, ms, value).unref();
	});
}
