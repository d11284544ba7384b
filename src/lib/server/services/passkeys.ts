import {
	passkeyBytes,
	passkeyStanding,
	type AskedPasskey,
	type BeginPasskey,
	type PasskeyChallenge,
	type RegisteredPasskey,
	type RegisterPasskey,
} from '$lib/contract/passkeys';
import { messages } from '$lib/messages';
import type { CheckInProofs } from '../crypto/check-in-proofs';
import type { PasskeyProofs } from '../crypto/passkey-proofs';
import type * as consentRows from '../db/consents.repository';
import type * as changeRows from '../db/device-changes.repository';
import type * as deviceRows from '../db/devices.repository';
import type { DeviceRow } from '../db/devices.repository';
import type { Db, Trx } from '../db/executor';
import type * as passkeyRows from '../db/passkeys.repository';
import type { PasskeyRow } from '../db/passkeys.repository';
import type * as schoolRows from '../db/school.repository';
import type { Actor } from '../domain/access';
import {
	PASSKEY_CHALLENGE_LIFETIME_MS,
	passkeyOrigins,
	passkeySiteAt,
	passkeySites,
	type PasskeySite,
} from '../domain/passkeys';
import { AppError } from '../errors';
import type { Log } from '../log';
import { authorise } from './authorise';
import { notFound } from './roll-call-change';

export interface PasskeysDeps {
	db: Db;
	devices: Pick<typeof deviceRows, 'findDevice'>;
	passkeys: typeof passkeyRows;
	deviceChanges: Pick<typeof changeRows, 'insertDeviceChange'>;
	consents: Pick<typeof consentRows, 'lockStudent'>;
	school: Pick<typeof schoolRows, 'readSchool'>;
	proofs: Pick<CheckInProofs, 'isSigned'>;
	passkeyProofs: PasskeyProofs;
	/** This server's own addresses. */
	sites: () => readonly string[];
	clock: () => Date;
	log: Log;
}

export type Passkeys = ReturnType<typeof createPasskeysService>;

const refused = messages.checkIn.passkeys;

/**
 * Passkeys on students' phones: the first of a phone that is in use counts at once, each later one when
 * staff approve it (services/devices.ts). A passkey is made on the phone that it counts on: the phone's
 * own key signs for that. Methods throw AppError 'forbidden' for a role that may not do it, 'not-found'
 * for a phone that is not the student's, and 'conflict' for one that is not in use.
 */
