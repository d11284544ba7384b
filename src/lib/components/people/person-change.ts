import type { IssuedInvitation } from '$lib/contract/accounts';

/** What was just done to a person, or the invitation that was just made. */
export type PersonChange =
	| ({ what: 'invite'; userId: string | null } & IssuedInvitation)
	| {
			what:
				| 'setRole'
				| 'enable'
				| 'disable'
				| 'signOutEverywhere'
				| 'setEmail'
				| 'addGuardian'
				| 'removeGuardian';
			userId: string;
	  };
