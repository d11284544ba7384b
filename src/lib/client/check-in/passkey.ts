import type {
	AskedPasskey,
	PasskeyAssertion,
	PasskeyChallenge,
	RegisterPasskey,
} from '$lib/contract/passkeys';

/** COSE: ECDSA over P-256, and RSA, which some computers' own chips know alone. */
const ALGORITHMS = [-7, -257];

/** The phone made no passkey, or did not sign: its owner said no, waited too long, or it has none. */
export class PasskeyError extends Error {
	override readonly name = 'PasskeyError';

	constructor(
		/** What the phone was asked for. */
		readonly asked: 'make' | 'sign',
		cause: unknown,
	) {
		super(`the phone was asked to ${asked} by a passkey, and did not`, { cause });
	}
}

/** Comes when it is needed, and no earlier. @throws PasskeyError where it does not come */
const library = (asked: PasskeyError['asked']) =>
	import('@simplewebauthn/browser').catch((error: unknown) => {
		throw new PasskeyError(asked, error);
	});

/** Whether this browser can make a passkey behind this phone's own lock; the phone needs to have one. */
export async function canMakePasskeys(): Promise<boolean> {
	if (!('PublicKeyCredential' in window)) return false;
	return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
}

/**
 * Makes a passkey on this phone.
 *
 * Not one that can be found without its id (`residentKey`): where the phone lets us choose, it then
 * stays on this phone, and no account of its maker's carries it to others.
 *
 * @throws PasskeyError
 */
export async function makePasskey({
	challenge,
	lifetimeMs,
	rp,
	user,
}: PasskeyChallenge): Promise<Omit<RegisterPasskey, 'deviceId' | 'signature'>> {
	const { startRegistration } = await library('make');
	return answered('make', async () => {
		const { id, response } = await startRegistration({
			optionsJSON: {
				challenge,
				rp,
				user: { ...user, displayName: user.name },
				pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: 'public-key' as const })),
				timeout: lifetimeMs,
				attestation: 'none',
				authenticatorSelection: {
					authenticatorAttachment: 'platform',
					residentKey: 'discouraged',
					requireResidentKey: false,
					userVerification: 'required',
				},
				hints: ['client-device'],
			},
		});
		const { clientDataJSON, attestationObject } = response;
		return { credentialId: id, clientDataJSON, attestationObject };
	});
}

/** A way to sign by a passkey at once: browsers ask only right after a tap. */
export type PasskeySigner = () => Promise<PasskeyAssertion>;

/**
 * Gets everything ready for a signature.
 *
 * @param bytes what is signed; the challenge is their SHA-256
 * @param patienceMs how long the phone may wait for its owner
 */
export async function preparePasskey(
	{ credentialId, rpId }: AskedPasskey,
	bytes: Uint8Array<ArrayBuffer>,
	patienceMs: number,
): Promise<PasskeySigner> {
	const { bufferToBase64URLString, startAuthentication } = await library('sign');
	const challenge = bufferToBase64URLString(await crypto.subtle.digest('SHA-256', bytes));
	return () =>
		answered('sign', async () => {
			const { id, response } = await startAuthentication({
				optionsJSON: {
					challenge,
					rpId,
					// This phone's own: the browser need not offer another phone or a key on a ring.
					allowCredentials: [{ id: credentialId, type: 'public-key', transports: ['internal'] }],
					timeout: patienceMs,
					userVerification: 'required',
					hints: ['client-device'],
				},
			});
			const { clientDataJSON, authenticatorData, signature } = response;
			return { credentialId: id, clientDataJSON, authenticatorData, signature };
		});
}

/** Takes the phone's question away: its time is over. */
export async function cancelPasskey(): Promise<void> {
	const { WebAuthnAbortService } = await library('sign');
	WebAuthnAbortService.cancelCeremony();
}

/** Why a phone does not answer is no page's to know: browsers give one reason for all. */
async function answered<T>(asked: PasskeyError['asked'], ceremony: () => Promise<T>): Promise<T> {
	try {
		return await ceremony();
	} catch (error) {
		throw new PasskeyError(asked, error);
	}
}
