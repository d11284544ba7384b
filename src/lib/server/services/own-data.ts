import type { Db } from '../db/executor';
import type * as ownDataRows from '../db/own-data.repository';
import type { Actor } from '../domain/access';
import { authorise } from './authorise';

export interface OwnDataDeps {
	db: Db;
	ownData: typeof ownDataRows;
	clock: () => Date;
}

/** What the school stores about a student, for themselves. Throws AppError 'forbidden' for others. */
export function createOwnDataService({ db, ownData, clock }: OwnDataDeps) {
	return {
		/**
		 * Everything that db/own-data.repository.ts lists, as it stood at one moment: nothing in it is
		 * newer than anything else.
		 */
		async read(actor: Actor) {
			authorise(actor, 'viewOwnRecord');
			return db
				.transaction()
				.setIsolationLevel('repeatable read')
				.setAccessMode('read only')
				.execute(async (trx) => ({
					madeAt: clock(),
					account: await ownData.readAccount(trx, actor.id),
					guardians: await ownData.listGuardianNames(trx, actor.id),
					classes: await ownData.listMemberships(trx, actor.id),
					marks: await ownData.listMarks(trx, actor.id),
					markChanges: await ownData.listMarkChanges(trx, actor.id),
					excuses: await ownData.listExcuses(trx, actor.id),
					disputes: await ownData.listDisputes(trx, actor.id),
					consents: await ownData.listConsents(trx, actor.id),
					enrolments: await ownData.listEnrolments(trx, actor.id),
					faceReferences: await ownData.listReferences(trx, actor.id),
					devices: await ownData.listDevices(trx, actor.id),
					passkeys: await ownData.listPasskeys(trx, actor.id),
					deviceChanges: await ownData.listDeviceChanges(trx, actor.id),
					checkIns: await ownData.listCheckIns(trx, actor.id),
					notices: await ownData.listNotices(trx, actor.id),
					riskSpells: await ownData.listRiskSpells(trx, actor.id),
				}));
		},
	};
}
