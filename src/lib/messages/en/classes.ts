import type { CHECK_IN_SETTINGS } from '../../contract/classes';
import type { CheckInSignature } from '../../contract/terms';
import { plural } from '../plural';

const students = (count: number) => plural(count, { one: '# student', other: '# students' });

/** "14 months", "2 years". */
const age = (months: number) =>
	months > 0 && months % 12 === 0
		? plural(months / 12, { one: '# year', other: '# years' })
		: plural(months, { one: '# month', other: '# months' });

export const classes = {
	students,

	today: {
		title: 'Today',
		continue: 'Continue',
		continueWhat: (name: string) => `Continue the roll call of ${name}`,
		classes: 'Your classes',
		start: 'Start',
		startWhat: (name: string) => `Start a roll call of ${name}`,
		starting: 'Starting…',
		takenAt: (time: string) => `Taken today at ${time}`,
		takenOn: (day: string) => `Not taken today. Last on ${day}`,
		never: 'Not taken yet',
		noMembers: 'No names yet',
		addNames: 'Add names',
		addNamesTo: (name: string) => `Add names to ${name}`,
		leftBehind: {
			title: 'Not sent yet',
			of: (name: string) => `${name}: open the roll call to send what waits on this device`,
			unnamed: 'Open an earlier roll call to send what waits on this device',
		},
		gaps: 'Enrolment',
		gap: (name: string, waiting: number, all: number) =>
			`${name}: ${waiting} of ${students(all)} not enrolled yet`,
		empty: 'No class yet',
		emptyText: 'Make your first class, paste its names, and take a roll call in three minutes.',
		emptyAction: 'Make a class',

		own: 'Your marks today',
		ownEmpty: 'No mark today yet',
		ownEmptyText: 'When a teacher takes a roll call, your mark stands here.',
		ownRecord: 'See your whole record',
	},

	list: {
		title: 'Classes',
		empty: 'No class yet',
		emptyText: 'Give your first class a name. You paste the names of its students next.',
		create: 'New class',
		name: 'Name of the class',
		nameExample: 'Biology 9B',
		submit: 'Make class',
		pending: 'Making the class…',
		open: 'roll call open',
	},

	coverage: (enrolled: number, all: number) =>
		all === 0 ? 'No students yet' : `${enrolled} of ${all} enrolled`,
	coverageLong: (
		enrolled: number,
		all: number,
		noConsent: number,
		waiting: number,
		oldestMonths = 0,
	) =>
		[
			`${enrolled} of ${all} enrolled${oldestMonths > 0 ? ` (the oldest ${age(oldestMonths)} ago)` : ''}`,
			...(waiting > 0 ? [plural(waiting, { one: '# still waits', other: '# still wait' })] : []),
			...(noConsent > 0 ? [`${noConsent} without consent: marked by hand`] : []),
		].join(', ') + '.',

	one: {
		views: 'This class',
		members: 'Students',
		add: 'Add names',
		settings: 'Settings',
		start: 'Start roll call',
		continue: 'Continue roll call',
		enrolAll: 'Enrol everyone waiting',
		search: 'Search by name or number',
		number: (number: string) => `No. ${number}`,
		enrolment: {
			enrolled: 'enrolled',
			again: 'enrol again: made for an older version',
			unconfirmed: 'enrolled by phone, to confirm',
			'no-consent': 'no consent, by hand',
			waiting: 'not enrolled yet',
		},
		enrolledOn: (day: string) => `enrolled ${day}`,
		old: (months: number) => `${age(months)} old, better enrol again`,
		faces: {
			title: 'Worth knowing',
			again: (count: number) =>
				plural(count, {
					one: '# student has to be enrolled again: the face was captured for an older version and cannot be recognised any more.',
					other:
						'# students have to be enrolled again: their faces were captured for an older version and cannot be recognised any more.',
				}),
			unconfirmed: (count: number) =>
				plural(count, {
					one: '# student enrolled on their own phone. The camera asks you once whether it is them; you can also confirm it from their row.',
					other:
						'# students enrolled on their own phones. The camera asks you once about each; you can also confirm it from their rows.',
				}),
			old: (count: number) =>
				plural(count, {
					one: '# face was captured more than a year ago. Faces change: better enrol again.',
					other: '# faces were captured more than a year ago. Faces change: better enrol again.',
				}),
			alike: (one: string, other: string) =>
				`${one} and ${other} look alike to the camera. It asks you each time.`,
		},
		enrol: 'Enrol',
		enrolAgain: 'Again',
		confirm: 'Confirm',
		confirmWhom: (name: string) => `Confirm the face of ${name}`,
		enrolWhom: (name: string) => `Enrol ${name}`,
		edit: 'Edit',
		editWhom: (name: string) => `Edit ${name}`,
		empty: 'No students yet',
		emptyText: 'Paste the names from your list, one a line. You see them before they are added.',
		noMatch: 'Nobody by that name',
		noMatchText: 'Try a shorter part of the name or number.',
	},

	add: {
		label: 'Names, one a line',
		hint: 'A student number may follow after a comma: Amina Eze, 20417',
		example: 'Amina Eze, 20417\nRui Costa, 20418\nLinh Dang',
		preview: 'Before you add them',
		previewEmpty: 'What you type or paste is shown here first.',
		ready: (count: number) => `${students(count)} can be added.`,
		andMore: (count: number) => `and ${count} more`,
		problems: (count: number) =>
			plural(count, { one: '# line needs a look', other: '# lines need a look' }),
		line: (line: number) => `Line ${line}`,
		since: 'Members since',
		sinceHint: 'Left empty: today. With an earlier day, earlier roll calls count them too.',
		submit: (count: number) => (count === 0 ? 'Add names' : `Add ${students(count)}`),
		pending: 'Adding…',
		fixFirst: 'Please mend the lines named under “Before you add them”. Nothing was added yet.',
		added: (count: number) => (count === 0 ? 'Nobody new was added.' : `${students(count)} added.`),
		alreadyThere: (names: readonly string[]) => `Already in this class: ${names.join(', ')}.`,
	},

	edit: {
		title: 'Edit student',
		name: 'Name',
		since: 'In this class since',
		sinceHint: 'From this day on the roll calls count them.',
		save: 'Save',
		remove: 'Remove from this class',
		removeText: 'They leave the roster today. Marks that they have stay in their record.',
		removeSubmit: (name: string) => `Remove ${name}`,
		removed: (name: string) => `${name} is no longer in this class.`,
		pending: 'Removing…',
	},

	settings: {
		name: 'Name of the class',
		late: 'Late after',
		lateHint: 'Minutes after the roll call starts. With 0, everybody after the start is late.',
		displayNames: 'Names on the display',
		displayNamesOptions: {
			full: 'Full names',
			initial: 'First name and initial',
			none: 'No names, only numbers',
		},
		checkIn: {
			title: 'Check-in by phone',
			text: 'What a student’s phone has to show before it counts as being here. A student without consent to faces is never asked for one.',
			links: {
				checkInByPhone: 'Students may check in by phone',
				checkInAsksCode: 'Code from the display',
				checkInAsksLiveness: 'Two small movements before the camera',
				checkInAsksFace: 'Their own face',
			} satisfies Record<(typeof CHECK_IN_SETTINGS)[number], string>,
			signature: 'Their own phone',
			signatures: {
				none: { label: 'Any phone', hint: 'Whoever knows the code and the password may use it.' },
				device: {
					label: 'The phone that they registered',
					hint: 'It signs each check-in by a key that never leaves it.',
				},
				passkey: {
					label: 'That phone, and a passkey on it',
					hint: 'The phone asks for a finger, face or PIN each time, by its own lock.',
				},
			} satisfies Record<CheckInSignature, { label: string; hint: string }>,
			/** @param origins at which passkeys work, the one to use first; may be none */
			passkeyAddresses: (origins: readonly string[]) =>
				origins.length === 0
					? 'Passkeys need a safe address with a name, and this server has none yet: an address of numbers will not do. Whoever runs the server can set one (ORIGIN, or the option --lan).'
					: `Passkeys work only by name, at ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(origins)}. Phones that open FaceTrack by an address of numbers cannot check in to a class that asks for one.`,
		},
		teachers: 'Teachers',
		teachersText: 'Who may take roll calls of this class and change it.',
		removeTeacher: 'Remove',
		removeWhom: (name: string) => `Remove ${name} from the teachers`,
		addTeacher: 'Add a teacher',
		addTeacherSubmit: 'Add',
		nobodyToAdd: 'Everybody who can teach is a teacher of this class already.',
		archive: 'Archive this class',
		archiveText:
			'It leaves every list, and no more roll calls can be taken. Marks stay in the records of its students.',
		archiveSubmit: (name: string) => `Archive ${name}`,
	},
} as const;
