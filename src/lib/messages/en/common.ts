import { plural } from '../plural';

export const common = {
	productName: 'FaceTrack',
	pageTitle: (title: string) => `${title} · FaceTrack`,
	skipToContent: 'Skip to the content',
	mainNavigation: 'Main',
	accountOf: (name: string) => `Your account, ${name}`,
	loading: 'Loading…',
	pageLoading: 'The page is loading.',
	offline: 'Offline. What you see may be old; it will catch up by itself.',
	andMore: (count: number) => plural(count, { one: 'and # more', other: 'and # more' }),

	cancel: 'Cancel',
	close: 'Close',
	save: 'Save',
	saving: 'Saving…',
	saved: 'Saved.',
	undo: 'Undo',
	copy: 'Copy',
	copied: 'Copied',
	copyByHand: 'Selected. Now copy it by hand.',
	signOut: 'Sign out',
	showPassword: 'Show the password',

	notSent:
		'The school’s server did not answer. What you typed is still here. Please try again in a moment.',
	errorNumber: (id: string) => `Error number for support: ${id}`,

	nav: {
		today: 'Today',
		classes: 'Classes',
		excuses: 'Excuses',
		reports: 'Reports',
		people: 'People',
		school: 'School',
		record: 'Record',
		me: 'Me',
	},
	theme: {
		label: 'Light or dark',
		system: 'As the device',
		light: 'Light',
		dark: 'Dark',
	},
	role: {
		student: 'Student',
		teacher: 'Teacher',
		admin: 'Admin',
	},

	/** Until the school chooses its own; nobody renames waiting. */
	statuses: {
		present: { word: 'present', letter: 'P' },
		late: { word: 'late', letter: 'L' },
		absent: { word: 'absent', letter: 'A' },
		excused: { word: 'excused', letter: 'E' },
	},
	waiting: { word: 'waiting', letter: '–' },
	method: {
		camera: 'by camera',
		phone: 'by phone',
		teacher: 'by the teacher',
		rule: 'when the roll call closed',
	},

	errorPage: {
		notFound: {
			title: 'This page is not here.',
			safe: 'Nothing was lost.',
			next: 'It may have been removed, or the address has a mistake.',
		},
		forbidden: {
			title: 'This is not for your account.',
			safe: 'Nothing was changed.',
			next: 'Ask an admin of your school if you think you should see it.',
		},
		tooMany: {
			title: 'That was too often.',
			safe: 'Nothing was lost.',
			next: 'Please wait a little and try again.',
		},
		other: {
			title: 'Something went wrong on our side.',
			safe: 'What was saved before is safe.',
			next: 'Please try again. If it happens again, tell an admin the number below.',
		},
		again: 'Try again',
		home: 'To the start',
	},
} as const;
