import { plural } from '../plural';

/** "2 minutes", "45 seconds": how long somebody waits, rounded up. */
function waitTime(seconds: number): string {
	return seconds < 90
		? plural(Math.max(1, Math.ceil(seconds)), { one: '# second', other: '# seconds' })
		: plural(Math.ceil(seconds / 60), { one: '# minute', other: '# minutes' });
}

export const accounts = {
	signIn: {
		title: 'Sign in',
		name: 'Sign-in name',
		password: 'Password',
		submit: 'Sign in',
		pending: 'Signing in…',
		wait: (seconds: number) => `You can try again in ${waitTime(seconds)}.`,
		help: 'No account, or a forgotten password? Ask an admin of your school for an invitation.',
	},

	invitation: {
		title: 'Welcome',
		titleFor: (name: string) => `Welcome, ${name}`,
		first: 'This makes the first admin of your school.',
		text: {
			student: 'Choose how you sign in. Then you can see your own record.',
			teacher: 'Choose how you sign in. Then you can take a roll call.',
			admin: 'Choose how you sign in. Then you can look after the school’s people and classes.',
		},
		name: 'Your name',
		signInName: 'Sign-in name',
		signInNameHint: 'Short, without spaces. An e-mail address is fine.',
		password: 'Password',
		passwordHint: 'At least 10 characters. A few words in a row are good.',
		submit: 'Make my account',
		pending: 'Making your account…',
	},

	school: {
		title: 'School',
		text: 'What every page and every date goes by.',
		name: 'Name of the school',
		timeZone: 'Time zone',
		timeZoneHint: 'A day is the school’s day, wherever a device is.',
	},

	me: {
		title: 'Me',
		devices: 'Signing out',
		devicesText: 'Lost a phone or used a shared computer? End every visit at once.',
		signOutHere: 'Sign out here',
		signOutEverywhere: 'Sign out everywhere',
	},

	people: {
		title: 'People',
		views: 'Roles',
		everybody: 'Everybody',
		roles: { student: 'Students', teacher: 'Teachers', admin: 'Admins' },
		search: 'Search by name',
		noMatch: 'Nobody by that name',
		noMatchText: 'Try a shorter part of the name, or another role.',
		empty: {
			student: {
				title: 'No students yet',
				text: 'Students come with their class: add names to a class, and they are here.',
			},
			teacher: {
				title: 'No teachers yet',
				text: 'Make an invitation for a teacher and send them the link.',
			},
			admin: {
				title: 'No admins yet',
				text: 'Make an invitation for an admin and send them the link.',
			},
		},
		disabled: 'switched off',
		invited: 'invited',
		noAccount: 'no account',
		manage: 'Manage',
		manageWhom: (name: string) => `Manage ${name}`,

		invite: 'Invite somebody',
		inviteText: 'You get a link that works once, for seven days. Send it to them yourself.',
		inviteRole: 'They will be',
		inviteSubmit: 'Make invitation',
		invitePending: 'Making the link…',
		inviteDone: 'Here is the link. It is shown only now.',
		inviteLink: 'Invitation link',
		inviteUntil: (day: string) => `It works once, until ${day}.`,

		inviteStudent: 'Make an invitation link',
		inviteStudentText: (name: string) => `${name} stands on a roster and has no account yet.`,
		role: 'Role',
		saveRole: 'Change role',
		roleSaved: 'The role is changed. They sign in again.',
		enable: 'Switch the account on',
		enableText: 'They can sign in again with their old password.',
		enableSubmit: (name: string) => `Switch ${name} on`,
		enabled: 'The account is on.',
		disable: 'Switch the account off',
		disableText:
			'They are signed out everywhere at once and cannot sign in. Their marks and classes stay. You can switch it on again.',
		disableSubmit: (name: string) => `Switch ${name} off`,
		isDisabled: 'The account is off.',
		endSessions: 'Sign out everywhere',
		endSessionsText: 'Every device where they are signed in asks for the password again.',
		endSessionsSubmit: (name: string) => `Sign ${name} out`,
		sessionsEnded: 'They are signed out everywhere.',
	},

	record: {
		title: 'Record',
		text: 'Your own marks, the newest first.',
		empty: 'No marks yet',
		emptyText: 'After your first roll call, you see here how you were marked, when and by what.',
		minutesLate: (minutes: number) =>
			plural(minutes, { one: '# minute late', other: '# minutes late' }),
		latest: (count: number) => `The latest ${count} marks are shown.`,
	},
} as const;
