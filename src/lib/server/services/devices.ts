import type {
	AskedDevice,
	DecideDevice,
	DecidePasskey,
	DeviceChangeView,
	DeviceInUse,
	DeviceView,
	EndDevice,
	RegisterDevice,
	RegisteredDevice,
} from '$lib/contract/devices';
import { passkeyStanding } from '$lib/contract/passkeys';
import { messages } from '$lib/messages';
import type { CheckInProofs } from '../crypto/check-in-proofs';
import type * as consentRows from '../db/consents.repository';
import type * as changeRows from '../db/device-changes.repository';
import type * as deviceRows from '../db/devices.repository';
import type { DeviceRow } from '../db/devices.repository';
import type { Db, Trx } from '../db/executor';
import type * as passkeyRows from '../db/passkeys.repository';
import { teacherOf, type Actor } from '../domain/access';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { requireStudent } from './consent';
import { passkeyProblemAt } from './passkeys';
import { notFound } from './roll-call-change';

export interface DevicesDeps {
	db: Db;
	devices: typeof deviceRows;
	passkeys: typeof passkeyRows;
	deviceChanges: typeof changeRows;
	consents: Pick<typeof consentRows, 'lockStudent' | 'isTaughtBy' | 'isStudent'>;
	proofs: Pick<CheckInProofs, 'isDeviceKey'>;
	/** This server's own addresses. */
	sites: () => readonly string[];
	clock: () => Date;
}

export type Devices = ReturnType<typeof createDevicesService>;

/** Phones and passkeys that wait, shown at once. */
const MOST_ASKED = 100;
/** Phones in use: of every student of a large school. */
const MOST_IN_USE = 5_000;
/** Of the audit, the newest. */
const MOST_CHANGES = 200;

const refused = messages.checkIn.devices;

/**
 * The phones that sign for students: the first one at once, each later one when staff who teach the
 * student approve it; and so the passkeys on them. Every change is written down. Every method throws
 * AppError 'forbidden' for a role that may not do it, and 'not-found' for a student whom the actor does
 * not teach.
 */
export function createDevicesService(deps: DevicesDeps) {
	const { db, devices, consents, clock } = deps;
	return {
		/**
		 * Registers the signed-in student's phone; one that is registered tells how it stands. A later
		 * one waits for staff, in the place of whichever waited, and only where the student asks for it:
		 * signing in at a library's computer must not push the phone aside.
		 * @param origin of the page
		 * @throws AppError 'invalid' for what is no key of P-256, 'conflict' for somebody else's id
		 */
		async register(
			actor: Actor,
			device: RegisterDevice,
			origin: string,
		): Promise<RegisteredDevice> {
			authorise(actor, 'checkIn');
			if (!deps.proofs.isDeviceKey(device.publicKey)) {
				throw new AppError('invalid', refused.notAKey);
			}
			const stands = await db.transaction().execute(async (trx) => {
				await consents.lockStudent(trx, actor.id);
				const known = await devices.findDevice(trx, device.id);
				if (known === undefined) return registerNew(deps, trx, actor, device);
				const isSame =
					known.studentId === actor.id && known.publicKey.equals(Buffer.from(device.publicKey));
				if (!isSame) throw new AppError('conflict', refused.idUsed);
				const { state, revokedBecause } = known;
				const found = await deps.passkeys.listPasskeys(trx, device.id);
				return { state, revokedBecause, passkey: passkeyStanding(found.map((one) => one.state)) };
			});
			return { ...stands, passkeyProblem: passkeyProblemAt(origin, deps.sites()) };
		},

		/** The signed-in student's own phones, the newest first. */
		async own(actor: Actor): Promise<DeviceView[]> {
			authorise(actor, 'checkIn');
			return devices.listDevices(db, actor.id);
		},

		/**
		 * Takes a phone of the signed-in student's out of use, or their wish for it back.
		 * @throws AppError 'not-found' for a phone that is not theirs, 'conflict' for one that is out of
		 *   use already
		 */
		async forget(actor: Actor, { deviceId }: EndDevice): Promise<void> {
			authorise(actor, 'checkIn');
			await db.transaction().execute(async (trx) => {
				await consents.lockStudent(trx, actor.id);
				const device = await devices.findDevice(trx, deviceId);
				if (device?.studentId !== actor.id) throw notFound();
				if (device.state === 'revoked') throw new AppError('conflict', refused.endedAlready);
				await end(deps, trx, deviceId, { because: 'forgotten', by: actor.id, at: clock() });
			});
		},

		async ofStudent(actor: Actor, studentId: string): Promise<DeviceView[]> {
			authorise(actor, 'approveDevice');
			await requireStudent(deps, db, actor, studentId);
			return devices.listDevices(db, studentId);
		},

		/** Phones and passkeys to approve, of the actor's students; the longest waiting first. */
		async asked(actor: Actor): Promise<AskedDevice[]> {
			authorise(actor, 'approveDevice');
			return devices.listAskedDevices(db, teacherOf(actor), MOST_ASKED);
		},

		async countAsked(actor: Actor): Promise<number> {
			authorise(actor, 'approveDevice');
			return devices.countAskedDevices(db, teacherOf(actor));
		},

		/** Phones that check the actor's students in, by the students' names. */
		async inUse(actor: Actor): Promise<DeviceInUse[]> {
			authorise(actor, 'approveDevice');
			return devices.listDevicesInUse(db, teacherOf(actor), MOST_IN_USE);
		},

		/** What was done with phones of the actor's students, the newest first. */
		async changes(actor: Actor): Promise<DeviceChangeView[]> {
			authorise(actor, 'approveDevice');
			return deps.deviceChanges.listDeviceChanges(db, teacherOf(actor), MOST_CHANGES);
		},

		/**
		 * Approves a phone, which takes the place of the one before, or declines it.
		 * @throws AppError 'conflict' when it does not wait any more
		 */
		async decide(actor: Actor, { deviceId, decision }: DecideDevice): Promise<void> {
			authorise(actor, 'approveDevice');
			await onPhone(deps, actor, deviceId, async (trx, device) => {
				if (device.state !== 'asked') throw new AppError('conflict', refused.notWaiting);
				const decided = { by: actor.id, at: clock() };
				if (decision === 'declined') {
					await end(deps, trx, deviceId, { because: 'declined', ...decided });
					return;
				}
				const before = await devices.findActiveDeviceId(trx, device.studentId);
				if (before) await end(deps, trx, before, { because: 'replaced', ...decided });
				await devices.activateDevice(trx, deviceId, decided);
				await deps.deviceChanges.insertDeviceChange(trx, {
					deviceId,
					what: 'approved',
					...decided,
				});
			});
		},

		/**
		 * Approves a passkey, which takes the place of the one before on its phone, or declines it.
		 * @throws AppError 'conflict' when it does not wait any more
		 */
		async decidePasskey(actor: Actor, { passkeyId, decision }: DecidePasskey): Promise<void> {
			authorise(actor, 'approveDevice');
			const found = await deps.passkeys.findPasskey(db, passkeyId);
			if (found === undefined) throw notFound();
			const { deviceId } = found;
			await onPhone(deps, actor, deviceId, async (trx, device) => {
				const passkey = await deps.passkeys.findPasskey(trx, passkeyId);
				if (passkey?.state !== 'asked' || device.state !== 'active') {
					throw new AppError('conflict', refused.notWaiting);
				}
				const decided = { by: actor.id, at: clock() };
				if (decision === 'declined') {
					await deps.passkeys.revokePasskey(trx, deviceId, 'asked', decided);
				} else {
					await deps.passkeys.revokePasskey(trx, deviceId, 'active', decided);
					await deps.passkeys.activatePasskey(trx, passkeyId, decided);
				}
				await deps.deviceChanges.insertDeviceChange(trx, {
					deviceId,
					what: `passkey-${decision}`,
					...decided,
				});
			});
		},

		/**
		 * Takes a phone that is in use out of it: its next check-in is refused.
		 * @throws AppError 'conflict' when it is out of use already
		 */
		async revoke(actor: Actor, { deviceId }: EndDevice): Promise<void> {
			authorise(actor, 'approveDevice');
			await onPhone(deps, actor, deviceId, async (trx, device) => {
				if (device.state !== 'active') throw new AppError('conflict', refused.endedAlready);
				await end(deps, trx, deviceId, { because: 'revoked', by: actor.id, at: clock() });
			});
		},
	};
}

