import type {
	AbsenceNotice,
	NoticeKind,
	NoticeMail,
	NoticeState,
	NoticeWords,
	RiskNotice,
	RiskReasons,
	WeeklyClass,
	WeeklyNotice,
	WeeklyStudent,
} from '$lib/contract/notices';
import { plural } from '../plural';

/** "84.9 %", down to a tenth: a rate that misses a limit must not look like it. */
const percent = (rate: number) => `${String(Math.floor(rate * 1000 + 1e-9) / 10)} %`;

function because({ inARow, rate }: RiskReasons): string {
	return [
		...(inARow === null
			? []
			: [plural(inARow, { one: '# absence in a row', other: '# absences in a row' })]),
		...(rate === null ? [] : [`attendance ${percent(rate)}`]),
	].join(', ');
}

const footer = (school: string) =>
	`FaceTrack sent this for ${school}, from the marks that stand now. Nobody reads answers to this address.`;

/** A mail of paragraphs, each of lines. */
const paragraphs = (...all: (string | string[])[]) =>
	all.map((one) => (typeof one === 'string' ? one : one.join('\n'))).join('\n\n') + '\n';

const answer = (office: string | null) =>
	office === null
		? 'If you know why, or if this is a mistake, please tell the school’s office.'
		: `If you know why, or if this is a mistake, please tell the school’s office: ${office}`;

function weeklyClass({ name, students, atRisk }: WeeklyClass, words: NoticeWords): string[] {
	const lateOf = ({ when, minutes }: WeeklyStudent['late'][number]) =>
		minutes === null ? when : `${when} (${minutes} min)`;
	const missed = ({ absent, late }: WeeklyStudent) =>
		[
			...(absent.length === 0 ? [] : [`${words.absent} ${absent.join('; ')}`]),
			...(late.length === 0 ? [] : [`${words.late} ${late.map(lateOf).join('; ')}`]),
		].join(' / ');
	return [
		name,
		...students.map((student) => `- ${student.name}: ${missed(student)}`),
		...atRisk.map((student) => `- At risk: ${student.name} (${because(student)})`),
	];
}

function weekly(notice: WeeklyNotice, words: NoticeWords): NoticeMail {
	const { reader, school, from, until, classes } = notice;
	return {
		subject: `Your classes, week to ${until}`,
		text: paragraphs(
			`Hello ${reader},`,
			`this is who missed something in your classes from ${from} to ${until}.`,
			...classes.map((one) => weeklyClass(one, words)),
			footer(school),
		),
	};
}

function risk(notice: RiskNotice, words: NoticeWords): NoticeMail {
	const { reader, school, student, className, from, until, absent, isGuardian, office } = notice;
	return {
		subject: `${student}: absences in ${className}, ${until}`,
		text: paragraphs(
			`Hello ${reader},`,
			isGuardian
				? `${student} missed much of ${className} from ${from} to ${until}: ${because(notice)}.`
				: `by the school’s rule, ${student} is at risk in ${className}. From ${from} to ${until}: ${because(notice)}.`,
			[`Marked ${words.absent} on:`, ...absent.map((day) => `- ${day}`)],
			isGuardian ? answer(office) : 'A word with the student may help.',
			footer(school),
		),
	};
}

function absence(notice: AbsenceNotice, words: NoticeWords): NoticeMail {
	const { reader, school, office, student, day, lessons } = notice;
	return {
		subject: `${student}: ${words.absent} on ${day}`,
		text: paragraphs(
			`Hello ${reader},`,
			[
				`${student} was marked ${words.absent} on ${day}:`,
				...lessons.map(({ className, time }) => `- ${className}, ${time}`),
			],
			answer(office),
			footer(school),
		),
	};
}

const kinds: Record<NoticeKind, string> = {
	weekly: 'Week of a teacher’s classes',
	risk: 'Student at risk',
	absence: 'Absence, to guardians',
};

const states: Record<NoticeState, string> = {
	waiting: 'waits to be sent',
	sending: 'is being sent',
	sent: 'sent',
	dropped: 'not sent: nothing to tell',
	failed: 'not sent',
};

