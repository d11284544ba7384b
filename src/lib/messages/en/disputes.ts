import type { DisputeState } from '../../contract/terms';
import { plural } from '../plural';

const somebody = (name: string | null) => name ?? 'Somebody';

export const disputes = {
	title: 'Disputed marks',
	text: 'A student says that a mark is wrong. You change it or keep it; the student sees your answer.',
	back: 'Today',
	waiting: 'Waiting for an answer',
	more: (count: number) =>
		plural(count, {
			one: '# more waits. It comes up here once some of these are answered.',
			other: '# more wait. They come up here once some of these are answered.',
		}),
	empty: 'Nothing to answer',
	emptyText: 'When a student says that a mark is wrong, it stands here and on Today.',
	answered: 'Answered lately',
	rollCall: (className: string, day: string) => `Roll call of ${className}, ${day}`,
	disputedOf: (name: string, className: string, day: string) => `${name}, ${className}, ${day}`,
	said: (name: string, day: string) => `${name} said on ${day}:`,
	now: 'The mark now',
	before: (word: string) => `It was ${word} when it was disputed.`,
	history: 'What happened to this mark',

	changeTo: 'Change it to',
	minutesLate: 'Minutes late',
	answer: 'A sentence to the student (optional)',
	change: 'Change the mark',
	keep: 'Keep the mark',
	answering: 'Sending…',
	told: (answer: string) => `The student was told: “${answer}”`,
	done: {
		changed: (name: string) => `The mark of ${name} is changed, and they are told.`,
		kept: (name: string) => `The mark of ${name} stays as it is, and they are told.`,
	},

	/** For the history of the mark. */
	changeReason: (text: string) => `disputed: “${text}”`,

	own: {
		title: 'Is this mark wrong?',
		text: (days: number) =>
			`Tell your teacher what is wrong. You can do so for ${days} days after the roll call.`,
		label: 'What is wrong?',
		hint: 'A sentence or two are enough. Your teacher sees it with your name.',
		submit: 'Dispute this mark',
		sending: 'Sending…',
		sent: 'Sent. Your teacher answers here; you find it on Today, too.',
		earlier: 'What you disputed',
		said: (day: string) => `You said on ${day}:`,
		waits: 'It waits for an answer of your teacher.',
		outcome: {
			changed: (name: string | null, day: string) =>
				`${somebody(name)} changed the mark on ${day}.`,
			kept: (name: string | null, day: string) => `${somebody(name)} kept the mark on ${day}.`,
		},
	},

	/** Why a mark cannot be disputed, where no form stands. */
	cannot: {
		waiting: () => 'You have disputed this mark already. Your teacher will answer.',
		'no-mark': () => 'There is no mark here now, so there is nothing to dispute.',
		'too-late': (days: number) =>
			`A mark can be disputed for ${days} days after its roll call. Please ask your teacher.`,
	},

	refusals: {
		answered: (
			name: string | null,
			state: Exclude<DisputeState, 'waiting'>,
			answer: string | null,
		) => {
			const what = state === 'changed' ? 'the mark was changed' : 'the mark was kept';
			const said = answer === null ? '' : ` The student was told: “${answer}”`;
			return `${somebody(name)} has answered this already: ${what}.${said}`;
		},
		changedMeanwhile: (word: string) =>
			`The mark has changed since you opened this page: it says “${word}” now. Please look at it, and answer then.`,
		noArrivalYet: 'So many minutes after the start have not passed yet. Please say fewer minutes.',
		arrivalAfterClosing:
			'The roll call had closed by then. Please say fewer minutes, or choose absent.',
		sameMark: 'This is what the mark says already. Please choose another status, or keep it.',
	},

	today: {
		title: 'To do',
		risk: 'Students at risk',
		riskLoading: 'Looking for students at risk.',
		riskNobody: 'Nobody in your classes is at risk.',
		riskFailed: 'Students at risk could not be listed just now. Everything else here is right.',
		riskAll: (count: number) =>
			plural(count, { one: 'See # student at risk', other: 'See all # students at risk' }),
		riskReports: 'See reports',
		waiting: (count: number) =>
			plural(count, {
				one: '# disputed mark waits for an answer',
				other: '# disputed marks wait for an answer',
			}),
		ownAnswers: 'Answers to what you disputed',
		ownAnswer: (className: string, day: string, state: DisputeState) =>
			`${className}, ${day}: ${state === 'changed' ? 'your mark was changed' : 'your mark was kept'}`,
	},
} as const;
