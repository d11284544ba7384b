import type { ErrorCode } from '$lib/contract/ack';
import { plural } from '../plural';

/** What a refusal says when nothing more exact is known. */
export const errors: Record<ErrorCode, string> = {
	unauthenticated: 'Please sign in again.',
	forbidden: 'Your account may not do this. Ask an admin if you think it should.',
	'not-found': 'This is not here any more. Go back and look again.',
	invalid: 'Something in this request was not right. Please check it and try again.',
	conflict: 'Somebody changed this at the same time. Please look again.',
	closed: 'This roll call is closed.',
	'bad-time':
		'This device’s clock does not fit this roll call. Please set its clock and mark by hand.',
	'too-late': 'This waited on a device for longer than your school takes it.',
	'other-camera':
		'This roll call is closed, and this device was not part of it. What its camera saw is not taken.',
	'no-consent': 'There is no consent for this student, so no face can be kept.',
	'same-face': 'This face is enrolled for another student already.',
	'other-face': 'This does not look like the face that was enrolled before.',
	'too-many': 'That was too often. Please wait a little and try again.',
	outdated: 'This app is older than the school’s server. Please reload it to update.',
	unavailable: 'The server cannot answer just now. Nothing is lost. Please try again.',
	internal: 'Something went wrong on our side. Nothing was changed. Please try again.',
};

/** Why a capture, a sighting or a mark was refused, where more exact than its code. */
export const rollCallRefusals = {
	brokenVectors:
		'This device sent something that is not a face. Please reload the page and try again.',
	otherEngine: 'This page works with an older face model than the server. Please reload it.',
	poorCaptures:
		'These pictures are not clear enough yet. Please take them again with a little more light.',
	copiedCaptures:
		'These pictures are too much alike. Please take them again and turn the head a little between them.',
	severalPeople:
		'These pictures do not look like one person. Please take them again with only this student in front of the camera.',
	trackTwice: 'One face was sent twice in the same moment. Please reload the page.',
	notOnRoster: 'This student is not on the roster of this roll call.',
	notACandidate: 'Please choose one of the students that are suggested here.',
	doubtAnswered: 'Somebody has answered this already.',
	doubtChanged: 'The camera asks about somebody else by now. Please look again.',
	doubtSettled: 'This settled itself meanwhile: change the mark by hand where it is wrong.',
	answerTakenBack: 'The answer was taken back.',
	markTakenBack: 'Undone.',
	restTakenBack: '“Mark the rest” was taken back.',
	leftWithoutComing:
		'Only somebody who is present or late can leave early. Please change the status, or take out when they left.',
	leftBeforeComing:
		'Nobody can leave before they came. Please check when they came and when they left.',
	madeInFuture: (clock: string) =>
		`This device says that it was made later than now. Please set its clock: it is ${clock}.`,
	madeBefore: 'This device says that it was made before the roll call was opened.',
	waitedTooLong: (hours: number) =>
		`It waited on the device for more than ${plural(hours, { one: '# hour', other: '# hours' })}. Please mark by hand.`,
	idUsed: 'This was sent before for somebody else. Please try again.',
	displayGone: 'This display link no longer works. Please open the display from the roll call.',
} as const;

/** How the projector calls a student of a class that shows no names. */
export const numberedStudent = (position: string) => `Student ${position}`;
