import { randomUUID, webcrypto } from 'node:crypto';
import {
	signedBytes,
	traceBytes,
	type CheckInAnswer,
	type CheckInBegun,
	type CheckInChallenge,
	type SubmitCheckIn,
} from '../../src/lib/contract/check-in';
import { encodeTrace } from '../../src/lib/contract/liveness';
import {
	passkeyBytes,
	type PasskeyAssertion,
	type PasskeyStanding,
	type RegisterPasskey,
} from '../../src/lib/contract/passkeys';
import { encodeVectors } from '../../src/lib/contract/sightings';
import type { Account } from './application';
import { perform } from './made-head';
import { SoftwareAuthenticator, type Ceremony } from './software-authenticator';
import type { Client, TestRealtime } from './sockets';
import type { Student } from './taught-class';
import { ENGINE } from './wire';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** What a phone's owner might do otherwise than asked, before it is signed. */
export interface Doing {
	/** What stands before the camera. */
	vectors?: readonly Float32Array[];
	/** Other things to send. */
	changes?: Partial<SubmitCheckIn>;
	/** Otherwise for the passkey alone. */
	passkey?: Partial<Ceremony> & { signCount?: number };
}

/** What is signed. */
type Stated = Omit<SubmitCheckIn, 'signature' | 'passkey'>;

/** A student's phone: a key of its own that cannot be read out, and a browser's storage. */
export class Phone {
	deviceMark: string = randomUUID();
	readonly deviceId: string = randomUUID();
	/** Behind the phone's lock. */
	readonly lock = new SoftwareAuthenticator();

	private constructor(
		readonly client: Client,
		readonly student: Student,
		readonly account: Account,
		readonly keys: webcrypto.CryptoKeyPair,
		/** Of the page that it shows. */
		readonly origin: string,
	) {}

	/** @param origin of the page that it shows; the server's own by default */
	static async of(
		realtime: TestRealtime,
		student: Student,
		account: Account,
		origin?: string,
	): Promise<Phone> {
		const client = await realtime.connect({ session: account.token, ...(origin && { origin }) });
		const keys = await webcrypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
		return new Phone(client, student, account, keys, origin ?? realtime.url);
	}

	async publicKey(): Promise<Uint8Array> {
		return new Uint8Array(await webcrypto.subtle.exportKey('spki', this.keys.publicKey));
	}

	/** @param replaces asks for it to take the place of another one. @returns how the phone stands */
	async register(replaces = false): Promise<string> {
		const publicKey = await this.publicKey();
		const device = { id: this.deviceId, name: 'Phone', publicKey, replaces };
		const { state } = await this.client.get('checkIn:registerDevice', device);
		return state;
	}

	begin(rollCallId: string, code: string | null): Promise<CheckInBegun> {
		return this.client.get('checkIn:begin', { rollCallId, code });
	}

	/** Begins, with a code that is right. */
	async challenge(rollCallId: string, code: string | null): Promise<CheckInChallenge> {
		const begun = await this.begin(rollCallId, code);
		if (!begun.ok) throw new Error(`the check-in was refused: ${begun.refusal}`);
		return begun.challenge;
	}

	/** What the phone sends for a challenge. */
	async answerTo(
		rollCallId: string,
		code: string | null,
		{ nonce, actions, links, passkey }: CheckInChallenge,
		{ vectors = this.student.person.captures(3), changes, passkey: ceremony }: Doing = {},
	): Promise<SubmitCheckIn> {
		const said: Stated = {
			rollCallId,
			nonce,
			code,
			signedAt: Date.now(),
			deviceMark: this.deviceMark,
			face: links.face ? { ...ENGINE, vectors: encodeVectors(vectors) } : null,
			trace: links.liveness ? encodeTrace(perform(actions)) : null,
			...changes,
		};
		const signature = links.signature === 'none' ? null : await this.sign(said);
		const confirmed = passkey && (await this.confirm(passkey.credentialId, said, ceremony));
		return { ...said, signature, passkey: confirmed, ...changes };
	}

	async sign(said: Stated): Promise<SubmitCheckIn['signature']> {
		const bytes = await statedBytes(said);
		const value = await webcrypto.subtle.sign(ALGORITHM, this.keys.privateKey, bytes);
		return { deviceId: this.deviceId, value: new Uint8Array(value) };
	}

	/** Signs by a passkey of this phone's lock. */
	async confirm(
		credentialId: string,
		said: Stated,
		ceremony: Doing['passkey'] = {},
	): Promise<PasskeyAssertion> {
		const challenge = Buffer.from(await sha256(await statedBytes(said)), 'hex').toString(
			'base64url',
		);
		return this.lock.sign(credentialId, { challenge, origin: this.origin, ...ceremony });
	}

	/** Makes a passkey and has it registered. @returns its id */
	async makePasskey(): Promise<string> {
		const registration = await this.preparePasskey();
		await this.registerPasskey(registration);
		return registration.credentialId;
	}

	/** The same up to the moment of sending. */
	async preparePasskey(ceremony: Partial<Ceremony> = {}): Promise<RegisterPasskey> {
		const { challenge, rp } = await this.client.get('checkIn:beginPasskey', {
			deviceId: this.deviceId,
		});
		const asked = { challenge, origin: this.origin, rpId: rp.id, ...ceremony };
		return this.signedPasskey({ deviceId: this.deviceId, ...this.lock.make(asked) });
	}

	/** Signed by the phone's own key. */
	async signedPasskey(made: Omit<RegisterPasskey, 'signature'>): Promise<RegisterPasskey> {
		const bytes = passkeyBytes(made);
		const signature = await webcrypto.subtle.sign(ALGORITHM, this.keys.privateKey, bytes);
		return { ...made, signature: new Uint8Array(signature) };
	}

	async registerPasskey(registration: RegisterPasskey): Promise<PasskeyStanding> {
		const { passkey } = await this.client.get('checkIn:registerPasskey', registration);
		return passkey;
	}

	submit(submission: SubmitCheckIn): Promise<CheckInAnswer> {
		return this.client.get('checkIn:submit', submission);
	}
}

async function statedBytes(said: Stated): Promise<Uint8Array<ArrayBuffer>> {
	return signedBytes(said, {
		vectors: said.face === null ? '' : await sha256(said.face.vectors),
		trace: said.trace === null ? '' : await sha256(traceBytes(said.trace)),
	});
}

async function sha256(bytes: Uint8Array): Promise<string> {
	return Buffer.from(await webcrypto.subtle.digest('SHA-256', Uint8Array.from(bytes))).toString(
		'hex',
	);
}
