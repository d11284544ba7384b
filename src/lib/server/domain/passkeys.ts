import { isIP } from 'node:net';

/** How long a new passkey can be answered: to find out what the phone asks, and to set a lock. */
export const PASSKEY_CHALLENGE_LIFETIME_MS = 5 * 60_000;

/** A page's address at which passkeys work. */
export interface PasskeySite {
	origin: string;
	/** The name that a passkey is bound to (relying party identifier, WebAuthn). */
	rpId: string;
}

/**
 * Of addresses of this server those at which browsers make and use passkeys: encrypted, or this very
 * machine's; and by a name, because a relying party identifier is a domain and never an address of
 * numbers (WebAuthn Level 3, 5.1.3).
 *
 * @param own origins, as the server knows them of itself
 */
export function passkeySites(own: readonly string[]): PasskeySite[] {
	return own.flatMap((origin) => {
		const { protocol, hostname } = new URL(origin);
		const isSecure = protocol === 'https:' || hostname === 'localhost';
		const isNamed = isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
		return isSecure && isNamed ? [{ origin, rpId: hostname }] : [];
	});
}

/** The passkey site that a page is at; undefined where passkeys do not work, or it is not ours. */
export function passkeySiteAt(origin: string, own: readonly string[]): PasskeySite | undefined {
	return passkeySites(own).find((site) => site.origin === origin);
}

/** Where a page may be that a passkey of this name is used at. */
export function passkeyOrigins(rpId: string, own: readonly string[]): string[] {
	return passkeySites(own)
		.filter((site) => site.rpId === rpId)
		.map(({ origin }) => origin);
}