export function createPasskeysService(deps: PasskeysDeps) {
	const { db, passkeys, passkeyProofs, clock } = deps;
	return {
		/**
		 * Gives out what a new passkey has to answer.
		 * @param origin of the page
		 * @throws AppError 'invalid' where passkeys do not work at its address, with what to do
		 */
		async begin(
			actor: Actor,
			{ deviceId }: BeginPasskey,
			origin: string,
		): Promise<PasskeyChallenge> {
			authorise(actor, 'checkIn');
			const device = await requireOwnPhone(deps, db, actor, deviceId);
			const { rpId } = requireSite(deps, origin);
			const { name } = await deps.school.readSchool(db);
			const { challenge, challengeHash: hash } = passkeyProofs.makeChallenge();
			const lifetimeMs = PASSKEY_CHALLENGE_LIFETIME_MS;
			const expiresAt = new Date(clock().getTime() + lifetimeMs);
			await passkeys.setPasskeyChallenge(db, device.id, { hash, expiresAt });
			return {
				challenge,
				lifetimeMs,
				rp: { id: rpId, name: messages.checkIn.passkeys.rpName(name) },
				user: { id: passkeyProofs.makeUserHandle(), name: actor.name },
			};
		},

		/**
		 * Registers a passkey that was made on the signed-in student's phone.
		 * @param origin of the page
		 * @throws AppError 'invalid' for one that does not answer the challenge, was not made on the
		 *   phone, or without looking at who holds it; 'conflict' for one that is known already
		 */
		async register(
			actor: Actor,
			passkey: RegisterPasskey,
			origin: string,
		): Promise<RegisteredPasskey> {
			authorise(actor, 'checkIn');
			const device = await requireOwnPhone(deps, db, actor, passkey.deviceId);
			const site = requireSite(deps, origin);
			if (!deps.proofs.isSigned(device.publicKey, passkeyBytes(passkey), passkey.signature)) {
				throw new AppError('invalid', refused.failed);
			}
			const made = await requireMade(deps, passkey, site);
			return db.transaction().execute(async (trx) => {
				await deps.consents.lockStudent(trx, actor.id);
				await requireOwnPhone(deps, trx, actor, device.id);
				const known = await passkeys.listPasskeys(trx, device.id);
				const isFirst = known.length === 0;
				const registeredAt = clock();
				await passkeys.deleteAskedPasskey(trx, device.id);
				const isNew = await passkeys.insertPasskey(trx, {
					...made,
					deviceId: device.id,
					rpId: site.rpId,
					state: isFirst ? 'active' : 'asked',
					registeredAt,
				});
				if (!isNew) throw new AppError('conflict', refused.known);
				const what = isFirst ? 'passkey-registered' : 'passkey-asked';
				const change = { deviceId: device.id, what, by: actor.id, at: registeredAt } as const;
				await deps.deviceChanges.insertDeviceChange(trx, change);
				const now = await passkeys.listPasskeys(trx, device.id);
				return { passkey: passkeyStanding(now.map(({ state }) => state)) };
			});
		},
	};
}

/** @throws AppError 'invalid' */
function requireSite({ sites }: Pick<PasskeysDeps, 'sites'>, origin: string): PasskeySite {
	const site = passkeySiteAt(origin, sites());
	if (site === undefined) throw new AppError('invalid', addressSentence(sites()));
	return site;
}

/** @throws AppError 'not-found', 'conflict' */
async function requireOwnPhone(
	{ devices }: Pick<PasskeysDeps, 'devices'>,
	executor: Db | Trx,
	actor: Actor,
	deviceId: string,
): Promise<DeviceRow> {
	const device = await devices.findDevice(executor, deviceId);
	if (device?.studentId !== actor.id) throw notFound();
	if (device.state !== 'active') throw new AppError('conflict', refused.phoneFirst);
	return device;
}

/** The new passkey. @throws AppError 'invalid' */
async function requireMade(
	{ db, passkeys, passkeyProofs, sites, clock, log }: PasskeysDeps,
	{ deviceId, signature: _, ...registration }: RegisterPasskey,
	{ rpId }: PasskeySite,
) {
	const challengeHash = await passkeys.takePasskeyChallenge(db, deviceId, clock());
	if (challengeHash === undefined) throw new AppError('invalid', refused.tooSlow);
	const place = { rpId, origins: passkeyOrigins(rpId, sites()) };
	const made = await passkeyProofs.checkRegistration(registration, challengeHash, place);
	if (!made.ok) {
		log.info({ reason: made.reason }, 'a passkey was not registered');
		throw new AppError('invalid', refused.failed);
	}
	if (!made.isVerified) throw new AppError('invalid', refused.unverified);
	const { credentialId, publicKey, signCount } = made;
	return { credentialId, publicKey, signCount };
}

/** What to do where passkeys do not work at the address of a page; null where they do. */
export function passkeyProblemAt(origin: string, own: readonly string[]): string | null {
	return passkeySiteAt(origin, own) === undefined ? addressSentence(own) : null;
}

function addressSentence(own: readonly string[]): string {
	return messages.checkIn.passkeys.address(passkeySites(own).map(({ origin }) => origin));
}

/** As the phone gets it. */
export const toAskedPasskey = ({ credentialId, rpId }: PasskeyRow): AskedPasskey => ({
	credentialId: credentialId.toString('base64url'),
	rpId,
});
