import { plural } from '../plural';

/** The pages of checking in by phone: the student's, and the phones that staff approve. */
export const checkInPage = {
	title: 'Check in',
	back: 'Today',
	to: (className: string) => `to ${className}`,

	today: {
		label: 'Open now',
		until: (time: string) => `open until ${time}`,
		open: 'open now',
		action: 'Check in',
		actionLong: (className: string) => `Check in to ${className}`,
		markedAt: (time: string) => `at ${time}`,
	},

	steps: {
		label: 'Three steps',
		code: 'Code',
		face: 'Face',
		done: 'Done',
		/** For those who listen. */
		at: (step: number, of: number, name: string) => `Step ${step} of ${of}: ${name}`,
	},

	choose: {
		title: 'Which class are you in?',
		none: 'Nothing to check in to now',
		noneText: 'When your teacher opens a roll call, it stands here and on Today.',
		toToday: 'To Today',
	},

	code: {
		title: 'The code on the display',
		text: 'Scan the picture, or type the eight digits beside it.',
		scan: 'Scan the code',
		stopScan: 'Type the digits instead',
		scanning: 'Hold the phone so that the square picture on the display is in sight.',
		scanLabel: 'Camera that looks for the code',
		noScan: 'This phone cannot read the picture. Please type the digits.',
		label: 'Eight digits',
		submit: 'Go on',
		checking: 'One moment…',
		incomplete: 'The code has eight digits. Please type them as they stand on the display now.',
		meanwhile: 'Typing the digits works without a camera.',
	},

	face: {
		title: 'Your face',
		text: 'Put your face into the oval and do what stands below.',
		textStill: 'Put your face into the oval and look at the camera.',
		label: 'Camera that looks at you',
		pictures: 'Only numbers are sent, never a picture.',
		look: 'Look at the camera.',
		moveALittle: 'Look at the camera, and move your head a little.',
		progress: (step: number, of: number) => `${step} of ${of}`,
		progressLong: (percent: number) => `${percent} per cent done`,
		meanwhile: 'You can also ask your teacher to mark you.',
		noModels: 'Faces cannot be recognised on this server now. Please ask your teacher to mark you.',
	},

	sending: 'Checking you in…',
	lost: {
		title: 'Did it arrive?',
		text: 'The network went away while your check-in was sent. As soon as it is back, this page looks whether you are marked.',
	},
	notTaken: 'The network went away, and your check-in was not taken. Please begin again.',
	gone: {
		title: 'Look at your record',
		text: 'The network went away, and this roll call is not open any more. Your record says whether you are marked.',
		action: 'To your record',
	},
	expired: 'That took a little too long. Please begin again.',

	done: {
		title: (className: string) => `You are checked in to ${className}.`,
		standing: (className: string) => `Your mark in ${className}`,
		/** Another mark stands: of whoever is marked as not here. */
		otherwise: (word: string) => `Your teacher has marked you as ${word}. Please talk to them.`,
		at: (time: string) => `at ${time}`,
		toToday: 'Done',
	},

	refused: {
		title: 'Not yet',
		again: 'Try again',
		wait: (clock: string) => `You can try again in ${clock}.`,
		waitLong: (seconds: number) =>
			`You can try again in about ${plural(Math.max(1, Math.round(seconds / 60)), {
				one: '# minute',
				other: '# minutes',
			})}.`,
		reload: 'Reload the page',
		register: 'Register this phone',
	},

	teacher: {
		action: 'Ask your teacher',
		title: 'Ask your teacher',
		text: 'Your teacher marks you with one tap. It counts just the same, and nobody needs to know why.',
		stay: 'Go on here',
	},

	network: {
		offline:
			'Checking in needs the network, and this phone has none just now. It goes on by itself.',
		connecting: 'Connecting to the school…',
		outdated: 'This page is older than the school’s server. Please reload it.',
		signedOut: 'You are signed out. Please sign in again.',
		reload: 'Reload',
		failed: 'The school’s server did not answer. Please try again.',
	},

	storage: {
		title: 'This browser cannot check you in',
		blocked:
			'It keeps nothing, perhaps because this is a private window. Please open this page in an ordinary window, or ask your teacher to mark you.',
		full: 'There is no room left on this phone to keep its key. Please make some, or ask your teacher to mark you.',
	},
	phone: {
		title: 'This phone',
		waits: 'Your teacher has to approve this phone before it can check you in. Please ask them.',
		unregistered:
			'You check in with another phone. Please take that one, or register this one here: your teacher then approves it.',
		look: 'Look again',
		stillWaits: 'It is not approved yet.',
	},

	device: {
		unnamed: 'A phone',
		title: 'Your phones',
		text: 'One phone at a time checks you in. Another one takes its place when your teacher approves it.',
		none: 'No phone yet. Your first one is registered by itself when you sign in on it.',
		this: 'this one',
		state: {
			active: 'checks you in',
			asked: 'waits for your teacher',
			revoked: 'not used any more',
		},
		since: (day: string) => `registered on ${day}`,
		lastUsed: (day: string) => `last used on ${day}`,
	},

	approve: {
		title: 'Phones to approve',
		text: 'A student checks in with one phone. A new one takes the place of the old one when you say so: ask the student whether it is theirs.',
		back: 'Today',
		onToday: (count: number) =>
			plural(count, {
				one: '# phone waits for approval',
				other: '# phones wait for approval',
			}),
		empty: 'No phone waits',
		emptyText: 'When a student wants to check in with another phone, it stands here and on Today.',
		asked: (name: string, day: string) => `${name}, asked on ${day}`,
		approve: 'Approve',
		approveWhose: (name: string) => `Approve the phone of ${name}`,
		decline: 'Decline',
		declineWhose: (name: string) => `Decline the phone of ${name}`,
		done: {
			approved: 'The phone is approved. The one before does not check in any more.',
			declined: 'The phone is declined. The one before goes on checking in.',
		},
	},

	refusedList: {
		title: 'Check-ins by phone that did not work',
		line: (name: string, time: string) => `${name}, ${time}`,
		none: 'Every check-in worked so far.',
	},
} as const;
