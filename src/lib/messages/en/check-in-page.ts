import type { DeviceChange, RevokedBecause } from '../../contract/devices';
import type { PasskeyStanding } from '../../contract/passkeys';
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
		label: 'Steps',
		code: 'Code',
		face: 'Face',
		confirm: 'Passkey',
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

	passkey: {
		title: 'Your passkey',
		text: 'Your phone asks once for your finger, face or PIN. It looks by itself: the school gets nothing of it.',
		confirm: 'Use the passkey',
		/** When the phone did not do what it was asked; for all reasons, as a browser does not say which. */
		failed: {
			sign: 'The phone did not confirm that it is you. Please try again; if its passkey is gone, make a new one or ask your teacher.',
			make: 'The phone made no passkey. Please try again; it asks for your finger, face or PIN then.',
		},
		make: 'Make a passkey',
		makeNew: 'Make a new passkey',
		replacing: 'Your teacher has to approve the new passkey. Until then the one before counts.',
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
		forgotten:
			'You took this phone out of use. To check in with it, register it again: your teacher then approves it.',
		revoked:
			'The school took this phone out of use. Please talk to your teacher. When they agree, register it again, and they approve it.',
		'no-passkey':
			'This class asks for a passkey: the phone looks each time whether it is you, by your finger, face or PIN. Make one here, once.',
		'passkey-unsupported':
			'This class asks for a passkey, and this browser cannot make one. Please set a screen lock on the phone and look again, or ask your teacher to mark you.',
		'passkey-waits':
			'Your teacher has to approve the new passkey before it can check you in. Please ask them.',
		passkeyTitle: 'A passkey',
		look: 'Look again',
		stillWaits: 'It is not approved yet.',
		stillNone: 'There is no screen lock yet that this browser can use.',
	},

	device: {
		unnamed: 'A phone',
		title: 'Your phones',
		text: 'One phone at a time checks you in. Another one takes its place when your teacher approves it, and so does another passkey.',
		none: 'No phone yet. Your first one is registered by itself when you sign in on it.',
		this: 'this one',
		state: {
			active: 'checks you in',
			asked: 'waits for your teacher',
			revoked: 'not used any more',
		},
		ended: {
			replaced: 'another phone took its place',
			declined: 'your teacher did not approve it',
			forgotten: 'you took it out of use',
			revoked: 'the school took it out of use',
		} satisfies Record<RevokedBecause, string>,
		passkey: {
			none: null,
			asked: 'its passkey waits for your teacher',
			active: 'has a passkey',
			replacing: 'has a passkey, and a new one waits for your teacher',
		} satisfies Record<PasskeyStanding, string | null>,
		passkeyText:
			'Some classes ask for a passkey besides: the phone looks each time whether it is you, by your finger, face or PIN. The school gets nothing of it.',
		passkeyUnsupported: 'This browser cannot make a passkey. A phone needs a screen lock for that.',
		passkeyMade: 'The passkey is made.',
		forget: 'Take out of use',
		forgetWhich: (name: string) => `Take ${name} out of use`,
		forgetTitle: (name: string) => `Take ${name} out of use?`,
		forgetText:
			'It stops checking you in at once. To check in by phone again, you register one, and your teacher approves it; until then your teacher marks you. Your marks stay as they are, and you stay signed in.',
		withdrawText:
			'Your teacher is not asked about it any more. The phone that checks you in goes on doing so.',
		forgotten: 'The phone is out of use.',
		since: (day: string) => `registered on ${day}`,
		lastUsed: (day: string) => `last used on ${day}`,
	},

	approve: {
		title: 'Phones',
		text: 'A student checks in with one phone. A new one takes the place of the old one when you say so, and so does a new passkey on it: ask the student whether it is theirs.',
		back: 'Today',
		views: 'Phones by what is to be done',
		view: { asked: 'To approve', 'in-use': 'In use', changes: 'History' },
		onToday: (count: number) =>
			plural(count, {
				one: '# phone or passkey waits for approval',
				other: '# phones or passkeys wait for approval',
			}),
		empty: 'No phone waits',
		emptyText: 'When a student wants to check in with another phone, it stands here and on Today.',
		/** Of a phone that is in use already. */
		passkey: (phone: string) => `A new passkey on ${phone}`,
		asked: (name: string, day: string) => `${name}, asked on ${day}`,
		approvePasskeyWhose: (name: string) => `Approve the new passkey of ${name}`,
		declinePasskeyWhose: (name: string) => `Decline the new passkey of ${name}`,
		approve: 'Approve',
		approveWhose: (name: string) => `Approve the phone of ${name}`,
		decline: 'Decline',
		declineWhose: (name: string) => `Decline the phone of ${name}`,
		done: {
			approved: 'The phone is approved. The one before does not check in any more.',
			declined: 'The phone is declined. The one before goes on checking in.',
			'passkey-approved': 'The passkey is approved. The one before does not count any more.',
			'passkey-declined': 'The passkey is declined. The one before goes on counting.',
			revoked: 'The phone is out of use. Its next check-in is refused.',
		},
		inUse: {
			none: 'No phone in use',
			noneText: 'When your students check in by phone, theirs stand here.',
			search: 'Search by student or phone',
			noMatch: 'No phone fits',
			noMatchText: 'Search for another name.',
			withPasskey: 'with a passkey',
			used: (day: string) => `last used on ${day}`,
			neverUsed: 'not used yet',
			revoke: 'Take out of use',
			revokeWhose: (name: string) => `Take the phone of ${name} out of use`,
			revokeTitle: (name: string) => `Take the phone of ${name} out of use?`,
			revokeText:
				'It stops checking them in at once, and they read that the school did this. They can ask for it or another one again; you then approve it. Marks stay as they are. Who did it is kept.',
		},
		changes: {
			none: 'Nothing has been done yet',
			noneText: 'Who registers, approves and takes phones out of use stands here.',
			/** What was done, of whose phone. */
			what: {
				registered: (student: string, phone: string) => `${student}: ${phone}, their first phone`,
				asked: (student: string, phone: string) => `${student}: ${phone} asked for`,
				approved: (student: string, phone: string) => `${student}: ${phone} approved`,
				declined: (student: string, phone: string) => `${student}: ${phone} declined`,
				replaced: (student: string, phone: string) => `${student}: ${phone} replaced by another`,
				forgotten: (student: string, phone: string) =>
					`${student}: ${phone} taken out of use by its student`,
				revoked: (student: string, phone: string) => `${student}: ${phone} taken out of use`,
				'passkey-registered': (student: string, phone: string) =>
					`${student}: first passkey on ${phone}`,
				'passkey-asked': (student: string, phone: string) =>
					`${student}: another passkey on ${phone} asked for`,
				'passkey-approved': (student: string, phone: string) =>
					`${student}: passkey on ${phone} approved`,
				'passkey-declined': (student: string, phone: string) =>
					`${student}: passkey on ${phone} declined`,
			} satisfies Record<DeviceChange, (student: string, phone: string) => string>,
			by: (name: string, time: string) => `${name}, ${time}`,
			nobody: 'somebody who is not here any more',
		},
	},

	refusedList: {
		title: 'Check-ins by phone that did not work',
		line: (name: string, time: string) => `${name}, ${time}`,
		none: 'Every check-in worked so far.',
	},
} as const;