/** A phone that the server does not know yet. */
async function registerNew(
	deps: DevicesDeps,
	trx: Trx,
	actor: Actor,
	{ id, name, publicKey, replaces }: RegisterDevice,
): Promise<Omit<RegisteredDevice, 'passkeyProblem'>> {
	const { devices, clock } = deps;
	const standing = { revokedBecause: null, passkey: 'none' } as const;
	const isFirst = (await devices.listDevices(trx, actor.id)).length === 0;
	if (!isFirst && !replaces) return { state: 'none', ...standing };
	const state = isFirst ? 'active' : 'asked';
	const registeredAt = clock();
	await devices.deleteAskedDevice(trx, actor.id);
	const key = Buffer.from(publicKey);
	const device = { id, studentId: actor.id, name, publicKey: key, state, registeredAt } as const;
	await devices.insertDevice(trx, device);
	const what = isFirst ? 'registered' : 'asked';
	await deps.deviceChanges.insertDeviceChange(trx, {
		deviceId: id,
		what,
		by: actor.id,
		at: registeredAt,
	});
	return { state, ...standing };
}

/**
 * Does something with a phone of a student whom the actor teaches, as it stands once nobody else
 * changes the student's phones.
 * @throws AppError 'not-found'
 */
async function onPhone(
	deps: DevicesDeps,
	actor: Actor,
	deviceId: string,
	work: (trx: Trx, device: DeviceRow) => Promise<void>,
): Promise<void> {
	const { db, devices, consents } = deps;
	await db.transaction().execute(async (trx) => {
		const found = await devices.findDevice(trx, deviceId);
		if (found === undefined) throw notFound();
		await requireStudent(deps, trx, actor, found.studentId);
		await consents.lockStudent(trx, found.studentId);
		const device = await devices.findDevice(trx, deviceId);
		if (device === undefined) throw new AppError('conflict', refused.notWaiting);
		await work(trx, device);
	});
}

async function end(
	deps: DevicesDeps,
	trx: Trx,
	deviceId: string,
	revoked: Parameters<typeof deviceRows.revokeDevice>[2],
): Promise<void> {
	const { because: what, by, at } = revoked;
	await deps.devices.revokeDevice(trx, deviceId, revoked);
	await deps.deviceChanges.insertDeviceChange(trx, { deviceId, what, by, at });
}
