import type { RegisteredDevice } from '$lib/contract/devices';
import { passkeyBytes, type PasskeyChallenge, type PasskeyStanding } from '$lib/contract/passkeys';
import type { Connection } from '../realtime/connection.svelte';
import { newId } from '../realtime/new-id';
import {
	openOwnDevice,
	renewOwnDevice,
	StorageError,
	type OwnDevice,
	type StorageProblem,
} from './own-device';
import { holdOf, type PhoneHold } from './phone-hold';
import { canMakePasskeys, makePasskey } from './passkey';
import { registerDevice } from './register-device';

/** Without storage a mark lasts as long as the page; a class that asks for a signature asks for more. */
const passingMark = newId();

/** The phone in the student's hand: its key, and how it stands with the server. */
export class OwnPhone {
	readonly #studentId: string;
	readonly #connection: Connection;
	#device: OwnDevice | null = null;
	#standing = $state.raw<RegisteredDevice | null>(null);
	#canMakePasskeys = $state(false);
	/** Not answered yet: browsers that ask only right after a tap get it at the next one. */
	#passkeyChallenge: { challenge: PasskeyChallenge; until: number } | null = null;
	#storageProblem = $state.raw<StorageProblem | null>(null);

	constructor(studentId: string, connection: Connection) {
		this.#studentId = studentId;
		this.#connection = connection;
	}

	/** Whose key signs; null before it is open, and where none can be kept. */
	get device(): OwnDevice | null {
		return this.#device;
	}
	/** Random, the same for everybody who uses this browser. */
	get mark(): string {
		return this.#device?.mark ?? passingMark;
	}
	/** How it stands with the server; null before that is known. */
	get standing(): RegisteredDevice | null {
		return this.#standing;
	}
	/** Whether this browser can make a passkey. */
	get canMakePasskeys(): boolean {
		return this.#canMakePasskeys;
	}
	/** Why it cannot sign; null where it can, or nothing is known yet. */
	holdFor(asked: { passkey: boolean }): PhoneHold | null {
		return holdOf(this.#standing, { ...asked, canMakePasskeys: this.#canMakePasskeys });
	}
	/** Why no key can be kept; null where one can. */
	get storageProblem(): StorageProblem | null {
		return this.#storageProblem;
	}

	/** Gets the key ready; where none can be kept, {@link storageProblem} says why. */
	async open(): Promise<void> {
		try {
			this.#device = await openOwnDevice(this.#studentId);
		} catch (error) {
			if (!(error instanceof StorageError)) throw error;
			this.#storageProblem = error.problem;
		}
	}

	/** Asks how this phone stands; a student's first one is registered by that. @throws RequestError */
	async learn(): Promise<void> {
		if (this.#device === null) return;
		this.#canMakePasskeys = await canMakePasskeys();
		this.#standing = await registerDevice(this.#connection, this.#device, { replaces: false });
	}

	/**
	 * Asks for this phone, with a new key, to take the place of the one that signs; staff approve it.
	 * @throws StorageError, RequestError
	 */
	async replace(): Promise<void> {
		try {
			const old = this.#device;
			this.#device = await (old
				? renewOwnDevice(this.#studentId, old)
				: openOwnDevice(this.#studentId));
		} catch (error) {
			if (error instanceof StorageError) this.#storageProblem = error.problem;
			throw error;
		}
		this.#standing = await registerDevice(this.#connection, this.#device, { replaces: true });
	}

	/**
	 * Makes a passkey on this phone; where it has one, staff approve the new one.
	 * @returns how its passkey stands now
	 * @throws PasskeyError, RequestError
	 */
	async makePasskey(): Promise<PasskeyStanding> {
		const device = this.#device;
		if (device === null) throw new Error('a passkey needs a phone that is open');
		const made = await makePasskey(await this.#challengeFor(device.id));
		this.#passkeyChallenge = null;
		const stated = { deviceId: device.id, ...made };
		const signature = await device.sign(passkeyBytes(stated));
		const registration = { ...stated, signature };
		const { passkey } = await this.#connection.request('checkIn:registerPasskey', registration);
		if (this.#standing !== null) this.#standing = { ...this.#standing, passkey };
		return passkey;
	}

	async #challengeFor(deviceId: string): Promise<PasskeyChallenge> {
		const kept = this.#passkeyChallenge;
		if (kept !== null && Date.now() < kept.until) return kept.challenge;
		const challenge = await this.#connection.request('checkIn:beginPasskey', { deviceId });
		this.#passkeyChallenge = { challenge, until: Date.now() + challenge.lifetimeMs / 2 };
		return challenge;
	}
}
