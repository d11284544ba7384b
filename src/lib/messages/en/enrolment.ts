import { plural } from '../plural';

const either = new Intl.ListFormat('en', { type: 'conjunction' });

export const enrolment = {
	title: (name: string) => `Enrol ${name}`,

	burst: {
		title: 'Enrol the class',
		skip: 'Skip',
		skipLong: (name: string) => `Skip ${name} for now`,
		doneTitle: 'Everybody is enrolled',
		doneText: (enrolled: number) =>
			plural(enrolled, {
				one: '# student of this class can be recognised.',
				other: '# students of this class can be recognised.',
			}),
		endTitle: 'That was the last name',
		endText: (waiting: number) =>
			plural(waiting, {
				one: '# student is not enrolled yet. Go round once more when they are here.',
				other: '# students are not enrolled yet. Go round once more when they are here.',
			}),
		emptyTitle: 'No students yet',
		emptyText: 'Add names to the class first, then enrol one after the other.',
		again: 'Once more from the top',
		toClass: 'To the class',
		toToday: 'To today',
	},

	/** The wording that a consent refers to: a change of it needs a new CONSENT_TEXT_VERSION. */
	consent: {
		title: 'May FaceTrack recognise this face?',
		what: {
			title: 'What is kept',
			text: 'A few rows of numbers that describe the face, encrypted, and for some time how sure the camera was. No picture is kept, and no picture leaves this device.',
		},
		why: {
			title: 'What it is for',
			text: 'To mark attendance in this student’s classes: when they are in front of the class’s camera, or check in with their own phone. For nothing else.',
		},
		whom: {
			title: 'Whom they are compared with',
			text: 'In a roll call, with the students of that class. When somebody is enrolled, with everybody enrolled at this school, so that nobody is enrolled twice. If the school turns it on, also when a camera sees somebody who is not of the class, so that a student at the wrong door is known as a visitor.',
		},
		learn: {
			title: 'How they stay right',
			text: 'When the camera is in doubt and a teacher says who it is, it may keep the numbers of what it saw, to know the face better.',
		},
		long: {
			title: 'How long',
			text: 'Until you say stop. Then the numbers are deleted at once.',
		},
		free: {
			title: 'It is your choice',
			text: 'Whoever says no is marked by hand, and nothing else is different. You can change your mind on any day: tell a teacher.',
		},
		givenBy: 'Who decides?',
		givers: { student: 'The student', guardian: 'A parent or guardian' },
		tick: (name: string) =>
			`I agree that numbers that describe the face of ${name} are kept for attendance.`,
		yes: 'Yes, enrol',
		no: 'No, mark me by hand',
		tickFirst: 'Please tick the sentence above first, or choose “No, mark me by hand”.',
	},
	declined: {
		title: 'Marked by hand',
		text: (name: string) =>
			`There is no consent for ${name}, so no face is kept and the camera does not recognise them. A teacher marks them by hand, and nothing else is different.`,
		recorded: (day: string) => `Recorded on ${day}.`,
		goOn: 'Go on',
		change: 'They changed their mind',
	},
	/** Staff decide: this face is another student's already. */
	sameFace: (people: readonly { name: string; classNames: readonly string[] }[]) => {
		const named = people.map(({ name, classNames }) =>
			classNames.length > 0 ? `${name} (${classNames.join(', ')})` : name,
		);
		return `This face is already enrolled as ${either.format(named)}.`;
	},
	/** Staff decide: this face is not the one that was enrolled before. */
	otherFace: (name: string, day: string) =>
		`This does not look like the face that was enrolled as ${name} on ${day}.`,
	day: (instant: Date, timeZone: string) =>
		new Intl.DateTimeFormat('en-GB', {
			day: 'numeric',
			month: 'long',
			year: 'numeric',
			timeZone,
		}).format(instant),

	consented: (who: string, day: string) => `Consent by ${who}, ${day}.`,
	giver: { student: 'the student', guardian: 'a parent or guardian' },
	enrolledAlready: (references: number) =>
		plural(references, {
			one: 'Enrolled already, with # capture. A new capture takes its place.',
			other: 'Enrolled already, with # captures. A new capture takes their place.',
		}),
	captureAgain: 'Capture again',
	unconfirmed: {
		title: 'Whose face is it?',
		text: (name: string) =>
			`${name} was enrolled on their own phone, where nobody saw who stood before it. Confirm it if they did it before your eyes. Otherwise leave it: at the next roll call the camera shows you whom it takes for ${name}, and asks.`,
		confirm: (name: string) => `I saw it: this is ${name}`,
		confirmDistinct: 'They are two people: confirm',
		capture: 'Capture here instead',
	},
	withdraw: {
		action: 'Withdraw consent',
		text: (name: string) =>
			`Everything that describes the face of ${name} is deleted at once. From then on they are marked by hand.`,
		confirm: 'Withdraw and delete',
		done: 'Withdrawn. Everything that described the face is deleted.',
	},

	capture: {
		label: 'Camera',
		count: (done: number, of: number) => `${done} of ${of}`,
		countLong: (done: number, of: number) => `${done} of ${of} good captures`,
		pictures: 'No picture is kept, and none leaves this device.',
		hint: {
			'come-in': 'Please come into the oval',
			'one-only': 'Only one face, please',
			closer: 'A little closer',
			further: 'A little further back',
			'more-light': 'I can’t see you well. A little more light?',
			'less-light': 'That is very bright. A little less light?',
			'look-here': 'Please look at the camera',
			upright: 'Hold your head upright',
			'hold-still': 'Hold still…',
			uncover: 'Is something in front of your face?',
			straight: 'Look straight at the camera',
			'turn-left': 'Turn your head a little to your left',
			'turn-right': 'Turn your head a little to your right',
		},
		byHand: 'You can also leave it: marking by hand works as always.',
		startedOver: 'I see somebody else now, so we begin again.',
		sending: 'Saving…',
		waitingToSend: 'Captured. The network is away; it is saved as soon as it is back.',
		done: 'Done',
		doneText: (name: string) => `${name} can be recognised from now on.`,
		refusedTitle: 'Not saved yet',
		objection: {
			'same-face': {
				title: 'Who is this?',
				next: (name: string) =>
					`If it is ${name}, and the two are only alike, as twins are, go on. The camera will then ask you each time.`,
				confirm: 'They are two people: enrol',
				stop: 'It is the same person: stop',
			},
			'other-face': {
				title: 'Who is this?',
				next: (name: string) => `If it is ${name}, this face takes the place of the earlier one.`,
				confirm: 'The earlier face was wrong: replace it',
				stop: 'It is somebody else: stop',
			},
		},
		stuckTitle: 'This does not work well here',
		stuckText:
			'Try a place with light from the front and nobody behind. Or leave it: marking by hand works as always.',
		again: 'Try again',
		leave: 'Leave it for now',
		outdated: 'This page is older than the school’s server. Please reload it.',
		signedOut: 'You are signed out. Please sign in again.',
		reload: 'Reload',
	},
} as const;
