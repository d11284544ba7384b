import type { CheckInRefusal } from '../../contract/check-in';
import { plural } from '../plural';

/** Checking in by phone: what a student reads, and what the teacher reads of it. */
export const checkIn = {
	/** Why a check-in was not taken, as what to do next. */
	refusals: {
		'not-open': 'There is no open roll call here any more. Please talk to your teacher.',
		'not-member': 'You are not on the list of this class. Please talk to your teacher.',
		'by-phone-off': 'This class does not check in by phone. Your teacher marks you.',
		'wrong-code': 'This code does not hold any more. Please take the one on the display now.',
		'nonce-unknown': 'This check-in was begun anew elsewhere. Please begin again.',
		'nonce-used':
			'This check-in was sent already. Look whether you are marked; if not, please begin again.',
		'nonce-expired': 'That took a little too long. Please begin again.',
		clock:
			'The clock of this phone is off. Please let the phone set it by itself, then begin again.',
		'no-device':
			'This phone is not the one that you check in with. Please register it here, then ask your teacher.',
		'device-waits': 'Your teacher has to approve this phone first. Please ask them.',
		'bad-signature':
			'This phone could not confirm the check-in. Please reload the page and begin again.',
		'shared-device':
			'Somebody else has checked in with this phone in this roll call. Please use your own, or ask your teacher to mark you.',
		outdated: 'This page is older than the school’s server. Please reload it, then begin again.',
		'bad-vectors': 'The camera’s pictures did not arrive well. Please begin again.',
		replayed: 'These pictures were sent before. Please begin again and look into the camera.',
		liveness: 'Please begin again, and follow the steps one by one.',
		'no-match':
			'The camera could not see you well enough. Please begin again in better light, or ask your teacher to mark you.',
		'not-enrolled': 'Your face is not enrolled yet. Please ask your teacher to mark you.',
		'face-unconfirmed':
			'You enrolled on your own phone, and your teacher has to confirm once that it is you. Please ask them.',
		'taken-back': 'Your teacher has taken your mark back. Please talk to them.',
		'marked-otherwise': 'Your teacher has marked you already. Please talk to them.',
		'too-many':
			'That did not work several times. Please wait a little, or ask your teacher to mark you.',
	} satisfies Record<CheckInRefusal, string>,

	/** The time told to a phone whose clock is off. */
	clock: (now: Date, timeZone: string) => {
		const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone }).format(now);
		return `The clock of this phone is off: it is ${time}. Please let the phone set it by itself, then begin again.`;
	},
	tooMany: (minutes: number) =>
		`That did not work several times. Please wait ${plural(minutes, { one: '# minute', other: '# minutes' })}, or ask your teacher to mark you.`,

	/** The same for the teacher: what happened, no judgement. */
	why: {
		'not-open': 'The roll call was not open.',
		'not-member': 'Is not on the list of the class.',
		'by-phone-off': 'The class does not check in by phone.',
		'wrong-code': 'The code was not the one on the display.',
		'nonce-unknown': 'The check-in was begun anew elsewhere.',
		'nonce-used': 'The same check-in came twice.',
		'nonce-expired': 'It took longer than a minute.',
		clock: 'The clock of the phone was off by more than a minute.',
		'no-device': 'Came from a phone that is not registered.',
		'device-waits': 'Came from a new phone that waits for approval.',
		'bad-signature': 'The phone’s signature did not fit what was sent.',
		'shared-device': 'Came from a phone that somebody else used in this roll call.',
		outdated: 'The page on the phone was out of date.',
		'bad-vectors': 'What arrived was not a face.',
		replayed: 'The same pictures were sent before.',
		liveness: 'The movements were not the ones asked for.',
		'no-match': 'The face could not be confirmed.',
		'not-enrolled': 'The face is not enrolled.',
		'face-unconfirmed': 'Enrolled on their own phone, and nobody has confirmed the face yet.',
		'taken-back': 'You had taken the mark back.',
		'marked-otherwise': 'Came, but is marked absent or excused.',
		'too-many': 'Had to wait after five tries in three minutes.',
	} satisfies Record<CheckInRefusal, string>,
	sharedWith: (names: readonly string[]) =>
		`Came from a phone that ${new Intl.ListFormat('en-GB').format(names)} used in this roll call.`,

	devices: {
		notAKey: 'This phone could not be registered. Please reload the page and try again.',
		idUsed: 'This phone is registered already. Please reload the page.',
		notWaiting: 'This phone is not waiting any more. Please look again.',
	},
} as const;
