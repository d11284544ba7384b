import type { ConsentDecision } from '../../contract/terms';

/** A student's own place: what the school holds about them, and what they can say about it. */
export const ownPlace = {
	consent: {
		title: 'Your face',
		back: 'Me',
		none: 'Nobody has said yet whether FaceTrack may recognise your face. Until then you are marked by hand.',
		state: {
			granted: 'FaceTrack may recognise your face.',
			refused: 'FaceTrack does not recognise your face. You are marked by hand.',
			withdrawn:
				'Consent is withdrawn, and everything that described your face is deleted. You are marked by hand.',
		} satisfies Record<ConsentDecision, string>,
		receipt: {
			granted: (who: string, when: string, number: string) =>
				`Consent by ${who} on ${when}. Receipt ${number}`,
			refused: (who: string, when: string, number: string) =>
				`Declined by ${who} on ${when}. Receipt ${number}`,
			withdrawn: (who: string, when: string, number: string) =>
				`Withdrawn by ${who} on ${when}. Receipt ${number}`,
		} satisfies Record<ConsentDecision, unknown>,
		givers: { student: 'you', guardian: 'a parent or guardian' },
		when: (day: string, time: string) => `${day}, ${time}`,
		decide: 'Decide about your face',
		yes: 'Yes, I agree',
		withdraw: 'Withdraw consent',
		withdrawText:
			'Everything that describes your face is deleted at once. From then on you are marked by hand, and nothing else is different.',
		withdrawConfirm: 'Withdraw and delete',
		guardiansNo:
			'A parent or guardian has declined. If they changed their mind, please ask them to tell the school.',
	},
	enrolment: {
		title: 'Enrol your face',
		back: 'Me',
		action: 'Enrol on this phone',
		again: 'Capture again on this phone',
		state: {
			none: 'Your face is not enrolled yet. Do it here, or at your teacher’s tablet.',
			unconfirmed: (day: string) =>
				`Captured on a phone of yours, ${day}. Your teacher has to confirm once that it is you: at the next roll call, or when you ask them.`,
			enrolled: (day: string) => `Enrolled, ${day}. To have it captured again, ask your teacher.`,
		},
		done: 'Captured. Your teacher confirms once that it is you.',
		noModels: 'Faces cannot be enrolled here just now. Please ask your teacher.',
		confirmed:
			'Your face is enrolled and confirmed. To have it captured again, please ask your teacher.',
		tooMany:
			'You have captured your face many times in the last hour. Please try again later, or ask your teacher.',
		changed:
			'The face was captured anew meanwhile, or deleted. Please reload this page and look once more.',
	},
	data: {
		title: 'Your data',
		text: 'What the school stores about you, as a file: account, classes, marks with every change, excuses, disputes, consents, phones, check-ins, and which e-mails were about you. Of your face it says when it was captured; the numbers themselves, and those behind a camera’s decisions, stay where they are.',
		action: 'Download my data',
		fileName: 'my-attendance-data.json',
	},
} as const;