const sample = { reader: 'Tess Teacher', school: 'Your school' };
/** Made up, to show what a mail looks like. */
const examples: { weekly: WeeklyNotice; risk: RiskNotice; absence: AbsenceNotice } = {
	weekly: {
		...sample,
		kind: 'weekly',
		from: 'Friday 20 November 2026, 16:00',
		until: 'Friday 27 November 2026, 16:00',
		classes: [
			{
				name: 'Biology 9B',
				students: [
					{ name: 'Amina Eze', absent: ['Monday 23 November, 09:00'], late: [] },
					{
						name: 'Rui Costa',
						absent: [],
						late: [{ when: 'Tuesday 24 November, 11:00', minutes: 12 }],
					},
				],
				atRisk: [{ name: 'Amina Eze', inARow: 3, rate: null }],
			},
		],
	},
	risk: {
		...sample,
		kind: 'risk',
		isGuardian: false,
		office: null,
		student: 'Amina Eze',
		className: 'Biology 9B',
		inARow: 3,
		rate: 0.75,
		from: 'Friday 30 October 2026',
		until: 'Thursday 26 November 2026',
		absent: [
			'Thursday 19 November 2026, 09:00',
			'Monday 23 November 2026, 09:00',
			'Thursday 26 November 2026, 09:00',
		],
	},
	absence: {
		...sample,
		reader: 'Grace Eze',
		kind: 'absence',
		office: null,
		student: 'Amina Eze',
		day: 'Monday 23 November 2026',
		lessons: [{ className: 'Biology 9B', time: '09:00' }],
	},
};

export const notices = {
	weekly,
	risk,
	absence,
	kinds,
	states,
	examples,

	title: 'Notices by e-mail',
	text: 'To teachers who have an e-mail address, and to guardians if you like. Addresses are on the page People.',
	week: 'Every week, to teachers',
	weekHint: 'Who was absent or late in their classes, and who is at risk.',
	weekday: 'Day',
	hour: 'Time',
	hourOf: (hour: number) => `${String(hour).padStart(2, '0')}:00`,
	onRisk: 'When a student comes to be at risk, to the teachers of the class',
	onRiskHint: 'By the rule above; once, and not again until the student has recovered.',
	toGuardians: 'To guardians too, about their own student',
	toGuardiansHint:
		'One mail a day, an hour after the student’s last roll call closed, if an absence still stands; and when the student comes to be at risk.',
	office: 'How guardians reach the office',
	officeHint: 'A telephone number or an address. It stands in their mails.',
	save: 'Save the notices',

	preview: 'What the mails look like',
	inFolder: (folder: string) =>
		`No mail server is set, so that mails are written as files to ${folder}. The README says how to set one.`,
	failedTitle: 'Could not be sent',
	failedText: (count: number) =>
		plural(count, {
			one: 'One notice was given up. Please mend the reason, and tell the reader yourself.',
			other: '# notices were given up. Please mend the reason, and tell the readers yourself.',
		}),
	latest: 'Last notices',
	none: 'No notice yet. They stand here once there is something to tell.',
	about: (name: string) => `about ${name}`,
	to: (address: string) => `to ${address}`,
	tries: (count: number) => plural(count, { one: 'tried once', other: 'tried # times' }),
	interrupted:
		'The server stopped while it was sending. It may have arrived, so it is not sent again.',

	people: {
		email: 'E-mail address for notices',
		emailHint: 'Empty: they get none.',
		saveEmail: 'Save address',
		emailSaved: 'The address is saved.',
		emailTaken: 'This address is another person’s. Please give each person their own.',
		guardians: 'Guardians',
		guardiansText: 'They get notices about this student if the school turns that on.',
		noGuardians: 'None yet.',
		guardianName: 'Name of the guardian',
		guardianEmail: 'E-mail address of the guardian',
		add: 'Add guardian',
		added: 'The guardian was added.',
		remove: 'Remove',
		removeWhom: (name: string) => `Remove ${name}`,
		removed: 'The guardian was removed. They get no more notices.',
		known: 'A guardian with this address is here already.',
		onlyStudents: 'Only a student has guardians.',
		onlyStaff: 'A student has no address for notices. Please add guardians instead.',
	},
} as const;
