import type { RegisteredDevice } from '$lib/contract/check-in';
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
import { registerDevice } from './register-device';

/** Without storage a mark lasts as long as the page; a class that asks for a signature asks for more. */
const passingMark = newId();

/** The phone in the student's hand: its key, and how it stands with the server. */
export class OwnPhone {
	readonly #studentId: string;
	readonly #connection: Connection;
	#device: OwnDevice | null = null;
	#state = $state.raw<RegisteredDevice['state'] | null>(null);
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
	/** Why it cannot sign; null where it can, or nothing is known yet. */
	get hold(): PhoneHold | null {
		return holdOf(this.#state);
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
		this.#state = await registerDevice(this.#connection, this.#device, { replaces: false });
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
		this.#state = await registerDevice(this.#connection, this.#device, { replaces: true });
	}
}
