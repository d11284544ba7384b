import { plural } from '../plural';

const students = (count: number) => plural(count, { one: '# student', other: '# students' });
const rollCalls = (count: number) => plural(count, { one: '# roll call', other: '# roll calls' });
const inARow = (count: number) =>
	plural(count, { one: '# absence in a row', other: '# absences in a row' });

export const reports = {
	title: 'Reports',
	text: 'Who came, who did not, and who needs a word.',
	link: 'Reports',
	views: 'Reports',
	tabs: { class: 'Class', day: 'School day', import: 'Import' },

	choose: {
		class: 'Class',
		from: 'From',
		to: 'To',
		submit: 'Show',
		allClasses: 'All my classes: who is at risk',
		allOfSchool: 'Whole school: who is at risk',
		presets: 'Periods',
		lastDays: { 28: '4 weeks', 91: '13 weeks', 364: '52 weeks' },
	},

	numbers: {
		rate: 'Attendance',
		rateHint: 'present or late, of all but excused',
		late: 'Late',
		lateHint: (minutes: number) =>
			plural(minutes, { one: '# minute altogether', other: '# minutes altogether' }),
		atRisk: 'At risk',
		atRiskHint: (absences: number, rate: number) =>
			[
				`${absences} or more absences in a row`,
				...(rate > 0 ? [`attendance below ${rate} %`] : []),
			].join(', or '),
		more: (difference: string) => `${difference} more than in the period before`,
		fewer: (difference: string) => `${difference} fewer than in the period before`,
		higher: (points: string) => `${points} points higher than in the period before`,
		lower: (points: string) => `${points} points lower than in the period before`,
		same: 'as in the period before',
		noBefore: 'Nothing in the period before',
	},

	matrix: {
		title: 'Students by dates',
		text: (students_: number, calls: number) => `${students(students_)}, ${rollCalls(calls)}.`,
		keys: 'Arrow keys move from mark to mark.',
		student: 'Student',
		rate: 'Rate',
		late: 'Late',
		lateLong: 'Times late and minutes',
		run: 'In a row',
		runLong: 'Most absences in a row',
		lateOf: (times: number, minutes: number) => (times === 0 ? '' : `${times} (${minutes} min)`),
		noMember: 'not in this class that day',
		cell: (word: string, minutes: number | null) =>
			minutes === null || minutes === 0
				? word
				: `${word}, ${plural(minutes, { one: '# minute', other: '# minutes' })}`,
		empty: 'No closed roll call in these days',
		emptyText: 'A roll call counts here once it is closed. Choose other days, or take one.',
	},

	risk: {
		title: 'Students at risk',
		run: inARow,
		rate: (rate: string) => `attendance ${rate}`,
		nobody: 'Nobody is at risk in these days.',
		in: (name: string) => `in ${name}`,
	},

	student: {
		number: (number: string) => `No. ${number}`,
		classes: 'By class',
		all: 'All classes',
		marks: 'Every roll call',
		counts: 'Marks',
		minutes: (minutes: number) => `late by ${minutes} min altogether`,
		empty: 'No closed roll call in these days',
		emptyText: 'Choose other days to see how this student came.',
		longest: 'Most absences in a row',
		current: 'Absences in a row now',
		class: 'Class',
		day: 'Day',
		status: 'Status',
	},

	day: {
		title: 'School day',
		choose: 'Day',
		submit: 'Show',
		before: 'The day before',
		after: 'The day after',
		summary: (taken: number, all: number) =>
			`${taken} of ${plural(all, { one: '# class', other: '# classes' })} took a roll call.`,
		taken: (time: string) => `Taken at ${time}`,
		open: (time: string) => `Open since ${time}`,
		planned: (time: string) => `Planned at ${time}`,
		missed: (time: string) => `Planned at ${time}, not taken`,
		none: 'No roll call',
		empty: 'No class yet',
		emptyText: 'Make a class first; its roll calls stand here.',
	},

	charts: {
		asTable: 'As a table',
		noDrawing: 'The chart could not be loaded. Its table has the same numbers.',
		asChart: 'As a chart',
		rate: 'Attendance',
		counted: 'Marks that count',
		weeks: { title: 'Attendance by week', key: 'Week from' },
		weekdays: { title: 'Attendance by weekday', key: 'Weekday' },
		arrivals: {
			title: 'When they came',
			key: 'Minutes after the start',
			count: 'Students',
			early: 'before',
			bin: (from: number) => `${from} to ${from + 4}`,
			last: (from: number) => `${from} and more`,
		},
		days: {
			title: 'Day by day',
			text: 'Green: there all day. Red: absent all day. Blue: nothing that counts, as when excused.',
			key: 'Day',
		},
		weekdayShort: {
			1: 'Mon',
			2: 'Tue',
			3: 'Wed',
			4: 'Thu',
			5: 'Fri',
			6: 'Sat',
			7: 'Sun',
		} as Record<number, string>,
		weekday: {
			1: 'Monday',
			2: 'Tuesday',
			3: 'Wednesday',
			4: 'Thursday',
			5: 'Friday',
			6: 'Saturday',
			7: 'Sunday',
		} as Record<number, string>,
	},

	print: 'Print',
	export: {
		link: 'Export as CSV',
		excel: 'Export for Excel',
		busy: 'Other exports are being made right now. Please try again in half a minute.',
		columns: {
			class: 'Class',
			day: 'Date',
			startsAt: 'Start',
			student: 'Student',
			studentNumber: 'Student number',
			status: 'Status',
			minutesLate: 'Minutes late',
			markedAt: 'Marked at',
			method: 'How',
			leftAt: 'Left at',
			remark: 'Remark',
		},
	},

	rule: {
		title: 'Students at risk',
		text: 'Whom reports name so that somebody talks with them. Either half is enough.',
		absencesInRow: 'Absences in a row',
		absencesInRowHint: 'From so many on, while they last. Excused ones are left out.',
		rateBelow: 'Attendance below, in per cent',
		rateBelowHint: 'Present or late, of all but excused. With 0 it names nobody.',
		save: 'Save the rule',
	},
} as const;
