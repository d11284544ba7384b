import type { CheckInRefusal } from '../../contract/check-in';
import type { RevokedBecause } from '../../contract/devices';
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
		'device-revoked':
			'This phone was taken out of use. Please register it here again, then ask your teacher.',
		'bad-signature':
			'This phone could not confirm the check-in. Please reload the page and begin again.',
		'no-passkey':
			'This class asks for a passkey, and this phone has none yet. Please make one here.',
		'passkey-waits': 'Your teacher has to approve the new passkey first. Please ask them.',
		'passkey-address':
			'Passkeys do not work at this address. Please open FaceTrack by its name, or ask your teacher to mark you.',
		'bad-passkey': 'The passkey did not fit this check-in. Please begin again.',
		'passkey-unverified':
			'The phone did not look at who holds it. Please begin again, and unlock it with your finger, face or PIN when it asks.',
		'passkey-counter':
			'This passkey was used elsewhere since. Please make a new one here, then ask your teacher.',
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
		'device-revoked': 'Came from a phone that was taken out of use.',
		'bad-signature': 'The phone’s signature did not fit what was sent.',
		'no-passkey': 'Came without the passkey of their phone.',
		'passkey-waits': 'Came with a new passkey that waits for approval.',
		'passkey-address': 'Came by an address at which passkeys do not work.',
		'bad-passkey': 'The passkey’s signature did not fit what was sent.',
		'passkey-unverified': 'The phone did not ask for a finger, face or PIN.',
		'passkey-counter': 'The passkey counted backwards: there may be a copy of it.',
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

	/** For the student, by whom their phone was taken out of use. */
	ended: {
		forgotten:
			'You took this phone out of use. Please register it here again, then ask your teacher.',
		revoked:
			'The school took this phone out of use. Please talk to your teacher, who can approve it again.',
	} satisfies Record<Extract<RevokedBecause, 'forgotten' | 'revoked'>, string>,

	passkeys: {
		/** Shown by the phone when it asks. */
		rpName: (school: string) => (school === '' ? 'FaceTrack' : `FaceTrack, ${school}`),
		/** @param origins at which they work, the one to use first; may be none */
		address: (origins: readonly string[]) =>
			origins.length === 0
				? 'Passkeys need an address with a name, and the school’s server has none that is safe yet. Please ask your teacher to mark you.'
				: `Passkeys need an address with a name, such as ${origins[0]}; at an address of numbers they do not work. Please open FaceTrack by its name, or ask your teacher to mark you.`,
		failed: 'The passkey could not be registered. Please reload the page and try again.',
		unverified:
			'The phone did not look at who holds it. Please try again, and unlock it with your finger, face or PIN when it asks.',
		tooSlow: 'That took a little too long. Please try again.',
		known: 'This passkey is registered already. Please reload the page.',
		phoneFirst:
			'This phone does not check you in yet: the passkey comes after your teacher has approved it.',
	},

	devices: {
		notAKey: 'This phone could not be registered. Please reload the page and try again.',
		idUsed: 'This phone is registered already. Please reload the page.',
		notWaiting: 'This phone is not waiting any more. Please look again.',
		endedAlready: 'This phone is out of use already. Please look again.',
	},
} as const;
