import type {
	AskedDevice,
	DecideDevice,
	DeviceView,
	RegisterDevice,
	RegisteredDevice,
} from '$lib/contract/check-in';
import { messages } from '$lib/messages';
import type { CheckInProofs } from '../crypto/check-in-proofs';
import type * as consentRows from '../db/consents.repository';
import type * as deviceRows from '../db/devices.repository';
import type { Db } from '../db/executor';
import { teacherOf, type Actor } from '../domain/access';
import { AppError } from '../errors';
import { authorise } from './authorise';
import { requireStudent } from './consent';
import { notFound } from './roll-call-change';

export interface DevicesDeps {
	db: Db;
	devices: typeof deviceRows;
	consents: Pick<typeof consentRows, 'lockStudent' | 'isTaughtBy' | 'isStudent'>;
	proofs: Pick<CheckInProofs, 'isDeviceKey'>;
	clock: () => Date;
}

export type Devices = ReturnType<typeof createDevicesService>;

/** Phones that wait, shown at once. */
const MOST_ASKED = 100;

const refused = messages.checkIn.devices;

/**
 * The phones that sign for students: the first one at once, each later one when staff who teach the
 * student approve it. Every method throws AppError 'forbidden' for a role that may not do it, and
 * 'not-found' for a student whom the actor does not teach.
 */
export function createDevicesService(deps: DevicesDeps) {
	const { db, devices, consents, clock } = deps;
	return {
		/**
		 * Registers the signed-in student's phone; one that is registered tells how it stands. A later
		 * one waits for staff, in the place of whichever waited, and only where the student asks for it:
		 * signing in at a library's computer must not push the phone aside.
		 * @throws AppError 'invalid' for what is no key of P-256, 'conflict' for somebody else's id
		 */
		async register(
			actor: Actor,
			{ id, name, publicKey, replaces }: RegisterDevice,
		): Promise<RegisteredDevice> {
			authorise(actor, 'checkIn');
			if (!deps.proofs.isDeviceKey(publicKey)) throw new AppError('invalid', refused.notAKey);
			const key = Buffer.from(publicKey);
			return db.transaction().execute(async (trx) => {
				await consents.lockStudent(trx, actor.id);
				const known = await devices.findDevice(trx, id);
				if (known !== undefined) {
					const isSame = known.studentId === actor.id && known.publicKey.equals(key);
					if (!isSame) throw new AppError('conflict', refused.idUsed);
					return { state: known.state };
				}
				const isFirst = (await devices.listDevices(trx, actor.id)).length === 0;
				if (!isFirst && !replaces) return { state: 'none' };
				const state = isFirst ? 'active' : 'asked';
				const registeredAt = clock();
				await devices.deleteAskedDevice(trx, actor.id);
				const device = {
					id,
					studentId: actor.id,
					name,
					publicKey: key,
					state,
					registeredAt,
				} as const;
				await devices.insertDevice(trx, device);
				return { state };
			});
		},

		/** The signed-in student's own phones, the newest first. */
		async own(actor: Actor): Promise<DeviceView[]> {
			authorise(actor, 'checkIn');
			return devices.listDevices(db, actor.id);
		},

		async ofStudent(actor: Actor, studentId: string): Promise<DeviceView[]> {
			authorise(actor, 'approveDevice');
			await requireStudent(deps, db, actor, studentId);
			return devices.listDevices(db, studentId);
		},

		/** Phones to approve, of the actor's students; the longest waiting first. */
		async asked(actor: Actor): Promise<AskedDevice[]> {
			authorise(actor, 'approveDevice');
			return devices.listAskedDevices(db, teacherOf(actor), MOST_ASKED);
		},

		async countAsked(actor: Actor): Promise<number> {
			authorise(actor, 'approveDevice');
			return devices.countAskedDevices(db, teacherOf(actor));
		},

		/**
		 * Approves a phone, which takes the place of the one before, or declines it.
		 * @throws AppError 'conflict' when it does not wait any more
		 */
		async decide(actor: Actor, { deviceId, decision }: DecideDevice): Promise<void> {
			authorise(actor, 'approveDevice');
			await db.transaction().execute(async (trx) => {
				const found = await devices.findDevice(trx, deviceId);
				if (found === undefined) throw notFound();
				const { studentId } = found;
				await requireStudent(deps, trx, actor, studentId);
				await consents.lockStudent(trx, studentId);
				const device = await devices.findDevice(trx, deviceId);
				if (device?.state !== 'asked') throw new AppError('conflict', refused.notWaiting);
				const decided = { by: actor.id, at: clock() };
				if (decision === 'declined') {
					await devices.revokeDevice(trx, studentId, 'asked', decided);
					return;
				}
				await devices.revokeDevice(trx, studentId, 'active', decided);
				await devices.activateDevice(trx, deviceId, decided);
			});
		},
	};
}
