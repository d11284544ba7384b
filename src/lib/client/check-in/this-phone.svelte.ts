import { messages } from '$lib/messages';
import { Connection } from '../realtime/connection.svelte';
import { RequestError } from '../realtime/request-error';
import { OwnPhone } from './own-phone.svelte';
import { PasskeyError } from './passkey';

/**
 * What can be done about the passkey of the phone in the student's hand. `make`: it has none; `renew`:
 * it has one; `unsupported`: this browser cannot make one.
 */
export type PasskeyChoice = 'make' | 'renew' | 'unsupported';

/** The phone in the student's hand, outside of a check-in. */
export class ThisPhone {
	readonly #connection = new Connection();
	readonly #phone: OwnPhone;
	#problem = $state<string | null>(null);
	#pending = $state(false);

	constructor(studentId: string) {
		this.#phone = new OwnPhone(studentId, this.#connection);
	}

	/** As the server knows it; null where it is not known here, or not yet. */
	get id(): string | null {
		return this.#phone.standing === null ? null : (this.#phone.device?.id ?? null);
	}
	get pending(): boolean {
		return this.#pending;
	}
	/** Why the last passkey was not made, or none can be at this address; null where nothing is wrong. */
	get problem(): string | null {
		return this.#problem;
	}
	/** Where passkeys do not work at this page's address: what to do. */
	get addressProblem(): string | null {
		return this.#phone.standing?.passkeyProblem ?? null;
	}
	/** Null where there is nothing to choose: the phone is not in use, or a passkey waits. */
	get passkeyChoice(): PasskeyChoice | null {
		const { standing, canMakePasskeys } = this.#phone;
		if (standing?.state !== 'active') return null;
		if (standing.passkey !== 'none' && standing.passkey !== 'active') return null;
		if (!canMakePasskeys) return 'unsupported';
		return standing.passkey === 'none' ? 'make' : 'renew';
	}

	/** Connects, and learns how this phone stands. */
	async open(): Promise<void> {
		await this.#phone.open();
		this.#connection.onOnline(() => void this.#learn());
		this.#connection.open();
	}

	dispose(): void {
		this.#connection.close();
	}

	/** @returns whether it was made */
	async makePasskey(): Promise<boolean> {
		this.#pending = true;
		this.#problem = null;
		try {
			await this.#phone.makePasskey();
			return true;
		} catch (error) {
			this.#problem = sentenceOf(error);
			return false;
		} finally {
			this.#pending = false;
		}
	}

	async #learn(): Promise<void> {
		try {
			await this.#phone.learn();
		} catch {
			// The list stands all the same; the next connect asks once more.
		}
	}
}

function sentenceOf(error: unknown): string {
	const { passkey, network } = messages.checkInPage;
	if (error instanceof PasskeyError) return passkey.failed[error.asked];
	if (!(error instanceof RequestError)) throw error;
	return error.passes ? network.failed : error.message;
}
