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
		next: 'Now your teacher can enrol you at the tablet.',
		withdraw: 'Withdraw consent',
		withdrawText:
			'Everything that describes your face is deleted at once. From then on you are marked by hand, and nothing else is different.',
		withdrawConfirm: 'Withdraw and delete',
		guardiansNo:
			'A parent or guardian has declined. If they changed their mind, please ask them to tell the school.',
	},
	data: {
		title: 'Your data',
		text: 'What the school stores about you, as a file: account, classes, marks with every change, excuses, disputes, consents, phones, check-ins, and which e-mails were about you. Of your face it says when it was captured; the numbers themselves, and those behind a camera’s decisions, stay where they are.',
		action: 'Download my data',
		fileName: 'my-attendance-data.json',
	},
} as const;
