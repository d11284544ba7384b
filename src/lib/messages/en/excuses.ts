import { plural } from '../plural';

export const excuses = {
	title: 'Excuses',
	text: 'Days on which a student is excused. Roll calls of those days mark them by themselves.',
	views: 'Excuses',
	tabs: { waiting: 'To decide', current: 'Current', past: 'Past', write: 'Write down' },
	toDecide: (count: number) =>
		plural(count, { one: '# excuse to decide', other: '# excuses to decide' }),

	allClasses: 'All classes',
	days: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
	askedBy: {
		student: 'asked by the student',
		guardian: 'asked by a guardian',
		staff: 'given by the school',
	},
	state: {
		asked: 'Waiting for a decision',
		approved: 'Approved',
		declined: 'Declined',
		withdrawn: 'Withdrawn',
	},
	by: (what: string, name: string | null, day: string) =>
		[what, ...(name === null ? [] : [`by ${name}`]), `on ${day}`].join(' '),
	answer: (text: string) => `Answer: ${text}`,
	/** After an approval; nothing to say of none. */
	standing: (count: number) =>
		count === 0
			? ''
			: plural(count, {
					one: '# mark made by hand or by the camera stays; change it on the roll call’s page.',
					other: '# marks made by hand or by the camera stay; change them on the roll call’s page.',
				}),

	empty: {
		waiting: {
			title: 'Nothing to decide',
			text: 'When a student asks to be excused, it stands here.',
		},
		current: {
			title: 'Nobody is excused',
			text: 'Excuses for today and later days stand here. You can write one down yourself.',
		},
		past: {
			title: 'No excuse yet',
			text: 'Excuses whose days are over, and those that were declined or withdrawn, stand here.',
		},
	},
	pages: 'Pages',
	page: (page: number) => `Page ${page}`,
	more: 'More',
	back: 'Back',

	decide: {
		label: (name: string) => `Decide for ${name}`,
		addAnswer: 'Add a sentence to the student',
		answer: 'What the student should know',
		approve: 'Approve',
		approveWhom: (name: string) => `Approve for ${name}`,
		decline: 'Decline',
		declineWhom: (name: string) => `Decline for ${name}`,
		approved: (name: string) => `${name} is excused.`,
		declined: (name: string) => `${name} is not excused.`,
	},
	withdraw: {
		label: (name: string) => `Withdraw the excuse of ${name}`,
		text: 'In open roll calls the student waits again; in closed ones they become absent. What somebody marked by hand stays.',
		submit: 'Withdraw excuse',
		pending: 'Withdrawing…',
		done: 'The excuse was withdrawn.',
	},
	/** For the history of a mark. */
	withdrawnReason: 'The excuse was withdrawn.',

	write: {
		title: 'Write an excuse down',
		text: 'It is approved at once. The days may be over: a doctor’s note can come later.',
		find: 'Find a student',
		findSubmit: 'Find',
		search: 'Name or number',
		noMatch: 'No student with this name',
		noMatchText: 'Try a part of the name, or the student number.',
		noStudents: 'No student yet',
		noStudentsText: 'Students of your classes stand here once a class has members.',
		more: (count: number) =>
			plural(count, {
				one: '# more. Type more of the name.',
				other: '# more. Type more of the name.',
			}),
		number: (number: string) => `No. ${number}`,
		other: 'Another student',
		askedBy: 'Who asked',
		askers: {
			guardian: 'A guardian',
			student: 'The student',
			staff: 'Nobody: the school gives it',
		},
		submit: 'Write down and approve',
		pending: 'Writing down…',
		done: (name: string) => `Written down. ${name} is excused.`,
		noClass: 'This student is in no class now.',
	},

	fields: {
		class: 'Class',
		officeHint: 'For every class at once, the office writes it down.',
		firstDay: 'First day',
		lastDay: 'Last day',
		reason: 'Why',
		reasonHint: 'Who teaches the class can read it. Health needs no detail: “doctor” is enough.',
	},

	own: {
		link: 'My excuses',
		title: 'My excuses',
		text: 'Ask to be excused, and see what was decided.',
		ask: 'Ask to be excused',
		askText: 'Your teacher decides; for every class, the office.',
		submit: 'Ask',
		pending: 'Asking…',
		asked: 'Asked. You will see the answer here.',
		askedBy: {
			student: 'asked by you',
			guardian: 'asked by a guardian',
			staff: 'given by the school',
		},
		list: 'So far',
		empty: 'No excuse yet',
		emptyText: 'When you know that you cannot come, ask here before the day.',
		latest: (count: number) => `The latest ${count} are shown.`,
		withdraw: 'Withdraw',
		withdrawWhat: (days: string) => `Withdraw: ${days}`,
		withdrawn: 'Withdrawn.',
	},

	refusals: {
		same: 'This excuse is there already: the same student, class, days and reason.',
		notWaiting: 'Somebody has decided this already, or it was withdrawn. Please look again.',
		notWithdrawable: {
			asked: 'This was decided meanwhile. Please talk with your teacher.',
			approved: 'Only an approved excuse can be withdrawn, and only once.',
		},
		officeOnly: 'Only the office can excuse somebody from every class. Please choose one class.',
		noMember:
			'This student is not in that class on those days. Please choose another class or other days.',
		notYourClass:
			'You are not in that class on those days. Please choose another class or other days.',
	},
} as const;
