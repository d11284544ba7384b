import * as v from 'valibot';
import { validation } from '$lib/messages/en/validation';
import { IdSchema, RoleSchema, type Role } from './terms';

/** NFKC, so that the same name typed on two keyboards is one name. */
const tidyText = v.pipe(
	v.string(),
	v.normalize('NFKC'),
	v.trim(),
	v.transform((text) => text.replace(/\s+/gu, ' ')),
);

export const PersonNameSchema = v.pipe(
	tidyText,
	v.nonEmpty(validation.nameMissing),
	v.maxLength(200, validation.nameTooLong),
);

export const SignInNameSchema = v.pipe(
	tidyText,
	v.toLowerCase(),
	v.minLength(3, validation.signInNameShort),
	v.maxLength(100, validation.signInNameLong),
	v.regex(/^[^\s]+$/u, validation.signInNameSpaces),
);

/** Length is what counts (NIST SP 800-63B, 5.1.1.2); no rules on kinds of characters. */
export const PasswordSchema = v.pipe(
	v.string(),
	v.normalize('NFKC'),
	v.minLength(10, validation.passwordShort),
	v.maxLength(256, validation.passwordLong),
);

export const SignInSchema = v.object({
	signInName: v.pipe(
		tidyText,
		v.toLowerCase(),
		v.nonEmpty(validation.signInNameMissing),
		v.maxLength(100),
	),
	password: v.pipe(
		v.string(),
		v.normalize('NFKC'),
		v.nonEmpty(validation.passwordMissing),
		v.maxLength(256),
	),
});

/** Takes up an invitation: the account's name, sign-in name and password. */
export const AcceptInvitationSchema = v.object({
	name: PersonNameSchema,
	signInName: SignInNameSchema,
	password: PasswordSchema,
});

export const InvitePersonSchema = v.object({ role: RoleSchema });

export const TimeZoneSchema = v.pipe(v.string(), v.check(isTimeZone, validation.timeZone));

export const SchoolSchema = v.object({
	name: v.pipe(tidyText, v.nonEmpty(validation.schoolNameMissing), v.maxLength(200)),
	timeZone: TimeZoneSchema,
});
export type School = v.InferOutput<typeof SchoolSchema>;

/** Who is signed in, as pages see it. */
export interface SignedInUser {
	id: string;
	role: Role;
	name: string;
}

function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return true;
	} catch {
		return false;
	}
}

/** What an invitation is for; the page that takes it up shows this. */
export interface InvitationView {
	role: Role;
	/** Set when the school knows the person already: that name stays. */
	name: string | null;
	/** Nobody has an account yet: this one sets up the school as well. */
	first: boolean;
}

/** A fresh invitation. The token is shown once and kept nowhere. */
export interface IssuedInvitation {
	token: string;
	/** Milliseconds since 1970 in UTC. */
	expiresAt: number;
}

/** One person of the school, as admins see them. */
export interface PersonView {
	id: string;
	role: Role;
	name: string;
	/** Null without an account. */
	signInName: string | null;
	disabled: boolean;
	/** A student on a roster needs none to be marked. */
	hasAccount: boolean;
	/** An invitation waits to be taken up. */
	pendingInvitation: boolean;
}

export const PersonIdSchema = v.object({ userId: IdSchema });
export const SetRoleSchema = v.object({ userId: IdSchema, role: RoleSchema });
export const SetDisabledSchema = v.object({ userId: IdSchema, disabled: v.boolean() });
