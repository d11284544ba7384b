import { createHash, randomBytes } from 'node:crypto';

/** How long an invitation can be taken up. */
export const INVITATION_DAYS = 7;

const TOKEN_BYTES = 32;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface InvitationSecret {
	/** For the link; 43 characters of base64url. Shown once, kept nowhere. */
	token: string;
	/** For the table. */
	tokenHash: Buffer;
	expiresAt: Date;
}

/** Draws a new token (256 random bits: guessing one is out of reach, so no salt and no slow hash). */
export function drawInvitation(now: Date): InvitationSecret {
	const token = randomBytes(TOKEN_BYTES).toString('base64url');
	const expiresAt = new Date(now.getTime() + INVITATION_DAYS * DAY_MS);
	return { token, tokenHash: hashInvitationToken(token), expiresAt };
}

/** SHA-256 of the token, 32 bytes: what the table knows of it. */
export function hashInvitationToken(token: string): Buffer {
	return createHash('sha256').update(token).digest();
}
