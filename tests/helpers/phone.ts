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
import { encodeVectors } from '../../src/lib/contract/sightings';
import type { Account } from './application';
import { perform } from './made-head';
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
}

/** A student's phone: a key of its own that cannot be read out, and a browser's storage. */
export class Phone {
	deviceMark: string = randomUUID();
	readonly deviceId: string = randomUUID();

	private constructor(
		readonly client: Client,
		readonly student: Student,
		readonly account: Account,
		readonly keys: webcrypto.CryptoKeyPair,
	) {}

	static async of(realtime: TestRealtime, student: Student, account: Account): Promise<Phone> {
		const client = await realtime.connect({ session: account.token });
		const keys = await webcrypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
		return new Phone(client, student, account, keys);
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
		{ nonce, actions, links }: CheckInChallenge,
		{ vectors = this.student.person.captures(3), changes }: Doing = {},
	): Promise<SubmitCheckIn> {
		const said: Omit<SubmitCheckIn, 'signature'> = {
			rollCallId,
			nonce,
			code,
			signedAt: Date.now(),
			deviceMark: this.deviceMark,
			face: links.face ? { ...ENGINE, vectors: encodeVectors(vectors) } : null,
			trace: links.liveness ? encodeTrace(perform(actions)) : null,
			...changes,
		};
		const signature = links.signature ? await this.sign(said) : null;
		return { ...said, signature, ...changes };
	}

	async sign(said: Omit<SubmitCheckIn, 'signature'>): Promise<SubmitCheckIn['signature']> {
		const digests = {
			vectors: said.face === null ? '' : await sha256(said.face.vectors),
			trace: said.trace === null ? '' : await sha256(traceBytes(said.trace)),
		};
		const bytes = signedBytes(said, digests);
		const value = await webcrypto.subtle.sign(ALGORITHM, this.keys.privateKey, bytes);
		return { deviceId: this.deviceId, value: new Uint8Array(value) };
	}

	submit(submission: SubmitCheckIn): Promise<CheckInAnswer> {
		return this.client.get('checkIn:submit', submission);
	}
}

async function sha256(bytes: Uint8Array): Promise<string> {
	return Buffer.from(await webcrypto.subtle.digest('SHA-256', Uint8Array.from(bytes))).toString(
		'hex',
	);
}
